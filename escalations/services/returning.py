"""Sending a case back, and the lead's decision when that has happened twice."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import TeamMembership
from accounts.services.values import refuse_unknown
from escalations.contract import FOR_DECISION, ContractAct
from escalations.models import Escalation, EscalationAct
from escalations.services.contract import Contract, begin, read_words
from helpdesk.services.linking import start_following

DECISIONS = (ContractAct.INSIST, ContractAct.KEEP)
MAX_MISSING = 2000


@transaction.atomic
def send_back(
    escalation_id: int, *, reason: str, missing: str = "", by, at: datetime
) -> Escalation:
    """Return a case to those it came from; its clocks rest and keep what is left of them.

    ``missing`` says what is needed before it can go up again. The second time a lead has to
    decide.

    :raises WordsNeeded: without a reason of ten letters.
    :raises EscalationIsBinding: once a lead has decided that it belongs here.
    """
    contract, step = begin(escalation_id, ContractAct.SEND_BACK, by=by)
    reason, missing = read_words(reason, field="reason"), missing.strip()[:MAX_MISSING]
    contract.take(step)
    contract.escalation.specialist = contract.escalation.accepted_at = None
    contract.give_back(at=at)
    if contract.escalation.state == FOR_DECISION:
        _show_to_leads(contract, at=at)
    return contract.write(EscalationAct.SENT_BACK, by=by, at=at, reason=reason, missing=missing)


@transaction.atomic
def decide(escalation_id: int, *, decision: str, reason: str, by, at: datetime) -> Escalation:
    """Decide where a case belongs that was sent back twice.

    ``insist`` sends it up again, and then it cannot be sent back any more; ``keep`` ends the
    escalation and the case stays with those it came from.

    :raises WordsNeeded: without a reason of ten letters.
    """
    refuse_unknown(decision, [str(each) for each in DECISIONS], field="decision")
    contract, step = begin(escalation_id, ContractAct(decision), by=by)
    reason = read_words(reason, field="reason")
    contract.take(step)
    if decision == ContractAct.INSIST:
        contract.give_to(contract.escalation.team, None)
    else:
        contract.escalation.ended_at = at
    return contract.write(EscalationAct.DECIDED, by=by, at=at, reason=reason, decision=decision)


def decision_words(decision: str) -> str:
    return {
        ContractAct.INSIST: _("it belongs to the specialists"),
        ContractAct.KEEP: _("it stays at the front line"),
    }[ContractAct(decision)]


def _show_to_leads(contract: Contract, *, at: datetime) -> None:
    """The leads of the tier decide too, so they keep the ticket in sight."""
    leads = TeamMembership.objects.filter(team=contract.escalation.team, is_lead=True)
    for membership in leads.select_related("user"):
        start_following(contract.ticket, membership.user, at=at)
