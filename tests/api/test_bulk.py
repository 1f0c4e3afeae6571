"""Bulk jobs by REST: started, watched, cancelled, and nobody else's."""

import pytest

from accounts.models import Role
from helpdesk.models import BulkJob, BulkState, Ticket
from helpdesk.services.bulk import AT_ONCE
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.saved_views import save_view
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = "/api/v1/bulk-jobs/"


@pytest.fixture
def agent():
    return make_user(team=make_team())


@pytest.fixture
def client(caller, agent):
    return caller(agent)


def many_tickets(count: int, **facts) -> list[int]:
    identity = make_identity()
    return [make_ticket(identity=identity, **facts).pk for _ in range(count)]


def test_a_small_job_is_done_with_the_answer(client, agent):
    one, two = many_tickets(2)
    solve_ticket(two, by=agent, at=MONDAY)

    response = client.post(JOBS, {"act": "solve", "tickets": [two, one, one]})

    assert response.status_code == 201
    shown = response.json()
    assert shown["state"] == "done"
    assert shown["progress"] == {"waiting": 0, "done": 1, "refused": 1, "cancelled": 0}
    assert client.get(f"{JOBS}{shown['id']}/").json() == shown
    (refused,) = client.get(f"{JOBS}{shown['id']}/items/?state=refused").json()["results"]
    assert (refused["ticket"]["number"], refused["code"]) == (two, "status_not_possible")
    assert "solved" in refused["reason"]


def test_the_report_comes_in_pages(client):
    tickets = many_tickets(5)
    job = client.post(
        JOBS, {"act": "tag", "arguments": {"tag": "recall"}, "tickets": tickets}
    ).json()

    numbers, url = [], f"{JOBS}{job['id']}/items/?page_size=2"
    while url:
        page = client.get(url).json()
        numbers += [item["ticket"]["number"] for item in page["results"]]
        url = page["next"]

    assert numbers == tickets


def test_a_job_on_all_that_a_filter_finds(client, agent):
    urgent, low = many_tickets(2, priority=4), many_tickets(1)
    asked = {"view": "open", "priority": ["urgent", "high"]}

    response = client.post(
        JOBS,
        {"act": "change-status", "arguments": {"status": "pending"}, "filter": asked}
        | {"expected_count": 2},
    )

    assert response.json()["progress"]["done"] == 2
    assert set(Ticket.objects.filter(status="pending").values_list("pk", flat=True)) == set(urgent)
    assert Ticket.objects.get(pk=low[0]).status == "new"


def test_me_in_a_filter_is_whoever_asks(client, agent):
    mine, others = many_tickets(1), many_tickets(2)
    Ticket.objects.filter(pk__in=mine).update(assignee=agent)
    Ticket.objects.filter(pk__in=others).update(assignee=make_user())

    asked = {"view": "open", "q": "assignee:me"}
    body = {"act": "solve", "filter": asked, "expected_count": 1}
    shown = client.post(JOBS, body).json()

    assert shown["progress"]["done"] == 1
    assert list(Ticket.objects.filter(status="solved").values_list("pk", flat=True)) == mine


def test_a_filter_may_be_a_saved_view(client, agent):
    tickets = many_tickets(2)
    conditions = {"all": [{"field": "status", "operator": "is", "value": "new"}]}
    view = save_view(name="New", conditions=conditions, by=agent, at=MONDAY)
    asked = {"saved_view": str(view.pk)}

    response = client.post(JOBS, {"act": "solve", "filter": asked, "expected_count": 2})

    assert response.json()["progress"]["done"] == len(tickets)


def test_what_grew_since_it_was_agreed_to_is_asked_again(client):
    many_tickets(7)

    response = client.post(JOBS, {"act": "solve", "filter": {}, "expected_count": 1})

    assert (response.status_code, response.json()["code"]) == (409, "count_has_grown")
    assert response.json()["count"] == 7
    assert not BulkJob.objects.exists()


