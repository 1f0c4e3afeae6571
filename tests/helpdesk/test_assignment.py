from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role, TeamMembership
from helpdesk.models import Status, TimelineKind
from helpdesk.services.assignment import (
    AlreadyClaimed,
    CannotBeAssigned,
    assign_ticket,
    claim_ticket,
    move_to_team,
)
from tests.concurrency import all_at_once, while_uncommitted
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_claiming_makes_a_new_ticket_open_and_mine():
    ticket, agent = make_ticket(), make_user()

    claim_ticket(ticket.pk, by=agent, at=MONDAY)

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (agent, Status.OPEN)
    assert TimelineKind.CLAIMED in [entry.kind for entry in ticket.timeline.all()]


def test_a_claimed_ticket_cannot_be_claimed_and_says_whose_it_is():
    ticket, first = make_ticket(), make_user(full_name="Mara Lindqvist")
    claim_ticket(ticket.pk, by=first, at=MONDAY)

    with pytest.raises(AlreadyClaimed, match="Mara Lindqvist has this ticket"):
        claim_ticket(ticket.pk, by=make_user(), at=MONDAY)
    with pytest.raises(AlreadyClaimed, match="You have this ticket already"):
        claim_ticket(ticket.pk, by=first, at=MONDAY)

    ticket.refresh_from_db()
    assert ticket.assignee == first


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_exactly_one_gets_it():
    ticket = make_ticket()
    agents = [make_user() for _ in range(8)]

    results = all_at_once(
        [partial(claim_ticket, ticket.pk, by=agent, at=MONDAY) for agent in agents]
    )

    winners = [r for r in results if not isinstance(r, Exception)]
    assert len(winners) == 1
    assert all(isinstance(r, AlreadyClaimed) for r in results if isinstance(r, Exception))
    assert ticket.timeline.filter(kind=TimelineKind.CLAIMED).count() == 1


def test_assigning_keeps_before_and_after():
    ticket, first, second = make_ticket(), make_user(), make_user()
    assign_ticket(ticket.pk, assignee=first, by=second, at=MONDAY)

    assign_ticket(ticket.pk, assignee=second, by=first, at=MONDAY)

    entry = ticket.timeline.in_order().last()
    assert (entry.kind, entry.before, entry.after) == (
        TimelineKind.ASSIGNED,
        str(first),
        str(second),
    )


def test_a_ticket_is_not_assigned_to_whom_it_belongs_already():
    ticket, agent = make_ticket(), make_user()
    assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)

    with pytest.raises(CannotBeAssigned):
        assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)


@pytest.mark.parametrize("who", [{"role": Role.COMPLIANCE}, {"is_active": False}])
def test_only_active_people_who_work_on_tickets_get_them(who):
    ticket = make_ticket()

    with pytest.raises(CannotBeAssigned) as refusal:
        assign_ticket(ticket.pk, assignee=make_user(**who), by=make_user(), at=MONDAY)

    assert refusal.value.field == "assignee"


def test_moving_to_a_team_takes_the_ticket_from_somebody_outside_it():
    ticket, agent, team = make_ticket(), make_user(), make_team()
    assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)

    move_to_team(ticket.pk, team=team, by=agent, at=MONDAY)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team, None)


def test_moving_to_a_team_leaves_the_ticket_with_one_of_its_members():
    team = make_team()
    ticket, agent = make_ticket(), make_user()
    TeamMembership.objects.create(team=team, user=agent)
    assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)

    move_to_team(ticket.pk, team=team, by=agent, at=MONDAY)

    ticket.refresh_from_db()
    assert ticket.assignee == agent


def test_compliance_does_not_assign():
    ticket = make_ticket()

    with pytest.raises(PermissionDenied):
        assign_ticket(ticket.pk, assignee=make_user(), by=make_user(Role.COMPLIANCE), at=MONDAY)

    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.django_db(transaction=True)
def test_an_assignment_waits_for_the_one_before_and_says_what_was_before():
    ticket, first, second, lead = make_ticket(), make_user(), make_user(), make_user()

    while_uncommitted(
        partial(assign_ticket, ticket.pk, assignee=first, by=lead, at=MONDAY),
        partial(assign_ticket, ticket.pk, assignee=second, by=lead, at=MONDAY),
    )

    assert ticket.timeline.in_order().last().before == str(first)
