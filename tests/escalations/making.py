"""Clocks and policy versions written straight into their tables, for what happens to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

from accounts.models import Role, Team, TeamMembership, User
from escalations.models import (
    Escalation,
    EscalationRoute,
    Metric,
    SLAClock,
    SLAPolicy,
    SLAPolicyVersion,
)
from escalations.services.escalating import escalate
from escalations.services.routes import create_route
from helpdesk.models import Ticket
from tests.factories import MONDAY, make_team, make_ticket, make_user

HOUR = timedelta(hours=1)
_numbers = count(1)


def make_policy_version(targets: Mapping) -> SLAPolicyVersion:
    """A policy that is not in force: no clock starts by it, but clocks can be its."""
    number = next(_numbers)
    policy = SLAPolicy.objects.create(name=f"Policy {number}", position=number, is_active=False)
    return SLAPolicyVersion.objects.create(
        policy=policy, number=1, targets=targets, created_at=MONDAY
    )


def a_clock(
    ticket: Ticket,
    *,
    started_by: int,
    due_at: datetime = MONDAY + HOUR,
    metric: str = Metric.APPROVAL,
    steps: Iterable[tuple[str, datetime]] | None = None,
    **fields,
) -> SLAClock:
    """An unsaved running clock; without ``steps`` only its breach is pending.

    Of a metric that no timeline tells of, so that no act on the ticket reads it anew.
    """
    steps = sorted([("breach", due_at)] if steps is None else steps, key=lambda pair: pair[1])
    return SLAClock(
        ticket=ticket,
        started_by_id=started_by,
        metric=metric,
        target_seconds=3600,
        started_at=due_at - HOUR,
        due_at=due_at,
        pending_steps=[[step, moment.isoformat()] for step, moment in steps],
        next_step_at=steps[0][1] if steps else None,
        **fields,
    )


def make_clock(ticket: Ticket, **fields) -> SLAClock:
    first = ticket.timeline.in_order().values_list("pk", flat=True).first()
    clock = a_clock(ticket, started_by=first, **fields)
    clock.save()
    return clock


REASON = "The same model broke twice, and the customer threatens a claim."


def make_lead(team: Team | None = None, **fields) -> User:
    lead = make_user(Role.TEAM_LEAD, **fields)
    if team is not None:
        TeamMembership.objects.create(team=team, user=lead, is_lead=True)
    return lead


def make_specialist(team: Team, **fields) -> User:
    return make_user(Role.SPECIALIST, team=team, **fields)


def make_route(name: str = "", *, team: Team | None = None, **said) -> EscalationRoute:
    """A route through the service; without a team to one of the second tier of its own."""
    return create_route(
        name=name or f"Route {next(_numbers)}",
        team=team or make_team(level=2),
        by=make_user(Role.MANAGER),
        at=MONDAY,
        **said,
    )


def make_escalation(
    ticket: Ticket | None = None,
    *,
    route: EscalationRoute | None = None,
    by: User | None = None,
    at: datetime = MONDAY,
    **said,
) -> Escalation:
    """A ticket of the front line, handed up."""
    ticket = ticket or make_ticket(team=make_team())
    route = route or make_route()
    by = by or make_user(team=ticket.team)
    said = {"reason": REASON} | said
    return escalate(ticket.pk, route_id=route.pk, by=by, at=at, **said).escalation
