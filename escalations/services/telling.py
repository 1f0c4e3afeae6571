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
    """Those who now have to act hear of a case; who handed it up hears what became of it.

    Whom somebody gave it to by hand is told of that by the ticket.
    """
    asked = set(_whose_turn(escalation, step))
    is_told = {step.to_id} if step.facts.get("by_hand") else set()
    tell(asked, NotificationKind.ESCALATED, entry=entry, by=by, at=at)
    concerned = {escalation.first_agent_id, escalation.specialist_id} - asked - is_told
    tell(concerned, NotificationKind.ESCALATION_MOVED, entry=entry, by=by, at=at)


def _whose_turn(escalation: Escalation, step: EscalationStep) -> Iterable[int]:
    if step.act == EscalationAct.JOINED:
        return []
    if escalation.state == FOR_DECISION:
        return _leads_of(escalation)
    if escalation.state == WAITING:
        return _specialists_of(escalation)
    is_given = step.act in (EscalationAct.HANDED_OVER, EscalationAct.ACCEPTED)
    is_news = step.to_id != step.by_id and not step.facts.get("by_hand")
    return [step.to_id] if is_given and is_news else []


def _specialists_of(escalation: Escalation) -> Iterable[int]:
    """Whoever could accept it; where nobody is left who could, the managers."""
    members = TeamMembership.objects.filter(
        team=escalation.team_id,
        user__role__in=ROLES_THAT_MAY[Act.ACCEPT_ESCALATION],
        user__is_active=True,
    )
    return set(members.values_list("user_id", flat=True)) or _managers()


def _leads_of(escalation: Escalation) -> Iterable[int]:
    """The leads of both teams; where there are none, the managers."""
    teams = [escalation.team_id, escalation.from_team_id]
    leads = TeamMembership.objects.filter(team__in=teams, is_lead=True)
    found = leads.filter(user__role__in=ROLES_THAT_MAY[Act.DECIDE_ESCALATION], user__is_active=True)
    return set(found.values_list("user_id", flat=True)) or _managers()


def _managers() -> Iterable[int]:
    return User.objects.active().filter(role=Role.MANAGER).values_list("pk", flat=True)
