"""What a level does to a ticket, through the services that people use, by nobody.

An act that is not possible any more changes nothing and says why: it is never raised.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from accounts.errors import RuleViolation
from accounts.models import Team, User
from escalations.presence import Presence, presence
from escalations.promises import (
    ASSIGN_TO,
    ESCALATE,
    LEAD,
    MOVE_TO_TEAM,
    NOBODY,
    RAISE_PRIORITY,
    LevelAct,
)
from escalations.refusals import InvalidInput
from escalations.services import alerts
from escalations.services.contract import running_on
from escalations.services.escalating import escalate
from helpdesk.models import Priority, Ticket
from helpdesk.services.assignment import assign_ticket, move_to_team
from helpdesk.services.notifications import reader_of, with_times
from helpdesk.services.triage import change_priority


class NotPossibleNow(RuleViolation):
    code = "not_possible_now"


def do_all(acts: Iterable[LevelAct], *, ticket_id: int, at: datetime) -> list[dict]:
    """Do the acts in order; returns what came of each: ``act``, ``value``, ``done``, ``why``."""
    return [_do(act, ticket_id, at) for act in acts]


def _do(act: LevelAct, ticket_id: int, at: datetime) -> dict:
    said = {"act": act.kind, "value": act.value}
    try:
        with transaction.atomic():
            _DOES[act.kind](Ticket.objects.locked(ticket_id), act.value, at)
    except (RuleViolation, ObjectDoesNotExist, InvalidInput) as refusal:
        return said | {"done": False, "why": str(refusal)}
    return said | {"done": True, "why": ""}


def _assign_to(ticket: Ticket, whom: str | int, at: datetime) -> None:
    assign_ticket(ticket.pk, assignee=_person(ticket, whom, at), by=None, at=at)


def _person(ticket: Ticket, whom: str | int, at: datetime) -> User | None:
    if whom == NOBODY:
        return None
    pk = alerts.lead_at_work(ticket, at=at) if whom == LEAD else whom
    if pk is None:
        raise NotPossibleNow("No lead of the team is at work.")
    person = with_times(User.objects.active()).get(pk=pk)
    if presence(reader_of(person), at=at) == Presence.ON_LEAVE:
        raise NotPossibleNow(f"{person} is away.")
    return person


def _raise_priority(ticket: Ticket, name: str, at: datetime) -> None:
    wanted = Priority[name.upper()]
    if ticket.priority >= wanted:
        raise NotPossibleNow(f"The priority is {Priority(ticket.priority).name.lower()} already.")
    change_priority(ticket.pk, priority=wanted, by=None, at=at)


def _move_to_team(ticket: Ticket, team_id: int, at: datetime) -> None:
    move_to_team(ticket.pk, team=Team.objects.get(pk=team_id), by=None, at=at)


def _escalate(ticket: Ticket, route_id: int, at: datetime) -> None:
    if running_on(ticket) is not None:
        raise NotPossibleNow("An escalation runs already.")
    reason = "A deadline was missed, and the policy says that it goes up."
    escalate(ticket.pk, route_id=route_id, reason=reason, by=None, at=at)


_DOES: dict[str, Callable[[Ticket, str | int, datetime], None]] = {
    ASSIGN_TO: _assign_to,
    RAISE_PRIORITY: _raise_priority,
    MOVE_TO_TEAM: _move_to_team,
    ESCALATE: _escalate,
}
