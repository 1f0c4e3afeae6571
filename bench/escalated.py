"""Running escalations in bulk, for measuring the queue of them. Runs inside Django (bench.inside).

Written past the services: what counts here is how many there are.
"""

import random
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Min

from accounts.models import Role, Team, TeamMembership, User
from bench.looking import cookie_of, queries_of
from escalations.models import ClockState, Escalation, EscalationRoute, Metric, SLAClock
from escalations.services.routes import create_route
from helpdesk.models import Ticket

SPECIALIST = "specialist@load.example"
_STATES = (("waiting", 60), ("accepted", 25), ("sent_back", 10), ("for_decision", 5))
_PROMISED = {"waiting": Metric.TIER_ACCEPTANCE}
_ROUTES, _QUESTIONS = 10, 4
_BATCH = 1000


@transaction.atomic
def fill(cases: int) -> int:
    """Hand up so many tickets, each with a clock of its tier; returns how many there are."""
    chance, now = random.Random(5), datetime.now(UTC)
    teams = list(Team.objects.filter(tier__level__gte=2).order_by("pk"))
    routes = [_route(number, teams[number % len(teams)], now) for number in range(_ROUTES)]
    specialist = _specialist(teams)
    tickets = Ticket.objects.order_by("-pk").annotate(first=Min("timeline__pk"))[:cases]
    made = [_case(ticket, chance, routes, specialist, now) for ticket in tickets]
    Escalation.objects.bulk_create(made, batch_size=_BATCH)
    firsts = {ticket.pk: ticket.first for ticket in tickets}
    SLAClock.objects.bulk_create(
        [_clock(case, firsts[case.ticket_id], chance, now) for case in made], batch_size=_BATCH
    )
    return len(made)


def looks() -> dict[str, str]:
    """Return a Cookie header for somebody who sees every case, and for one specialist."""
    people = {"manager": "manager@load.example", "specialist": SPECIALIST}
    return {who: cookie_of(User.objects.get(email=email)) for who, email in people.items()}


def queries(paths: list[tuple[str, str]]) -> list[int]:
    """Return for pairs of who and path how many queries the page needs."""
    people = {"manager": "manager@load.example", "specialist": SPECIALIST}
    return [queries_of(User.objects.get(email=people[who]), path=path) for who, path in paths]


def _route(number: int, team: Team, now: datetime) -> EscalationRoute:
    questions = [{"key": f"q{n}", "label": f"Question {n}"} for n in range(_QUESTIONS)]
    manager = User.objects.get(email="manager@load.example")
    return create_route(name=f"Route {number}", team=team, questions=questions, by=manager, at=now)


def _specialist(teams: list[Team]) -> User:
    user = User.objects.create_user(
        email=SPECIALIST, full_name="Specialist", role=Role.SPECIALIST, password=None
    )
    for team in teams[: len(teams) // 2]:
        TeamMembership.objects.create(team=team, user=user)
    return user


def _case(ticket: Ticket, chance, routes, specialist: User, now: datetime) -> Escalation:
    route = chance.choice(routes)
    (state,) = chance.choices(*zip(*_STATES, strict=True))
    is_accepted = state == "accepted"
    return Escalation(
        ticket=ticket,
        version=route.current,
        team=route.current.team,
        to_tier=route.current.team.tier,
        from_team=ticket.team,
        first_agent=ticket.assignee,
        specialist=specialist if is_accepted else None,
        accepted_at=now if is_accepted else None,
        state=state,
        priority=ticket.priority,
        reason="Written for measuring.",
        facts={"q0": "yes", "q1": "no"},
        escalated_at=now,
    )


def _clock(case: Escalation, first: int, chance, now: datetime) -> SLAClock:
    is_paused = case.state in ("sent_back", "for_decision")
    return SLAClock(
        ticket_id=case.ticket_id,
        metric=_PROMISED.get(case.state, Metric.TIER_RESOLUTION),
        reference=case.reference,
        started_by_id=first,
        target_seconds=14_400,
        state=ClockState.PAUSED if is_paused else ClockState.RUNNING,
        started_at=now,
        due_at=None if is_paused else now + timedelta(minutes=chance.randrange(10_000)),
        remaining=timedelta(hours=2) if is_paused else None,
    )
