"""Typed-ahead search and the palette."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.lifecycle import solve_ticket
from tests.api.world import make_order
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    return make_user(team=make_team(), full_name="Mara Lindqvist")


@pytest.fixture
def client(mara):
    client = APIClient()
    client.force_authenticate(mara)
    return client


def labels(client, **params):
    groups = client.get("/api/v1/palette/", params).json()["groups"]
    return [item["label"] for group in groups for item in group["items"]]


def test_a_search_finds_tickets_customers_and_orders(client):
    ticket = make_ticket("Kettle", text="Der Wassertänk <b>leckt</b>",
                         identity=make_identity(name="Wassermann"))  # fmt: skip
    make_order("WASSER-1")

    found = client.get("/api/v1/search/", {"q": "wasser"}).json()

    (shown,) = found["tickets"]
    assert shown["number"] == ticket.pk
    ((start, end),) = shown["excerpt"]["marks"]
    assert shown["excerpt"]["text"][start:end] == "Wasser"
    assert [customer["name"] for customer in found["customers"]] == ["Wassermann"]
    assert [order["reference"] for order in found["orders"]] == ["WASSER-1"]


def test_the_ticket_of_a_number_stands_first(client):
    ticket = make_ticket()
    make_ticket(f"Like {ticket.pk}")

    found = client.get("/api/v1/search/", {"q": str(ticket.pk)}).json()["tickets"]
    assert [row["number"] for row in found][0] == ticket.pk


def test_a_search_shows_only_what_the_person_may_see(client):
    make_ticket("Kettle of others", team=make_team())

    assert client.get("/api/v1/search/", {"q": "kettle"}).json()["tickets"] == []
    assert "Kettle" not in " ".join(labels(client, q="kettle"))


@pytest.mark.parametrize("address", ["search/", "tickets/"])
def test_an_unknown_operator_is_refused_with_the_possible_ones(client, address):
    answer = client.get(f"/api/v1/{address}", {"q": "colour:red"})

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == "q"
    assert "possible: status:" in error["detail"]


def test_a_search_costs_few_queries(client, django_assert_max_num_queries):
    for number in range(12):
        make_ticket(f"Kettle {number}", identity=make_identity(name=f"Kettle {number}"))
        make_order(f"KETTLE-{number}")

    with django_assert_max_num_queries(5):
        client.get("/api/v1/search/", {"q": "kettle"})


def test_the_palette_offers_what_can_be_done_now(client, mara):
    ticket = make_ticket()
    assert {"Take it", "Solve", "Priority Urgent", "Write a reply"} <= set(
        labels(client, ticket=ticket.pk)
    ) | set(labels(client, ticket=ticket.pk, q="prio"))

    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    solve_ticket(ticket.pk, by=mara, at=MONDAY)
    offered = labels(client, ticket=ticket.pk)
    assert "Take it" not in offered
    assert "Solve" not in offered
    assert "Reopen" in offered


def test_every_act_the_palette_offers_is_one_the_api_does(client, mara):
    """Each against a fresh ticket, as the palette sends it."""
    queries = ("", "prio", "set", "assign mara", "assign user", "tag fragile", "follow")
    done = set()
    for query in queries:
        number = make_ticket().pk
        for group in client.get("/api/v1/palette/", {"ticket": number, "q": query}).json()[
            "groups"
        ]:
            for item in group["items"]:
                if not item["act"]:
                    continue
                fresh = make_ticket().pk
                address = item["act"].replace(f"/{number}/", f"/{fresh}/")
                answer = client.post(address, item["body"], format="json")
                assert answer.status_code == 200, (item, answer.json())
                done.add(item["label"])
    assert {"Take it", "Solve", "Priority Low", "Set to Pending", "Tag fragile", "Follow",
            "Assign to Mara Lindqvist"} <= done  # fmt: skip


def test_the_palette_offers_only_what_the_role_allows():
    client = APIClient()
    client.force_authenticate(make_user(Role.COMPLIANCE))

    offered = labels(client, ticket=make_ticket().pk)
    assert "Write an internal note" in offered
    assert not {"Solve", "Take it", "Write a reply"} & set(offered)


def test_the_palette_leads_to_views_by_their_words(client):
    (item,) = client.get("/api/v1/palette/", {"q": "unassig"}).json()["groups"][0]["items"]

    assert item["hint"] == "G U"
    assert "view=unassigned" in item["url"]
    assert item["marks"] == [[0, 7]]


def test_a_ticket_out_of_sight_has_no_acts(client):
    hidden = make_ticket(team=make_team())

    assert client.get("/api/v1/palette/", {"ticket": hidden.pk}).status_code == 404
    assert client.get("/api/v1/palette/", {"ticket": "x"}).status_code == 400
