"""The board: what falls due, whose it is, who carries what; calm at a thousand rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from rest_framework.test import APIClient

from accounts.models import Role
from escalations.board import LANES, board_of
from escalations.models import ClockState, Metric, SLAClock
from helpdesk.services.assignment import assign_ticket
from tests.api.world import token_for
from tests.escalations.making import a_clock, make_clock
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BOARD_MAY_COST = 20


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def priya(client, team):
    lead = make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman")
    client.force_login(lead)
    return lead


def due(team, due_in: timedelta):
    ticket = make_ticket(team=team)
    make_clock(ticket, due_at=timezone.now() + due_in, metric=Metric.APPROVAL)
    return ticket


def board(client, **params):
    return client.get(reverse("escalations:board"), params)


def counts(response) -> dict:
    return {lane.name: lane.count for lane in response.context["board"].lanes}


def test_every_ticket_stands_in_one_lane(client, priya, team):
    late = due(team, -HOUR)
    make_clock(late, due_at=timezone.now() + HOUR / 2, metric=Metric.TIER_ACCEPTANCE)
    due(team, HOUR / 2)
    due(team, 400 * HOUR)
    resting = due(team, HOUR)
    SLAClock.objects.filter(ticket=resting).update(
        state=ClockState.PAUSED, due_at=None, remaining=HOUR
    )

    page = board(client)

    assert counts(page) == {"late": 1, "hour": 1, "today": 0, "paused": 1}
    assert page.context["board"].later == 1
    assert "1 more ticket falls due after today." in page.content.decode()


def test_the_table_says_who_carries_what_by_name(client, priya, team):
    mara = make_user(team=team, full_name="Mara Lindqvist")
    for due_in in (-HOUR, HOUR / 2, 5 * HOUR):
        assign_ticket(due(team, due_in).pk, assignee=mara, by=priya, at=MONDAY)
    due(team, HOUR)

    people = board(client).context["board"].people

    assert [(each.name, each.open, each.soon, each.late) for each in people] == [
        ("", 1, 1, 0),
        ("Mara Lindqvist", 3, 1, 1),
    ]


def test_my_teams_are_shown_first_and_all_when_asked(client, team):
    client.force_login(make_user(Role.MANAGER, team=team))
    due(team, -HOUR)
    due(make_team("Billing"), -HOUR)

    assert counts(board(client))["late"] == 1
    assert counts(board(client, teams="all"))["late"] == 2


def test_a_lead_sees_no_ticket_of_other_teams(client, priya):
    due(make_team("Billing"), -HOUR)

    assert counts(board(client, teams="all"))["late"] == 0


def test_more_of_a_lane_is_the_queue_with_exactly_those_tickets(client, priya, team):
    now, closing = timezone.now(), board_of(priya, mine=True, at=timezone.now()).closing
    later = now + HOUR + (closing - now - HOUR) / 2 if closing > now + HOUR else None
    expected = {name: set() for name in LANES}
    for place, due_at in (("late", now - HOUR), ("hour", now + HOUR / 2), ("today", later)):
        for _ in range(7 if due_at else 0):
            ticket = make_ticket(team=team)
            make_clock(ticket, due_at=due_at, metric=Metric.APPROVAL)
            expected[place].add(ticket.pk)
    for _ in range(7):
        resting = due(team, HOUR)
        SLAClock.objects.filter(ticket=resting).update(
            state=ClockState.PAUSED, due_at=None, remaining=HOUR
        )
        expected["paused"].add(resting.pk)
    due(team, 400 * HOUR), due(make_team("Billing"), -HOUR), make_ticket(team=team)

    page = board(client)

    assert page.content.decode().count('<li class="due">') <= 20
    queries = {lane.name: query for lane, _name, query in page.context["lanes"]}
    for lane in page.context["board"].lanes:
        listed = client.get(f"/tickets/?{queries[lane.name]}")
        assert {ticket.pk for ticket in listed.context["page"].rows} == expected[lane.name]
        assert listed.context["total"] == lane.count == len(expected[lane.name])
        if lane.more:
            assert f"?{escape(queries[lane.name])}" in page.content.decode()


def test_managers_without_teams_are_led_to_the_tickets_of_all(client, team):
    client.force_login(make_user(Role.MANAGER))
    tickets = {due(each, -HOUR).pk for each in [team, make_team("Billing")] * 3}

    page = board(client)

    ((query,),) = ([q for lane, _n, q in page.context["lanes"] if lane.name == "late"],)
    rows = client.get(f"/tickets/?{query}").context["page"].rows
    assert {ticket.pk for ticket in rows} == tickets


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST])
def test_the_board_is_for_leads(client, team, role):
    client.force_login(make_user(role, team=team))

    assert board(client).status_code == 403
    assert reverse("escalations:board") not in client.get("/tickets/").content.decode()


def test_the_navigation_counts_what_is_late(client, priya, team):
    due(team, -HOUR)
    due(team, HOUR)

    page = client.get(reverse("helpdesk:queue")).content.decode()

    assert '<span class="count" data-tone="late" title="Late">1</span>' in page


def open_clocks(team, count: int) -> None:
    now, person = timezone.now(), make_user(team=team)
    tickets = [make_ticket(team=team) for _ in range(min(count, 50))]
    entries = {ticket.pk: ticket.timeline.first().pk for ticket in tickets}
    for ticket in tickets:
        assign_ticket(ticket.pk, assignee=person, by=person, at=MONDAY)
    SLAClock.objects.bulk_create(
        a_clock(
            tickets[number % len(tickets)],
            started_by=entries[tickets[number % len(tickets)].pk],
            due_at=now + (number - 20) * timedelta(minutes=7),
            metric=Metric.APPROVAL,
            reference=str(number),
        )
        for number in range(count)
    )


def test_the_board_is_calm_and_costs_the_same_at_one_ticket_fifty_and_a_thousand_clocks(
    client, priya, team
):
    sizes, costs = [], []
    for count in (1, 50, 1000):
        SLAClock.objects.update(state=ClockState.ENDED, stopped_at=MONDAY)
        open_clocks(team, count)
        with CaptureQueriesContext(connection) as queries:
            page = board(client).content.decode()
        costs.append(len(queries))
        sizes.append(page.count('<li class="due">'))

    assert costs[0] == costs[1] == costs[2] <= BOARD_MAY_COST
    assert max(sizes) <= 20


def test_rest_says_the_same(client, priya, team):
    ticket = due(team, -HOUR)
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(priya)}")

    told = caller.get("/api/v1/clock-board/?teams=mine").json()

    late = told["lanes"][0]
    assert (late["name"], late["count"], late["shown"][0]["ticket"]) == ("late", 1, ticket.pk)
    assert told["people"] == [{"id": None, "name": "", "open": 1, "due_in_an_hour": 0, "late": 1}]
    assert caller.get("/api/v1/clock-board/?teams=none").status_code == 400