def test_a_large_job_is_left_to_a_worker_and_can_be_cancelled(client):
    tickets = many_tickets(AT_ONCE + 1)
    job = client.post(JOBS, {"act": "solve", "tickets": tickets}).json()

    cancelled = client.post(f"{JOBS}{job['id']}/cancel/")

    assert (job["state"], job["progress"]["waiting"]) == ("queued", AT_ONCE + 1)
    assert cancelled.json()["state"] == BulkState.CANCELLED
    assert cancelled.json()["progress"]["cancelled"] == AT_ONCE + 1
    again = client.post(f"{JOBS}{job['id']}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_cancel")


def test_a_repeated_job_is_one_job(client):
    tickets = many_tickets(2)
    body, header = {"act": "solve", "tickets": tickets}, {"Idempotency-Key": "one"}

    first = client.post(JOBS, body, headers=header)
    again = client.post(JOBS, body, headers=header)

    assert again.json() == first.json()
    assert BulkJob.objects.get().state == BulkState.DONE
    assert set(Ticket.objects.values_list("status", flat=True)) == {"solved"}


def test_a_job_is_only_its_owner_s(caller, client):
    job = client.post(JOBS, {"act": "solve", "tickets": many_tickets(1)}).json()
    stranger = caller(make_user(Role.ADMIN))

    for address in (f"{JOBS}{job['id']}/", f"{JOBS}{job['id']}/items/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"{JOBS}{job['id']}/cancel/").status_code == 404
    assert stranger.get(JOBS).json()["results"] == []
    assert [shown["id"] for shown in client.get(JOBS).json()["results"]] == [job["id"]]


def test_tickets_one_may_not_see_are_named_like_those_that_are_not_there(client):
    hidden = make_ticket(team=make_team()).pk

    responses = [
        client.post(JOBS, {"act": "solve", "tickets": [number]}) for number in (hidden, hidden + 9)
    ]

    assert [response.status_code for response in responses] == [409, 409]
    assert responses[0].json()["code"] == responses[1].json()["code"] == "not_in_sight"
    assert responses[0].json()["tickets"] == [hidden]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "explode", "tickets": [1]}, "act"),
        ({"act": "solve"}, "tickets"),
        ({"act": "solve", "tickets": []}, "tickets"),
        ({"act": "solve", "tickets": [1], "filter": {}, "expected_count": 1}, "tickets"),
        ({"act": "solve", "filter": {}}, "expected_count"),
        ({"act": "solve", "tickets": [1], "expected_count": 1}, "expected_count"),
        ({"act": "solve", "tickets": ["a"]}, "tickets.0"),
        ({"act": "solve", "tickets": [1], "arguments": {"x": 1}}, "arguments.x"),
        ({"act": "assign", "tickets": [1], "arguments": {}}, "arguments.assignee"),
        ({"act": "assign", "tickets": [1], "arguments": {"assignee": 10**9}}, "arguments.assignee"),
        ({"act": "solve", "filter": {"colour": "red"}, "expected_count": 1}, "filter.colour"),
        ({"act": "solve", "filter": {"status": "lost"}, "expected_count": 1}, "filter.status"),
        ({"act": "solve", "filter": {"q": 1}, "expected_count": 1}, "filter.q"),
        ({"act": "solve", "filter": {"q": "a\x00b"}, "expected_count": 1}, "filter.q"),
        ({"act": "solve", "filter": {"saved_view": "9"}, "expected_count": 1}, "filter.saved_view"),
    ],
    ids=str,
)
def test_a_job_that_cannot_be_is_named(client, body, field):
    response = client.post(JOBS, body)

    assert response.status_code == 400, response.content
    assert response.json()["errors"][0]["field"] == field
    assert not BulkJob.objects.exists()


def test_a_role_that_may_not_is_refused_before_anything_is_written(caller):
    client = caller(make_user(Role.COMPLIANCE))

    response = client.post(JOBS, {"act": "solve", "tickets": many_tickets(1)})

    assert response.status_code == 403
    assert not BulkJob.objects.exists()
