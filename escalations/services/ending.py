"""How an escalation ends: completed, withdrawn, or with its ticket."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.values import refuse_unknown
from escalations.contract import ACCEPTED, WAITING, ContractAct, Outcome, step_for
from escalations.models import Escalation, EscalationAct
from escalations.services.contract import (
    MAX_REASON,
    Contract,
    begin,
    read_words,
    running_on,
)
from helpdesk.models import MessageKind, Status, Ticket


@transaction.atomic
def complete(
    escalation_id: int,
    *,
    resolution: str,
    outcome: str = Outcome.SOLVED,
    give_back: bool = False,
    by,
    at: datetime,
) -> Escalation:
    """End an accepted case with what was done, for the first agent to learn from.

    ``give_back`` returns the ticket to the team and the agent it came from; otherwise it stays.

    :raises WordsNeeded: without a resolution of ten letters.
    :raises ValueNotPossible: for an outcome that is not in the list.
    """
    refuse_unknown(outcome, [str(each) for each in Outcome], field="outcome")
    contract, _step = begin(escalation_id, ContractAct.COMPLETE, by=by)
    resolution = read_words(resolution, field="resolution")
    if give_back:
        contract.give_back(at=at)
    return _complete(contract, resolution, outcome, by=by, at=at, give_back=give_back)


@transaction.atomic
def withdraw(escalation_id: int, *, reason: str, by, at: datetime) -> Escalation:
    """Take a case back that nobody has accepted.

    :raises WordsNeeded: without a reason of ten letters.
    """
    contract, _step = begin(escalation_id, ContractAct.WITHDRAW, by=by)
    reason = read_words(reason, field="reason")
    if contract.escalation.state == WAITING:
        contract.give_back(at=at)
    return _withdraw(contract, reason, by=by, at=at)


def end_with_solving(ticket: Ticket, *, by, at: datetime) -> None:
    """Solving a ticket completes what was accepted and withdraws what was not. Needs its lock."""
    contract = running_on(ticket)
    if contract is None:
        return
    if contract.escalation.state == ACCEPTED:
        _complete(contract, _last_words(ticket), Outcome.SOLVED, by=by, at=at, give_back=False)
        return
    if contract.escalation.state == WAITING:
        contract.give_back(at=at)
    _withdraw(contract, _("The ticket was solved."), by=by, at=at)


def end_with_merging(ticket: Ticket, *, by, at: datetime) -> None:
    """What is merged away lives on in another ticket; its escalation does not. Needs its lock."""
    _end(ticket, _("The ticket was merged into another."), by=by, at=at)


def end_with_closing(ticket: Ticket, *, by, at: datetime) -> None:
    """A closed ticket has no running escalation. Needs its lock."""
    if ticket.status == Status.CLOSED:
        _end(ticket, _("The ticket was closed."), by=by, at=at)


def _end(ticket: Ticket, reason: str, *, by, at: datetime) -> None:
    contract = running_on(ticket)
    if contract is not None:
        _withdraw(contract, reason, by=by, at=at)


def _complete(contract: Contract, resolution, outcome, *, by, at, give_back) -> Escalation:
    escalation = contract.escalation
    contract.take(step_for(contract.case, ContractAct.COMPLETE))
    escalation.ended_at, escalation.resolution, escalation.outcome = at, resolution, outcome
    return contract.write(
        EscalationAct.COMPLETED,
        by=by,
        at=at,
        reason=resolution,
        outcome=str(outcome),
        give_back=give_back,
    )


def _withdraw(contract: Contract, reason: str, *, by, at: datetime) -> Escalation:
    contract.take(step_for(contract.case, ContractAct.WITHDRAW))
    contract.escalation.ended_at = at
    return contract.write(EscalationAct.WITHDRAWN, by=by, at=at, reason=reason)


def _last_words(ticket: Ticket) -> str:
    replies = ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY).order_by("pk")
    last = replies.last()
    return (last.text if last else "")[:MAX_REASON] or _("Solved without a reply.")
