"""Clocks as pages and REST read them. Each function costs the same for one ticket and for fifty."""

from collections.abc import Collection

from django.db.models import QuerySet

from escalations.countdowns import by_urgency
from escalations.models import Metric, SLAClock, SLAEvent

#: What a chip needs of a clock.
_DRAWN = (
    "pk", "ticket", "metric", "state", "target_seconds", "started_at", "due_at", "remaining",
    "breached_at", "stopped_at", "stop_reason", "late_by",
)  # fmt: skip


def next_clocks(ticket_ids: Collection[int]) -> dict[int, SLAClock]:
    """Return the open clock of each ticket that is due first, or one that rests.

    What another department owes is not among them: it is no deadline of the ticket's.
    """
    if not ticket_ids:
        return {}
    clocks = SLAClock.objects.still_open().filter(ticket__in=ticket_ids)
    clocks = clocks.exclude(metric=Metric.INQUIRY).only(*_DRAWN)
    found: dict[int, SLAClock] = {}
    for clock in by_urgency(clocks):
        found.setdefault(clock.ticket_id, clock)
    return found


def clocks_of_ticket(ticket_id: int, *, user) -> list[SLAClock]:
    """Return all clocks of a ticket that are for the reader's eyes: running, resting, over."""
    clocks = SLAClock.objects.filter(ticket=ticket_id).readable_by(user)
    return by_urgency(clocks.only(*_DRAWN))


def clocks_shown(clocks: QuerySet) -> QuerySet:
    """Load what a clock says of itself, without a query per clock."""
    return clocks.select_related("policy_version__policy", "calendar_version", "stopped_by")


def events_of(clock: SLAClock) -> list[SLAEvent]:
    """Return the warnings, the breach and the levels that fell due on a clock, in order."""
    return list(clock.events.order_by("at", "pk"))
