"""Which tickets a search means: what helpdesk.search_query has read, asked of the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Team, User
from helpdesk.due_words import NONE, PAUSED, between, read_due
from helpdesk.models import Attachment, Customer, Priority, Ticket, TicketFollower
from helpdesk.models.lookups import IsAnyOf
from helpdesk.rules import tag_name
from helpdesk.search_query import Condition, Search, read_date, read_search
from marketplaces.models import Order, OrderLine

NOTHING = Q(pk__in=[])

#: What only apps above know of a ticket, by the word that asks for it: which tickets it is true of
#: at a moment. A word nobody answers is true of none.
KNOWN_BY_APPS: dict[str, Callable[[datetime], Q]] = {}


@dataclass(frozen=True)
class Asker:
    """Whom ``me`` speaks of (nobody without a user), and from when on a deadline has passed."""

    user: User | None
    at: datetime


def find_tickets(tickets: QuerySet, text: str, *, at: datetime, user=None) -> QuerySet:
    """Narrow to the tickets that the text means; words are found by their beginnings.

    ``user`` is whom ``assignee:me`` and ``is:followed`` speak of; without one nobody.
    A ticket's number is one of its words.
    """
    return narrow(tickets, read_search(text), at=at, user=user)


def narrow(tickets: QuerySet, search: Search, *, at: datetime, user=None) -> QuerySet:
    """Narrow to the tickets that a read search means; to none for an empty one."""
    if search.is_empty:
        return tickets.none()
    for condition in search.conditions:
        tickets = tickets.filter(_clause(condition, Asker(user, at)))
    if search.tsquery:
        words = SearchQuery(search.tsquery, config="simple", search_type="raw")
        tickets = tickets.filter(search__vector=words)
    return tickets


def is_due(value: str, *, at: datetime) -> Q:
    """Say which tickets fall due as helpdesk.due_words reads it; a day begins where the reader is.

    :raises ValueError: for a value that it does not read.
    """
    due = read_due(value)
    if due is None:
        raise ValueError(value)
    if due.value == NONE:
        return Q(due_at=None)
    if due.value == PAUSED:
        return is_known(PAUSED, at=at)
    since, until = between(due, at=at, zone=timezone.get_current_timezone())
    # Present, said first: what has no deadline is ruled out by a hyphen, and not by a null.
    clause = Q(due_at__isnull=False)
    if since is not None:
        clause &= Q(due_at__gte=since)
    return clause & Q(due_at__lt=until) if until is not None else clause


def is_known(word: str, *, at: datetime) -> Q:
    """Say of which tickets an app above knows it."""
    known = KNOWN_BY_APPS.get(word)
    return known(at) if known else NOTHING


def _clause(condition: Condition, by: Asker) -> Q:
    clause = Q()
    for value in condition.values:
        clause |= Q(CLAUSES[condition.operator](value, by))
    return ~clause if condition.is_negated else clause


def _assignee(value: str, by: Asker) -> Q:
    if value.lower() == "nobody":
        return Q(assignee=None)
    if value.lower() == "me":
        return Q(assignee=by.user) if by.user is not None else Q(pk=None)
    return _any("assignee_id", User.objects.filter(_person(value)))


def _person(name: str) -> Q:
    return Q(full_name__icontains=name) | Q(email__istartswith=name)


def _order(value: str, by: Asker) -> Q:
    number = value.lstrip("#")
    spellings = {number, f"#{number}", number.upper(), value}
    return _any("order_id", Order.objects.called(spellings))


def _sku(value: str, by: Asker) -> Q:
    spellings = {value, value.upper(), value.lower()}
    lines = OrderLine.objects.filter(Q(sku__in=spellings) | Q(asin__in=spellings))
    return _any("order_id", lines, "order_id")


def _has(value: str, by: Asker) -> Q:
    if value == "order":
        return Q(order__isnull=False)
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"), is_inline=False)
    return Q(Exists(files))


def _is(value: str, by: Asker) -> Q:
    if value == "unassigned":
        return Q(assignee=None)
    if value == "merged":
        return Q(merged_into__isnull=False)
    if value != "followed":
        return is_known(value, at=by.at)
    followers = TicketFollower.objects
    followed = followers.filter(user=by.user) if by.user else followers.none()
    return _any("pk", followed, "ticket_id")


def _any(column: str, rows: QuerySet, key: str = "pk") -> Q:
    """True or false, never unknown: what has no team is not of the team that is ruled out."""
    is_any = IsAnyOf(F(column), rows.order_by().values(key))
    return Q(is_any) & Q(**{f"{column}__isnull": False})


def _midnight(day: str) -> datetime:
    """The beginning of the day where the reader is."""
    return timezone.make_aware(datetime.combine(read_date(day), time.min))


CLAUSES: dict[str, Callable[[str, Asker], Q]] = {
    "status": lambda value, by: Q(status=value),
    "priority": lambda value, by: Q(priority=Priority[value.upper()]),
    "assignee": _assignee,
    "team": lambda value, by: _any("team_id", Team.objects.filter(name__icontains=value)),
    "channel": lambda value, by: Q(channel=value),
    "tag": lambda value, by: _any(
        "pk", Ticket.tags.through.objects.filter(tag__name=tag_name(value)), "ticket_id"
    ),
    "customer": lambda value, by: _any("requester_id", Customer.objects.matching(value)),
    "order": _order,
    "sku": _sku,
    "before": lambda value, by: Q(opened_at__lt=_midnight(value)),
    "after": lambda value, by: Q(opened_at__gte=_midnight(value)),
    "due": lambda value, by: is_due(value, at=by.at),
    "has": _has,
    "is": _is,
}
