"""What it means for a running contract that somebody claims, assigns or moves its ticket.

The contract says where the ticket is and who has it. Giving a ticket that waits to somebody who
may take the case on *is* accepting it, giving an accepted one to another specialist *is* handing
it over, and everything else is refused with what is possible instead. The helpdesk asks before
it writes (``refuse``) and tells afterwards (``follow``); both read the same answer.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team, User
from escalations.contract import (
    ACCEPTED,
    FOR_DECISION,
    SENT_BACK,
    WAITING,
    ContractAct,
    Party,
    step_for,
)
from escalations.models import Escalation
from escalations.services.absences import release_if_gone, why_gone
from escalations.services.accepting import CannotTakeOver, give, hand_to, team_to_work_in
from escalations.services.contract import Contract, is_there, parties_of, running_on
from helpdesk.models import Ticket

_FIRST_SIDE = frozenset({Party.FIRST_AGENT, Party.FIRST_TEAM, Party.FIRST_LEAD})


class EscalationRuns(RuleViolation):
    code = "escalation_runs"


def refuse_move(ticket: Ticket, *, team: Team | None, at: datetime) -> None:
    """Refuse to move a ticket away from where its contract says it is. Needs its lock.

    :raises EscalationRuns: saying what is possible instead.
    """
    contract = running_on(ticket)
    if contract is not None and _home_of(contract.escalation) != (team and team.pk):
        raise EscalationRuns(_INSTEAD_OF_MOVING[contract.escalation.state](contract), field="team")


def refuse_person(ticket: Ticket, *, assignee: User | None, by, at: datetime) -> None:
    """Refuse to give a ticket to somebody whom its contract does not allow. Needs its lock.

    :raises EscalationRuns: saying what is possible instead.
    :raises CannotTakeOver: for somebody who cannot take the case on.
    """
    contract = running_on(ticket)
    if contract is not None:
        _REFUSE[contract.escalation.state](contract, assignee, by, at)


def follow(ticket: Ticket, *, by, at: datetime) -> None:
    """Let the contract follow a ticket that was given to somebody. Needs its lock."""
    contract = running_on(ticket)
    if contract is None:
        return
    escalation, person = contract.escalation, ticket.assignee
    if person is None:
        release_if_gone(contract, at=at)
    elif escalation.state == WAITING:
        step = step_for(contract.case, ContractAct.ACCEPT)
        give(contract, step, specialist=person, by=by, at=at, by_hand=True)
    elif escalation.state == ACCEPTED and person.pk != escalation.specialist_id:
        step = step_for(contract.case, ContractAct.HAND_OVER)
        team = team_to_work_in(escalation, person, at=at, field="assignee")
        hand_to(contract, step, to=person, team=team, by=by, at=at, by_hand=True)


def _home_of(escalation: Escalation) -> int | None:
    is_up = escalation.state in (WAITING, ACCEPTED)
    return escalation.team_id if is_up else escalation.from_team_id


def _refuse_while_it_waits(contract: Contract, person: User | None, by, at: datetime) -> None:
    if person is None:
        return
    escalation, takers = contract.escalation, step_for(contract.case, ContractAct.ACCEPT).who
    if not (parties_of(escalation, person) & takers and parties_of(escalation, by) & takers):
        raise EscalationRuns(
            _(
                "The case waits for %(team)s: only its specialists and leads can take it."
                " Withdraw the escalation to keep the ticket."
            )
            % {"team": escalation.team},
            field="assignee",
        )
    if person != by and not is_there(person, at=at):
        raise CannotTakeOver(_("%(name)s is on leave.") % {"name": person}, field="assignee")


def _refuse_once_accepted(contract: Contract, person: User | None, by, at: datetime) -> None:
    escalation = contract.escalation
    if person is not None and person.pk == escalation.specialist_id:
        return
    if person is None:
        if not why_gone(escalation, at=at):
            raise EscalationRuns(_instead_of_taking_it_away(contract), field="assignee")
        return
    if not parties_of(escalation, by) & step_for(contract.case, ContractAct.HAND_OVER).who:
        raise EscalationRuns(
            _("%(name)s has accepted the case; only they or a lead can hand it over.")
            % {"name": escalation.specialist},
            field="assignee",
        )
    team_to_work_in(escalation, person, at=at, field="assignee")


def _refuse_once_back(contract: Contract, person: User | None, by, at: datetime) -> None:
    escalation = contract.escalation
    if person is not None and not parties_of(escalation, person) & _FIRST_SIDE:
        raise EscalationRuns(
            _(
                "The case was sent back to %(team)s: only its people can have the ticket"
                " until it is escalated again or withdrawn."
            )
            % {"team": escalation.from_team},
            field="assignee",
        )


def _instead_of_taking_it_away(contract: Contract) -> str:
    return _(
        "%(name)s has accepted the case. Hand it over, send it back or complete it instead."
    ) % {"name": contract.escalation.specialist}


_REFUSE: dict[str, Callable[[Contract, User | None, User | None, datetime], None]] = {
    WAITING: _refuse_while_it_waits,
    ACCEPTED: _refuse_once_accepted,
    SENT_BACK: _refuse_once_back,
    FOR_DECISION: _refuse_once_back,
}
_INSTEAD_OF_MOVING: dict[str, Callable[[Contract], str]] = {
    WAITING: lambda contract: (
        _("The case waits for %(team)s. Withdraw the escalation before you move the ticket.")
        % {"team": contract.escalation.team}
    ),
    ACCEPTED: _instead_of_taking_it_away,
    SENT_BACK: lambda contract: _(
        "The case was sent back. Escalate it again, or withdraw the escalation before you move"
        " the ticket."
    ),
    FOR_DECISION: lambda contract: _(
        "A lead decides where the case belongs; until then the ticket stays where it is."
    ),
}
