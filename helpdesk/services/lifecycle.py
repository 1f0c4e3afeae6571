"""Where a ticket stands: status, solving, reopening, closing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import Status, Ticket, TimelineKind
from helpdesk.rules import may_become, statuses_for_choice
from helpdesk.services.timeline import record

#: A solved ticket can be reopened by the customer for this long, then it closes by itself.
SOLVED_STAYS_OPEN_FOR = timedelta(days=14)
CLOSE_AT_A_TIME = 500


class StatusNotPossible(RuleViolation):
    code = "status_not_possible"


@transaction.atomic
def change_status(ticket_id: int, *, status: str, by, at: datetime) -> Ticket:
    """Move a ticket to another status.

    :raises StatusNotPossible: if the ticket cannot go there from where it is.
    """
    require(by, Act.CHANGE_STATUS)
    ticket = Ticket.objects.locked(ticket_id)
    if status == Status.CLOSED or not may_become(ticket.status, status):
        raise StatusNotPossible(_what_is_possible(ticket), field="status")
    set_status(ticket, status, by=by, at=at)
    return ticket


def solve_ticket(ticket_id: int, *, by, at: datetime) -> Ticket:
    """:raises StatusNotPossible: if it is solved or closed already."""
    return change_status(ticket_id, status=Status.SOLVED, by=by, at=at)


@transaction.atomic
def reopen_ticket(ticket_id: int, *, by, at: datetime) -> Ticket:
    """:raises StatusNotPossible: if it is not solved; a closed ticket gets a follow-up."""
    require(by, Act.CHANGE_STATUS)
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.status != Status.SOLVED:
        raise StatusNotPossible(
            " ".join([_("Only a solved ticket can be reopened."), _what_is_possible(ticket)]),
            field="status",
        )
    set_status(ticket, Status.OPEN, by=by, at=at)
    return ticket


def set_status(ticket: Ticket, status: str, *, by, at: datetime) -> None:
    """Write a status with its moments, its timeline entry and its event.

    For services that hold the ticket's lock and know that the step is allowed.

    :raises StatusNotPossible: if the table of steps does not have it.
    """
    before = ticket.status
    if not may_become(before, status):
        raise StatusNotPossible(_what_is_possible(ticket), field="status")
    ticket.status = status
    if status == Status.SOLVED:
        ticket.solved_at = at
    elif status == Status.CLOSED:
        ticket.closed_at = at
    elif before == Status.SOLVED:
        ticket.solved_at = None
    ticket.save(update_fields=["status", "solved_at", "closed_at"])
    record(ticket, _kind_of_step(before, status), by=by, at=at, before=before, after=status)
    events.ticket_status_changed.send(Ticket, ticket=ticket, before=before, by=by, at=at)
    if status == Status.SOLVED:
        events.ticket_solved.send(Ticket, ticket=ticket, by=by, at=at)
    elif before == Status.SOLVED and status == Status.OPEN:
        events.ticket_reopened.send(Ticket, ticket=ticket, by=by, at=at)


def close_solved_tickets(*, at: datetime) -> int:
    """Close what was solved long enough ago; returns how many. Each ticket by itself."""
    due = Ticket.objects.filter(
        status=Status.SOLVED, solved_at__lte=at - SOLVED_STAYS_OPEN_FOR
    ).order_by("solved_at")
    pks = list(due.values_list("pk", flat=True)[:CLOSE_AT_A_TIME])
    return sum(_close_if_still_solved(pk, at=at) for pk in pks)


@transaction.atomic
def _close_if_still_solved(ticket_id: int, *, at: datetime) -> bool:
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.status != Status.SOLVED or ticket.solved_at > at - SOLVED_STAYS_OPEN_FOR:
        return False
    set_status(ticket, Status.CLOSED, by=None, at=at)
    return True


def _kind_of_step(before: str, status: str) -> str:
    if status == Status.SOLVED:
        return TimelineKind.SOLVED
    if status == Status.CLOSED:
        return TimelineKind.CLOSED
    if before == Status.SOLVED:
        return TimelineKind.REOPENED
    return TimelineKind.STATUS_CHANGED


def _what_is_possible(ticket: Ticket) -> str:
    choices = [str(Status(choice).label).lower() for choice in statuses_for_choice(ticket.status)]
    now = ticket.get_status_display().lower()
    if not choices:
        return _("The ticket is %(status)s; its status is final.") % {"status": now}
    return _("The ticket is %(status)s; possible now: %(choices)s.") % {
        "status": now,
        "choices": ", ".join(choices),
    }
