"""Views of the queue by REST: counted, kept, shared, and always the reader's own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import TeamMembership
from helpdesk.models import SavedView, TicketLook
from helpdesk.queue import VIEWS
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.conversation import add_note
from helpdesk.services.linking import follow_ticket
from helpdesk.services.looks import note_look
from helpdesk.services.merging import merge_ticket
from helpdesk.services.saved_views import MAX_VIEWS, save_view
from tests.factories import MONDAY, customer_writes, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

SAVED = "/api/v1/saved-views/"
VIEW_COUNTS = "/api/v1/views/"
OPEN = {"all": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
MINE = {"all": [{"field": "assignee", "operator": "is", "value": "me"}]}


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def agent(team):
    return make_user(team=team)


@pytest.fixture
def client(caller, agent):
    return caller(agent)


def keep(client, name: str = "Open now", conditions=OPEN, **facts) -> dict:
    response = client.post(SAVED, {"name": name, "conditions": conditions} | facts)
    assert response.status_code == 201, response.content
    return response.json()


def found(client, view: dict, **params) -> list[int]:
    response = client.get("/api/v1/tickets/", {"saved_view": view["id"]} | params)
    assert response.status_code == 200, response.content
    return [ticket["number"] for ticket in response.json()["results"]]


def counts(client) -> dict[str, int]:
    return {view["name"]: view["count"] for view in client.get(VIEW_COUNTS).json()}


def test_every_view_is_listed_with_its_count(client, agent, team):
    mine, free = make_ticket(team=team), make_ticket(team=team)
    claim_ticket(mine.pk, by=agent, at=MONDAY)
    follow_ticket(free.pk, by=agent, at=MONDAY)
    saved = keep(client)

    shown = client.get(VIEW_COUNTS).json()

    assert [view["name"] for view in shown] == [*VIEWS, f"saved-{saved['id']}"]
    assert shown[0] == {
        "name": "mine", "label": "My open", "saved_view": None, "count": 1, "is_more": False,
    }  # fmt: skip
    assert shown[-1]["count"] == 2
    assert counts(client)["unassigned"] == 1
    assert counts(client)["followed"] == 1
    assert counts(client)["all"] is None


def test_unchanged_counts_are_not_sent_again(client, team):
    first = client.get(VIEW_COUNTS)
    again = client.get(VIEW_COUNTS, headers={"If-None-Match": first["ETag"]})
    make_ticket(team=team)
    changed = client.get(VIEW_COUNTS, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_fifty_views_are_counted_in_the_statements_of_one(client, agent):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(VIEW_COUNTS)
        return len(captured)

    keep(client)
    at_one = queries()
    for n in range(1, MAX_VIEWS):
        save_view(name=f"View {n}", conditions=MINE, by=agent, at=MONDAY)

    assert queries() == at_one <= 10


def test_what_others_wrote_since_i_looked_is_a_view(client, agent, team):
    mine, followed, strange = make_ticket(), make_ticket(), make_ticket()
    claim_ticket(mine.pk, by=agent, at=MONDAY)
    follow_ticket(followed.pk, by=agent, at=MONDAY)
    for ticket in (mine, followed, strange):
        ticket.refresh_from_db()
        note_look(ticket, by=agent, at=MONDAY)

    assert counts(client)["unread"] == 0
    add_note(mine.pk, text="Mine.", by=agent, at=MONDAY)
    assert counts(client)["unread"] == 0
    customer_writes(mine)
    add_note(followed.pk, text="Look.", by=make_user(), at=MONDAY)
    customer_writes(strange)
    assert counts(client)["unread"] == 2
    mine.refresh_from_db()
    note_look(mine, by=agent, at=MONDAY)
    assert counts(client)["unread"] == 1


def test_a_look_never_goes_back(agent):
    ticket = make_ticket()
    newest = ticket.last_event
    for event in (newest, newest - 1, newest + 5, newest):
        ticket.last_event = event
        note_look(ticket, by=agent, at=MONDAY)

    assert TicketLook.objects.get().last_event == newest + 5


def test_a_view_is_kept_changed_and_deleted(client, agent):
    view = keep(client)
    address = f"{SAVED}{view['id']}/"

    changed = client.post(
        f"{address}change/", {"name": "  Renamed  view ", "sort": "newest"}
    ).json()

    assert view == client.get(SAVED).json()["results"][0] | {
        "name": view["name"], "sort": "urgency", "updated_at": view["updated_at"],
    }  # fmt: skip
    assert (changed["name"], changed["sort"]) == ("Renamed view", "newest")
    assert (changed["conditions"], changed["team"]) == (OPEN, None)
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_view_finds_its_tickets_in_its_order(client, agent, team):
    low, urgent = make_ticket(team=team, priority=1), make_ticket(team=team, priority=4)
    make_ticket(team=make_team())
    merged = make_ticket(team=team)
    merge_ticket(merged.pk, into=low.pk, by=agent, at=MONDAY)
    view = keep(client)

    assert found(client, view) == [urgent.pk, low.pk]
    assert found(client, view, sort="oldest") == [low.pk, urgent.pk]
    assert found(client, view, priority="low") == [low.pk]


def test_a_shared_view_means_its_reader_and_shows_only_what_they_may_see(caller, agent, team):
    colleague = make_user(team=team)
    ours, theirs = make_ticket(team=team), make_ticket(team=team)
    claim_ticket(ours.pk, by=agent, at=MONDAY)
    claim_ticket(theirs.pk, by=colleague, at=MONDAY)
    view = keep(caller(agent), "Mine", MINE, team=team.pk)

    assert view["team"] == {"id": team.pk, "name": team.name}
    assert found(caller(agent), view) == [ours.pk]
    assert found(caller(colleague), view) == [theirs.pk]


def test_a_shared_view_is_its_owner_s_to_change(caller, client, team):
    view = keep(client, team=team.pk)
    colleague = caller(make_user(team=team))
    address = f"{SAVED}{view['id']}/"

    assert colleague.get(address).json() == view
    assert colleague.post(f"{address}change/", {"name": "Taken"}).status_code == 403
    assert colleague.delete(address).status_code == 403
    assert SavedView.objects.get().name == view["name"]


def test_somebody_else_s_view_is_not_there(caller, client, team):
    view = keep(client)
    stranger, address = caller(make_user(team=team)), f"{SAVED}{view['id']}/"

    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}change/", {"name": "Taken"}).status_code == 404
    assert stranger.delete(address).status_code == 404
    assert stranger.get(SAVED).json()["results"] == []
    refused = stranger.get("/api/v1/tickets/", {"saved_view": view["id"]})
    absent = stranger.get("/api/v1/tickets/", {"saved_view": view["id"] + 999})
    assert (refused.status_code, refused.json()["errors"]) == (400, absent.json()["errors"])


def test_who_leaves_the_team_no_longer_has_its_views(caller, client, team):
    view, colleague = keep(client, team=team.pk), make_user(team=team)
    TeamMembership.objects.filter(user=colleague).delete()

    assert caller(colleague).get(f"{SAVED}{view['id']}/").status_code == 404


def test_views_are_shared_with_teams_one_is_in(client):
    response = client.post(SAVED, {"name": "Open", "conditions": OPEN, "team": make_team().pk})

    assert (response.status_code, response.json()["code"]) == (409, "view_refused")
    assert response.json()["errors"][0]["field"] == "team"


def test_a_name_is_taken_once_per_person(caller, client):
    keep(client)

    response = client.post(SAVED, {"name": " Open  now", "conditions": OPEN})

    assert (response.status_code, response.json()["code"]) == (409, "view_refused")
    keep(caller(make_user()))


def test_a_person_keeps_fifty_views_at_most(client, agent):
    for n in range(MAX_VIEWS):
        save_view(name=f"View {n}", conditions=OPEN, by=agent, at=MONDAY)

    response = client.post(SAVED, {"name": "One more", "conditions": OPEN})

    assert (response.status_code, response.json()["code"]) == (409, "too_many_views")


def test_mistakes_in_conditions_are_named_by_their_path(client):
    tree = {"all": [*OPEN["all"], {"any": [{"field": "team", "operator": "is", "value": 2**40}]}]}
    body = {"name": "Wrong", "conditions": tree}
    response = client.post(SAVED, body)

    assert response.status_code == 400
    (entry,) = response.json()["errors"]
    assert entry["field"] == "conditions.all.1.any.0.value"
    assert entry["code"] == "condition_not_possible"
    assert not SavedView.objects.exists()


def test_a_preview_counts_and_keeps_nothing(client, team):
    make_ticket(team=team)
    make_ticket(team=make_team())

    response = client.post(f"{SAVED}preview/", {"conditions": OPEN})

    assert response.json() == {"count": 1, "is_more": False}
    assert not SavedView.objects.exists()


def test_the_fields_are_listed_with_operators_and_values(client, agent, team):
    fields = {field["field"]: field for field in client.get(f"{SAVED}fields/").json()}

    assert {"value": "on_hold", "label": "On hold"} in fields["status"]["choices"]
    assert {"value": agent.pk, "label": agent.full_name} in fields["assignee"]["choices"]
    assert fields["assignee"]["choices"][0] == {"value": "me", "label": "Me"}
    assert {"value": team.pk, "label": team.name} in fields["team"]["choices"]
    assert fields["team"]["operators"][-1] == {
        "operator": "not_empty", "label": "is not empty", "is_list": False, "needs_value": False,
    }  # fmt: skip


def test_a_view_of_an_older_version_is_empty_and_breaks_nothing(client, agent):
    conditions = {"all": [{"field": "colour", "operator": "is", "value": "red"}]}
    view = SavedView.objects.create(
        owner=agent, name="Old", conditions=conditions, created_at=MONDAY, updated_at=MONDAY
    )
    make_ticket()

    assert found(client, {"id": view.pk}) == []
    assert counts(client)[f"saved-{view.pk}"] == 0
