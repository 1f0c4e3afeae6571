"""Who is told of what happens to an escalation. Needs the transaction of the act."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Role, TeamMembership, User
from accounts.rules import ROLES_THAT_MAY, Act
from escalations.contract import FOR_DECISION, WAITING
from escalations.models import Escalation, EscalationAct, EscalationStep
from helpdesk.models import NotificationKind, TimelineEntry
from helpdesk.services.notifications import tell


def tell_of_step(
    escalation: Escalation, step: EscalationStep, entry: TimelineEntry, *, by, at: datetime
) -> None:
    """Those who now have to act hear of a case; who handed it up hears what became of it."""
    asked = set(_whose_turn(escalation, step))
    tell(asked, NotificationKind.ESCALATED, entry=entry, by=by, at=at)
    concerned = {escalation.first_agent_id, escalation.specialist_id} - asked
    tell(concerned, NotificationKind.ESCALATION_MOVED, entry=entry, by=by, at=at)


def _whose_turn(escalation: Escalation, step: EscalationStep) -> Iterable[int]:
    if step.act == EscalationAct.JOINED:
        return []
    if escalation.state == FOR_DECISION:
        return _leads_of(escalation)
    if escalation.state == WAITING:
        return _specialists_of(escalation)
    is_given = step.act in (EscalationAct.HANDED_OVER, EscalationAct.ACCEPTED)
    return [step.to_id] if is_given and step.to_id != step.by_id else []


def _specialists_of(escalation: Escalation) -> Iterable[int]:
    members = TeamMembership.objects.filter(
        team=escalation.team_id, user__role__in=ROLES_THAT_MAY[Act.ACCEPT_ESCALATION]
    )
    return members.values_list("user_id", flat=True)


def _leads_of(escalation: Escalation) -> Iterable[int]:
    """The leads of both teams; where there are none, the managers."""
    teams = [escalation.team_id, escalation.from_team_id]
    leads = TeamMembership.objects.filter(team__in=teams, is_lead=True)
    found = leads.filter(user__role__in=ROLES_THAT_MAY[Act.DECIDE_ESCALATION], user__is_active=True)
    managers = User.objects.active().filter(role=Role.MANAGER)
    return set(found.values_list("user_id", flat=True)) or managers.values_list("pk", flat=True)
