"""What clocks and escalations say of tickets: for the search, the filters and saved views.

``helpdesk`` knows the next deadline of a ticket and no more; this is what it asks us about.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from escalations.models import ClockState, Escalation, EscalationState, Metric, SLAClock
from escalations.models.escalation import RUNNING as RUNNING_CASES
from helpdesk.conditions import Field, field_of_app
from helpdesk.due_words import OVERDUE, PAUSED

RUNNING = ClockState.RUNNING.value
#: What another department owes is no promise to the customer, and may be a secret (035).
PROMISES = {metric.value: metric.label for metric in Metric if metric != Metric.INQUIRY}
STANDS = {OVERDUE: _("Overdue"), RUNNING: _("Running"), PAUSED: _("Paused")}

UNDER_WAY = "under_way"
CASES = {UNDER_WAY: _("Under way")} | dict(EscalationState.choices)

FIELDS_OF_CLOCKS: dict[str, Field] = {
    "deadline": field_of_app(_("Deadline"), STANDS),
    "breached": field_of_app(_("Deadline missed"), PROMISES),
    "escalation": field_of_app(_("Escalation"), CASES),
}


def stands_so(values: Sequence | None, at: datetime) -> Q:
    """Tickets whose next deadline has passed, is still to come, or of which all promises rest."""
    wanted = set(STANDS if values is None else values)
    found = Q(pk__in=[])
    if OVERDUE in wanted:
        found |= Q(due_at__isnull=False, due_at__lt=at)
    if RUNNING in wanted:
        found |= Q(due_at__isnull=False, due_at__gte=at)
    return found | is_paused(at) if PAUSED in wanted else found


def is_paused(at: datetime) -> Q:
    """Tickets to which something is promised, and all of it rests."""
    resting = _promises().filter(state=ClockState.PAUSED)
    return Q(due_at__isnull=True) & Q(Exists(resting))


def is_breached(values: Sequence | None, at: datetime) -> Q:
    """Tickets of which one of these promises was missed, whether somebody has noticed or not."""
    passed = Q(state=ClockState.RUNNING, due_at__lt=at)
    missed = _promises().filter(Q(breached_at__isnull=False) | passed)
    return Q(Exists(missed if values is None else missed.filter(metric__in=values)))


def is_escalated(values: Sequence | None, at: datetime) -> Q:
    """Tickets with an escalation in one of these states; with any at all."""
    cases = Escalation.objects.filter(ticket=OuterRef("pk"))
    if values is not None:
        also = RUNNING_CASES if UNDER_WAY in values else ()
        cases = cases.filter(state__in=[*values, *also])
    return Q(Exists(cases))


def _promises():
    return SLAClock.objects.filter(ticket=OuterRef("pk")).exclude(metric=Metric.INQUIRY)


KNOWN = {
    PAUSED: is_paused,
    "breached": lambda at: is_breached(None, at),
    "escalated": lambda at: is_escalated([UNDER_WAY], at),
}
FOUND = {"deadline": stands_so, "breached": is_breached, "escalation": is_escalated}
