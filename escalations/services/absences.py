"""What becomes of accepted cases whose specialist is gone: they wait for another one at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Leave, User
from escalations.absence import back_at, is_waited_for
from escalations.models import ClockState, Escalation, EscalationState, Metric, SLAClock
from escalations.services.accepting import release
from escalations.services.contract import Contract, running_on
from helpdesk.models import Ticket
from helpdesk.services.notifications import reader_of

AT_A_TIME = 50


def release_absent(*, at: datetime) -> int:
    """Free the accepted cases whose specialist is deactivated or too long on leave.

    Returns how many. Whoever was deactivated lost their cases with their tickets at once; this
    finds what was forgotten, and whose leave has begun.
    """
    found = _perhaps_gone(at).values_list("ticket_id", flat=True)[:AT_A_TIME]
    return sum(_release_on(ticket_id, at=at) for ticket_id in list(found))


def why_gone(escalation: Escalation, *, at: datetime) -> str:
    """Say why a case cannot stay with its specialist; empty if it can."""
    person = escalation.specialist
    if not person.is_active:
        return _("%(name)s is deactivated.") % {"name": person}
    reader = reader_of(person)
    due_at = _due_at(escalation)
    if is_waited_for(reader, accepted_at=escalation.accepted_at, due_at=due_at, at=at):
        return ""
    back = back_at(reader, at=at).astimezone(reader.zone)
    return _("%(name)s is on leave and back on %(day)s.") % {
        "name": person,
        "day": date_format(back.date(), "DATE_FORMAT"),
    }


@transaction.atomic
def _release_on(ticket_id: int, *, at: datetime) -> bool:
    contract = running_on(Ticket.objects.locked(ticket_id))
    return contract is not None and release_if_gone(contract, at=at)


def release_if_gone(contract: Contract, *, at: datetime) -> bool:
    """Free a case whose specialist is gone. Needs the contract's lock."""
    escalation = contract.escalation
    if escalation.state != EscalationState.ACCEPTED:
        return False
    reason = why_gone(escalation, at=at)
    if reason:
        release(contract, reason=reason, at=at)
    return bool(reason)


def _perhaps_gone(at: datetime) -> QuerySet[Escalation]:
    """Those to look at: a day of the calendar is not the same day everywhere, so one more."""
    today = at.date()
    away = Leave.objects.filter(starts_on__lte=today, ends_on__gte=today)
    gone = User.objects.filter(Q(is_active=False) | Q(pk__in=away.values("user")))
    accepted = Escalation.objects.filter(state=EscalationState.ACCEPTED)
    return accepted.filter(specialist__in=gone.values("pk")).order_by("pk")


def _due_at(escalation: Escalation) -> datetime | None:
    clocks = SLAClock.objects.filter(
        ticket=escalation.ticket_id,
        reference=escalation.reference,
        metric=Metric.TIER_RESOLUTION,
        state=ClockState.RUNNING,
    )
    return clocks.values_list("due_at", flat=True).first()
