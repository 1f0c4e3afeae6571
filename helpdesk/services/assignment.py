"""Who works on a ticket."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team, User
from accounts.permissions import require
from accounts.rules import Act, may
from helpdesk import events
from helpdesk.models import Status, Ticket, TimelineKind
from helpdesk.services.lifecycle import set_status
from helpdesk.services.timeline import record


class AlreadyClaimed(RuleViolation):
    code = "already_claimed"


class CannotBeAssigned(RuleViolation):
    code = "cannot_be_assigned"


@transaction.atomic
def claim_ticket(ticket_id: int, *, by: User, at: datetime) -> Ticket:
    """Take an unassigned ticket; of several who try at once exactly one gets it.

    Apps above may forbid it, as they may assigning and moving.

    :raises AlreadyClaimed: if somebody has it.
    """
    require(by, Act.CLAIM)
    # Compare-and-set: the losers' update waits for the winner's commit and then matches nothing.
    free = Ticket.objects.filter(pk=ticket_id, assignee=None).exclude(status=Status.CLOSED)
    if free.update(assignee=by) != 1:
        raise AlreadyClaimed(_why_not_free(Ticket.objects.get(pk=ticket_id), by))
    ticket = Ticket.objects.locked(ticket_id)
    events.ticket_about_to_be_assigned.send(Ticket, ticket=ticket, assignee=by, by=by, at=at)
    record(ticket, TimelineKind.CLAIMED, by=by, at=at, after=by)
    _start_work(ticket, by=by, at=at)
    events.ticket_assigned.send(Ticket, ticket=ticket, by=by, at=at)
    return ticket


@transaction.atomic
def assign_ticket(ticket_id: int, *, assignee: User | None, by, at: datetime) -> Ticket:
    """Give a ticket to somebody, or with None to nobody.

    :raises CannotBeAssigned: if the person cannot work on tickets, has it already, or the ticket
        is closed.
    """
    require(by, Act.ASSIGN)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_closed(ticket)
    if assignee is not None and not may(assignee, Act.REPLY):
        raise CannotBeAssigned(
            _("%(name)s does not work on tickets.") % {"name": assignee}, field="assignee"
        )
    if ticket.assignee_id == (assignee and assignee.pk):
        raise CannotBeAssigned(_has_it(assignee), field="assignee")
    events.ticket_about_to_be_assigned.send(Ticket, ticket=ticket, assignee=assignee, by=by, at=at)
    before, ticket.assignee = ticket.assignee, assignee
    ticket.save(update_fields=["assignee"])
    record(
        ticket,
        TimelineKind.ASSIGNED,
        by=by,
        at=at,
        before=before or "",
        after=assignee or "",
        left_person=before.pk if before else None,
    )
    events.ticket_assigned.send(Ticket, ticket=ticket, by=by, at=at)
    return ticket


@transaction.atomic
def move_to_team(ticket_id: int, *, team: Team | None, by, at: datetime) -> Ticket:
    """Put a ticket into a team's queue; an assignee outside that team loses it.

    :raises CannotBeAssigned: if it is there already or the ticket is closed.
    """
    require(by, Act.ASSIGN)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_closed(ticket)
    if ticket.team_id == (team and team.pk):
        raise CannotBeAssigned(_is_in(team), field="team")
    events.ticket_about_to_be_moved.send(Ticket, ticket=ticket, team=team, by=by, at=at)
    before, ticket.team = ticket.team, team
    ticket.save(update_fields=["team"])
    record(
        ticket,
        TimelineKind.TEAM_CHANGED,
        by=by,
        at=at,
        before=before or "",
        after=team or "",
        left_team=before.pk if before else None,
    )
    if _is_left_outside(ticket):
        outsider, ticket.assignee = ticket.assignee, None
        ticket.save(update_fields=["assignee"])
        record(
            ticket,
            TimelineKind.ASSIGNED,
            by=by,
            at=at,
            before=outsider,
            left_person=outsider.pk,
        )
    events.ticket_assigned.send(Ticket, ticket=ticket, by=by, at=at)
    return ticket


def _start_work(ticket: Ticket, *, by, at: datetime) -> None:
    if ticket.status == Status.NEW:
        set_status(ticket, Status.OPEN, by=by, at=at)


def _is_left_outside(ticket: Ticket) -> bool:
    if ticket.team is None or ticket.assignee is None:
        return False
    return not ticket.team.memberships.filter(user=ticket.assignee).exists()


def _refuse_closed(ticket: Ticket) -> None:
    if ticket.status == Status.CLOSED:
        raise CannotBeAssigned(_("Ticket %(number)d is closed.") % {"number": ticket.pk})


def _has_it(assignee: User | None) -> str:
    if assignee is None:
        return _("Nobody has the ticket already.")
    return _("%(name)s has the ticket already.") % {"name": assignee}


def _is_in(team: Team | None) -> str:
    if team is None:
        return _("The ticket is in no team already.")
    return _("The ticket is in %(team)s already.") % {"team": team}


def _why_not_free(ticket: Ticket, by: User) -> str:
    if ticket.assignee_id is None:
        return _("Ticket %(number)d is closed.") % {"number": ticket.pk}
    if ticket.assignee_id == by.pk:
        return _("You have this ticket already.")
    return _("%(name)s has this ticket already.") % {"name": ticket.assignee}
