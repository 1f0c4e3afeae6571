"""Which tickets a problem could be behind: by what they are about, not by who linked them."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from escalations.models import Problem
from helpdesk.models import SavedView, Ticket
from helpdesk.queue import saved_as_view, tickets_in
from marketplaces.models import OrderLine, Shipment

#: What is suggested came in so lately.
SUGGESTED_FROM = timedelta(days=90)


def says_what_matches(problem: Problem) -> bool:
    """Whether anything is said that tickets can be compared with; a warehouse is not known of."""
    return bool(problem.skus or problem.carrier or problem.category_id)


def matching(problem: Problem) -> QuerySet[Ticket]:
    """Return living tickets that meet everything said: SKU or ASIN, carrier, category."""
    if not says_what_matches(problem):
        return Ticket.objects.none()
    tickets = Ticket.objects.unmerged()
    if problem.skus:
        named = Q(sku__in=problem.skus) | Q(asin__in=problem.skus)
        tickets = tickets.filter(order__in=OrderLine.objects.filter(named).values("order_id"))
    if problem.carrier:
        sent = Shipment.objects.filter(carrier__iexact=problem.carrier)
        tickets = tickets.filter(order__in=sent.values("order_id"))
    if problem.category_id:
        tickets = tickets.filter(category=problem.category_id)
    return tickets


def suggestions(problem: Problem, *, user, at: datetime) -> QuerySet[Ticket]:
    """Return recent tickets in somebody's sight that match and are not linked, newest first."""
    found = matching(problem).filter(
        opened_at__gte=at - SUGGESTED_FROM, pk__in=Ticket.objects.visible_to(user).values("pk")
    )
    return found.exclude(problem_links__problem=problem).order_by("-pk")


def numbers_in(view: SavedView, *, user, at: datetime, limit: int) -> list[int]:
    """Return the numbers of the first tickets that a saved view shows somebody."""
    tickets = tickets_in(saved_as_view(view, at=at), user)
    return list(tickets.order_by("pk").values_list("pk", flat=True).distinct()[:limit])


def opened_between(problem: Problem, first: date, days: int) -> int:
    """Count matching tickets opened on ``days`` whole days from ``first`` on."""
    start = _midnight(first)
    within = matching(problem).filter(
        opened_at__gte=start, opened_at__lt=_midnight(first + timedelta(days=days))
    )
    return within.count()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
