"""Tickets: listed, narrowed, searched, opened."""

import pytest

from helpdesk.models import Category, Channel, Message, Ticket
from helpdesk.queue import VIEWS
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.linking import follow_ticket
from helpdesk.services.merging import merge_ticket
from helpdesk.services.triage import add_tag
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets/"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def agent(team):
    return make_user(team=team)


@pytest.fixture
def find(caller, agent):
    """Return the numbers a query finds."""

    def numbers(query: str) -> set[int]:
        response = caller(agent).get(f"{TICKETS}?{query}")
        assert response.status_code == 200, response.content
        return {ticket["number"] for ticket in response.json()["results"]}

    return numbers


def test_a_ticket_is_shown_with_names_and_times_in_utc(caller, agent):
    agent.time_zone = "America/Los_Angeles"
    agent.save(update_fields=["time_zone"])
    ticket = make_ticket(team=agent.teams.get())
    client = caller(agent)
    client.force_login(agent)

    shown = client.get(f"{TICKETS}{ticket.pk}/").json()

    assert shown["number"] == ticket.pk
    assert (shown["priority"], shown["severity"]) == ("normal", "minor")
    assert shown["opened_at"] == "2026-03-02T09:00:00Z"
    assert shown["team"]["tier"]["level"] == 1
    assert shown["requester"]["name"] == "Karen Whitfield"
    assert shown["last_event"] == ticket.last_event


def test_the_list_shows_tickets_as_they_are_by_themselves(caller, agent):
    ticket = make_ticket()
    client = caller(agent)

    (listed,) = client.get(TICKETS).json()["results"]

    assert listed == client.get(f"{TICKETS}{ticket.pk}/").json()


def test_every_view_of_the_queue_can_be_asked_for(find, agent, team):
    mine, free, triage = make_ticket(team=team), make_ticket(team=team), make_ticket()
    solved, merged = make_ticket(team=team), make_ticket(team=team)
    assign_ticket(mine.pk, assignee=agent, by=agent, at=MONDAY)
    solve_ticket(solved.pk, by=agent, at=MONDAY)
    follow_ticket(free.pk, by=agent, at=MONDAY)
    merge_ticket(merged.pk, into=free.pk, by=agent, at=MONDAY)

    found = {view: find(f"view={view}") for view in VIEWS}

    assert found["mine"] == {mine.pk}
    assert found["unassigned"] == {free.pk}
    assert found["triage"] == {triage.pk}
    assert found["open"] == {mine.pk, free.pk, triage.pk}
    assert found["solved"] == {solved.pk}
    assert found["followed"] == {free.pk}
    assert found["all"] == {mine.pk, free.pk, triage.pk, solved.pk, merged.pk} == find("")


def test_the_list_narrows_by_what_the_page_narrows_by(find, agent, team):
    category = Category.objects.create(slug="damaged", name="Damaged")
    urgent = make_ticket("Kettle leaks", team=team, priority=4, category=category)
    tagged = make_ticket("Parcel lost", text="Nothing came.", team=team)
    add_tag(tagged.pk, name="carrier", by=agent, at=MONDAY)

    assert find("priority=urgent&priority=high") == {urgent.pk}
    assert find("category=damaged") == {urgent.pk}
    assert find("tag=carrier") == {tagged.pk}
    assert find("q=kettle") == {urgent.pk}
    assert find(f"q={tagged.pk}") == {tagged.pk}
    assert find(f"team={team.pk}") == {urgent.pk, tagged.pk}
    assert find(f"requester={tagged.requester_id}") == {tagged.pk}
    assert find("opened_before=2026-03-02T09:00:00Z") == set()
    assert find("opened_after=2026-03-02T09:00:00Z") == {urgent.pk, tagged.pk}
    assert find("requester=9223372036854775807") == set()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("priority=4", "priority"),
        ("category=nothing", "category"),
        ("team=abc", "team"),
        ("assignee=9223372036854775808", "assignee"),
        ("requester=-1e9999999", "requester"),
        ("opened_after=yesterday", "opened_after"),
        ("opened_after=2026-02-30", "opened_after"),
        ("tag=a%00b", "tag"),
        ("q=a%00b", "q"),
        (f"q={'x' * 501}", "q"),
        ("view=everything", "view"),
        ("sort=colour", "sort"),
    ],
)
def test_a_filter_that_is_not_possible_is_named(caller, agent, query, field):
    response = caller(agent).get(f"{TICKETS}?{query}")

    assert response.status_code == 400
    assert [entry["field"] for entry in response.json()["errors"]] == [field]


def test_opening_a_ticket(caller, agent, team):
    identity = make_identity()
    Category.objects.create(slug="damaged", name="Damaged")

    response = caller(agent).post(
        TICKETS,
        {
            "requester": identity.customer_id,
            "identity": identity.pk,
            "subject": "Called about a cracked tank",
            "text": "The tank is cracked.\n",
            "channel": "phone",
            "priority": "high",
            "severity": "major",
            "category": "damaged",
            "team": team.pk,
        },
    )

    assert response.status_code == 201
    shown = response.json()
    ticket = Ticket.objects.get(pk=shown["number"])
    assert (ticket.channel, ticket.priority, ticket.identity) == (Channel.PHONE, 3, identity)
    assert ticket.messages.get().text == "The tank is cracked.\n"
    assert ticket.timeline.get().actor == agent
    assert shown["category"] == {"slug": "damaged", "name": "Damaged"}


def test_a_ticket_needs_little_more_than_words(caller, agent):
    customer = make_identity().customer

    response = caller(agent).post(
        TICKETS,
        {"requester": customer.pk, "subject": "Call", "text": "Hello", "channel": "phone"},
    )

    assert response.status_code == 201
    assert response.json()["priority"] == "normal"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requester": 2**62}, "requester"),
        ({"requester": None}, "requester"),
        ({"identity": 2**62}, "identity"),
        ({"subject": "x" * 251}, "subject"),
        ({"subject": " "}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"channel": "fax"}, "channel"),
        ({"team": 2**62}, "team"),
        ({"order": 2**62}, "order"),
        ({"category": "nothing"}, "category"),
        ({"status": "solved"}, "status"),
        ({"number": 1}, "number"),
    ],
    ids=str,
)
def test_a_ticket_that_cannot_be_opened_leaves_nothing(caller, agent, change, field):
    body = {"requester": make_identity().customer_id, "subject": "Call", "text": "Hello"}

    response = caller(agent).post(TICKETS, body | {"channel": "phone"} | change)

    assert response.status_code == 400
    assert [entry["field"] for entry in response.json()["errors"]] == [field]
    assert not Ticket.objects.exists()
    assert not Message.objects.exists()


def test_an_identity_belongs_to_the_customer(caller, agent):
    body = {"requester": make_identity().customer_id, "subject": "Call", "text": "Hello"}

    response = caller(agent).post(
        TICKETS, body | {"channel": "phone", "identity": make_identity().pk}
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "identity"


def test_a_compliance_reviewer_opens_no_ticket(caller):
    body = {"requester": make_identity().customer_id, "subject": "Call", "text": "Hello"}

    response = caller(make_user("compliance")).post(TICKETS, body | {"channel": "phone"})

    assert response.status_code == 403
    assert not Ticket.objects.exists()
