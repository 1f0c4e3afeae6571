"""Which tickets a search means: what helpdesk.search_query has read, asked of the database."""

from collections.abc import Callable
from datetime import datetime, time

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Team, User
from helpdesk.models import Attachment, Customer, Priority, Ticket, TicketFollower
from helpdesk.models.lookups import IsAnyOf
from helpdesk.rules import tag_name
from helpdesk.search_query import Condition, Search, read_date, read_search
from marketplaces.models import Order, OrderLine


def find_tickets(tickets: QuerySet, text: str, *, user=None) -> QuerySet:
    """Narrow to the tickets that the text means; words are found by their beginnings.

    ``user`` is whom ``assignee:me`` and ``is:followed`` speak of; without one nobody.
    A ticket's number is one of its words.
    """
    return narrow(tickets, read_search(text), user=user)


def narrow(tickets: QuerySet, search: Search, *, user=None) -> QuerySet:
    """Narrow to the tickets that a read search means; to none for an empty one."""
    if search.is_empty:
        return tickets.none()
    for condition in search.conditions:
        tickets = tickets.filter(_clause(condition, user))
    if search.tsquery:
        words = SearchQuery(search.tsquery, config="simple", search_type="raw")
        tickets = tickets.filter(search__vector=words)
    return tickets


def _clause(condition: Condition, user) -> Q:
    clause = Q()
    for value in condition.values:
        clause |= Q(CLAUSES[condition.operator](value, user))
    return ~clause if condition.is_negated else clause


def _assignee(value: str, user) -> Q:
    if value.lower() == "nobody":
        return Q(assignee=None)
    if value.lower() == "me":
        return Q(assignee=user) if user is not None else Q(pk=None)
    return _any("assignee_id", User.objects.filter(_person(value)))


def _person(name: str) -> Q:
    return Q(full_name__icontains=name) | Q(email__istartswith=name)


def _order(value: str, user) -> Q:
    number = value.lstrip("#")
    spellings = {number, f"#{number}", number.upper(), value}
    return _any("order_id", Order.objects.filter(reference__in=spellings))


def _sku(value: str, user) -> Q:
    spellings = {value, value.upper(), value.lower()}
    lines = OrderLine.objects.filter(Q(sku__in=spellings) | Q(asin__in=spellings))
    return _any("order_id", lines, "order_id")


def _has(value: str, user) -> Q:
    if value == "order":
        return Q(order__isnull=False)
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"), is_inline=False)
    return Q(Exists(files))


def _is(value: str, user) -> Q:
    if value == "unassigned":
        return Q(assignee=None)
    if value == "merged":
        return Q(merged_into__isnull=False)
    followed = TicketFollower.objects.filter(user=user) if user else TicketFollower.objects.none()
    return _any("pk", followed, "ticket_id")


def _any(column: str, rows: QuerySet, key: str = "pk") -> Q:
    """True or false, never unknown: what has no team is not of the team that is ruled out."""
    is_any = IsAnyOf(F(column), rows.order_by().values(key))
    return Q(is_any) & Q(**{f"{column}__isnull": False})


def _midnight(day: str) -> datetime:
    """The beginning of the day where the reader is."""
    return timezone.make_aware(datetime.combine(read_date(day), time.min))


CLAUSES: dict[str, Callable[[str, object], Q]] = {
    "status": lambda value, user: Q(status=value),
    "priority": lambda value, user: Q(priority=Priority[value.upper()]),
    "assignee": _assignee,
    "team": lambda value, user: _any("team_id", Team.objects.filter(name__icontains=value)),
    "channel": lambda value, user: Q(channel=value),
    "tag": lambda value, user: _any(
        "pk", Ticket.tags.through.objects.filter(tag__name=tag_name(value)), "ticket_id"
    ),
    "customer": lambda value, user: _any("requester_id", Customer.objects.matching(value)),
    "order": _order,
    "sku": _sku,
    "before": lambda value, user: Q(opened_at__lt=_midnight(value)),
    "after": lambda value, user: Q(opened_at__gte=_midnight(value)),
    "has": _has,
    "is": _is,
}
