"""Taking a case on, handing it to another specialist, and freeing it when its own is gone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team, User
from accounts.rules import Act, may
from escalations.contract import ContractAct, Step, step_for
from escalations.models import Escalation, EscalationAct
from escalations.services.contract import Contract, begin, is_there, read_words
from helpdesk.models import Status
from helpdesk.services.lifecycle import set_status


class CannotTakeOver(RuleViolation):
    code = "cannot_take_over"


@transaction.atomic
def accept(escalation_id: int, *, by: User, at: datetime) -> Escalation:
    """Take a case on; of several who try at once exactly one gets it.

    :raises AlreadyAccepted: if somebody has.
    """
    contract, step = begin(escalation_id, ContractAct.ACCEPT, by=by)
    return give(contract, step, specialist=by, by=by, at=at)


def give(
    contract: Contract, step: Step, *, specialist: User, by, at: datetime, reason="", **facts
) -> Escalation:
    """Make somebody the specialist of a case that waits. Needs the contract's lock."""
    contract.take(step)
    contract.escalation.specialist, contract.escalation.accepted_at = specialist, at
    contract.give_to(contract.escalation.team, specialist)
    escalation = contract.write(
        EscalationAct.ACCEPTED, by=by, at=at, to=specialist, reason=reason, **facts
    )
    if contract.ticket.status == Status.NEW:
        set_status(contract.ticket, Status.OPEN, by=by, at=at)
    return escalation


@transaction.atomic
def hand_over(escalation_id: int, *, to: User, reason: str, by, at: datetime) -> Escalation:
    """Give an accepted case to another specialist; no clock stops.

    Their team is the same, or one of the same or a higher tier.

    :raises WordsNeeded: without a reason of ten letters.
    :raises CannotTakeOver: if they have it, are away, or work in no such team.
    """
    contract, step = begin(escalation_id, ContractAct.HAND_OVER, by=by)
    reason = read_words(reason, field="reason")
    team = team_to_work_in(contract.escalation, to, at=at)
    return hand_to(contract, step, to=to, team=team, reason=reason, by=by, at=at)


def hand_to(
    contract: Contract, step: Step, *, to: User, team: Team, by, at: datetime, reason="", **facts
) -> Escalation:
    """Make somebody else the specialist of an accepted case. Needs the contract's lock."""
    contract.take(step)
    escalation = contract.escalation
    escalation.specialist, escalation.team, escalation.to_tier = to, team, team.tier
    contract.give_to(team, to)
    return contract.write(EscalationAct.HANDED_OVER, by=by, at=at, to=to, reason=reason, **facts)


def release(contract: Contract, *, reason: str, at: datetime) -> Escalation:
    """Let an accepted case wait for another specialist. Needs the contract's lock.

    The clock of solving goes on, and that of accepting with what was left of it.
    """
    contract.take(step_for(contract.case, ContractAct.RELEASE))
    contract.give_to(contract.escalation.team, None)
    return contract.write(EscalationAct.RELEASED, by=None, at=at, reason=reason)


def team_to_work_in(escalation: Escalation, to: User, *, at: datetime, field: str = "to") -> Team:
    """Return the team in which somebody takes an accepted case over.

    :raises CannotTakeOver: at ``field``, if they have it, are away, or work in no such team.
    """
    if to.pk == escalation.specialist_id:
        raise CannotTakeOver(_("%(name)s has the case already.") % {"name": to}, field=field)
    if not may(to, Act.ACCEPT_ESCALATION):
        raise CannotTakeOver(_("%(name)s accepts no escalations.") % {"name": to}, field=field)
    if not is_there(to, at=at):
        raise CannotTakeOver(_("%(name)s is on leave.") % {"name": to}, field=field)
    high_enough = Team.objects.of(to).filter(tier__level__gte=escalation.to_tier.level)
    teams = list(high_enough.by_tier())
    if not teams:
        raise CannotTakeOver(
            _("%(name)s is in no team of this tier or a higher one.") % {"name": to}, field=field
        )
    return next((team for team in teams if team.pk == escalation.team_id), teams[0])
