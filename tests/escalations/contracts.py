"""A contract with everybody around it, brought into any state through the services."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Role, Team, Tier, User
from escalations.models import Escalation, EscalationState
from escalations.services.accepting import accept, hand_over
from escalations.services.ending import complete, withdraw
from escalations.services.escalating import resubmit
from escalations.services.returning import decide, send_back
from tests.escalations.making import (
    make_escalation,
    make_lead,
    make_route,
    make_specialist,
)
from tests.escalations.plans import make_policy, target
from tests.factories import MONDAY, make_team, make_ticket, make_user

WORDS = "A few words that say why and what."
MINUTE = timedelta(minutes=1)


def promise(*, tier: int, accept: int = 3600, solve: int = 8 * 3600) -> None:
    """Promise in seconds of calendar time when cases of a tier, by its level, are taken on."""
    targets = {"tier_acceptance": target(accept), "tier_resolution": target(solve)}
    if not Tier.objects.filter(level=tier).exists():
        make_team(level=tier)
    make_policy(f"Tier {tier}", at=MONDAY, conditions={"tier": [tier]}, targets=targets)


@dataclass
class Stage:
    """Two teams and whoever has to do with them. ``people`` are called by what they are."""

    front: Team
    tier: Team
    people: dict[str, User]
    escalation: Escalation
    at: datetime = MONDAY

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def act(self, act: str, name: str, *, at: datetime | None = None) -> Escalation:
        by = self.people[name] if name else None
        self.at = at or self.at + MINUTE
        return ACTS[act](self, by)

    def now(self) -> Escalation:
        return Escalation.objects.get(pk=self.escalation.pk)


def make_stage(**said) -> Stage:
    front, tier = make_team(), make_team(level=2)
    people = {
        "member": make_specialist(tier),
        "specialist": make_specialist(tier),
        "lead": make_lead(tier),
        "first_agent": make_user(team=front),
        "colleague": make_user(team=front),
        "first_lead": make_lead(front),
        "manager": make_user(Role.MANAGER),
        "admin": make_user(Role.ADMIN),
        "compliance": make_user(Role.COMPLIANCE),
        "compliance_in_front": make_user(Role.COMPLIANCE, team=front),
        "agent_in_tier": make_user(team=tier),
        "other_agent": make_user(team=make_team()),
        "other_specialist": make_specialist(make_team(level=2)),
        "other_lead": make_lead(make_team(level=2)),
        "gone": make_specialist(tier, is_active=False),
    }
    ticket = make_ticket(team=front)
    route = make_route(team=tier, **said)
    escalation = make_escalation(ticket, route=route, by=people["first_agent"])
    return Stage(front, tier, people, escalation)


def into(stage: Stage, state: str) -> Stage:
    """Bring the contract into a state by the shortest way."""
    for act, name in WAYS[state]:
        stage.act(act, name)
    assert stage.now().state == state
    return stage


ACTS: dict[str, Callable[[Stage, User | None], Escalation]] = {
    "accept": lambda s, by: accept(s.escalation.pk, by=by, at=s.at),
    "send_back": lambda s, by: send_back(s.escalation.pk, reason=WORDS, by=by, at=s.at),
    "resubmit": lambda s, by: resubmit(s.escalation.pk, reason=WORDS, by=by, at=s.at),
    "insist": lambda s, by: decide(
        s.escalation.pk, decision="insist", reason=WORDS, by=by, at=s.at
    ),
    "keep": lambda s, by: decide(s.escalation.pk, decision="keep", reason=WORDS, by=by, at=s.at),
    "hand_over": lambda s, by: hand_over(
        s.escalation.pk, to=s["other_specialist"], reason=WORDS, by=by, at=s.at
    ),
    "withdraw": lambda s, by: withdraw(s.escalation.pk, reason=WORDS, by=by, at=s.at),
    "complete": lambda s, by: complete(s.escalation.pk, resolution=WORDS, by=by, at=s.at),
}
TWICE_BACK = [("send_back", "member"), ("resubmit", "first_agent"), ("send_back", "member")]
WAYS = {
    EscalationState.WAITING: [],
    EscalationState.ACCEPTED: [("accept", "specialist")],
    EscalationState.SENT_BACK: [("send_back", "member")],
    EscalationState.FOR_DECISION: TWICE_BACK,
    EscalationState.COMPLETED: [("accept", "specialist"), ("complete", "specialist")],
    EscalationState.WITHDRAWN: [("withdraw", "first_agent")],
}
