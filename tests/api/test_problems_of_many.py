"""Problems and tailored solutions over REST."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from helpdesk.models import MessageKind
from helpdesk.services.bulk import run_bulk_job
from helpdesk.services.saved_views import save_view
from tests.escalations.investigating import make_problem
from tests.escalations.test_problems import make_sold
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
PROBLEMS = "/api/v1/problems/"


@pytest.fixture
def lead():
    return make_user(Role.TEAM_LEAD)


@pytest.fixture
def client(caller, lead):
    return caller(lead)


def test_a_problem_is_opened_linked_fixed_and_verified_when_it_is_time(client):
    now = timezone.now()
    linked = make_ticket()
    for number in range(8):
        make_sold(number, at=now - timedelta(days=14))
    opened = client.post(
        PROBLEMS, {"title": "Tanks crack", "skus": ["CM-9"], "tickets": [linked.pk]}
    )
    assert opened.status_code == 201, opened.content
    address = f"{PROBLEMS}{opened.json()['id']}/"
    assert opened.json()["tickets"] == 1

    suggested = client.get(f"{address}suggestions/").json()
    assert len(suggested) == 8
    numbers = [row["number"] for row in suggested]
    assert client.post(f"{address}link-tickets/", {"tickets": numbers}).json() == {"linked": 8}
    assert client.post(f"{address}fix/", {"fixed_on": "2026-01-01"}).status_code == 409
    assert client.post(f"{address}confirm/", {"reason": "Seen in lot 2611"}).status_code == 200
    fixed_on = (now - timedelta(days=8)).date().isoformat()
    client.post(f"{address}fix/", {"fixed_on": fixed_on})
    early = client.post(f"{address}verify/", {"days": 28})
    assert (early.status_code, early.json()["code"]) == (409, "too_early_to_verify")
    assert early.json()["possible_on"] == (now + timedelta(days=21)).date().isoformat()
    done = client.post(f"{address}verify/", {"days": 7})

    assert done.json()["state"] == "verified", done.content
    check = done.json()["checks"][0]
    assert (check["before"], check["after"], check["effect"]) == (8, 0, "fell")
    steps = [step["words"] for step in client.get(address).json()["steps"]]
    assert steps[-1] == check["words"]
    closed = client.post(f"{address}change/", {"title": "Other"})
    assert closed.json()["code"] == "problem_state_forbids"
    listed = client.get(f"{PROBLEMS}?state=verified").json()["results"]
    assert [row["title"] for row in listed] == ["Tanks crack"]


def test_a_saved_view_links_what_it_shows(client, lead):
    for _ in range(3):
        make_ticket()
    tree = {"any": [{"field": "status", "operator": "in", "value": ["new"]}]}
    view = save_view(name="New", conditions=tree, by=lead, at=MONDAY)
    problem = make_problem(by=lead)

    linked = client.post(f"{PROBLEMS}{problem.pk}/link-tickets/", {"saved_view": view.pk})

    assert linked.json() == {"linked": 3}
    both = {"saved_view": view.pk, "tickets": [1]}
    assert client.post(f"{PROBLEMS}{problem.pk}/link-tickets/", both).status_code == 400


def test_everybody_reads_problems_and_sees_only_their_own_tickets(caller, lead):
    boss = make_user(Role.ADMIN)
    hidden, open_one = make_ticket(team=make_team()), make_ticket()
    problem = make_problem(by=boss, tickets=[hidden.pk, open_one.pk])
    agent = caller(make_user(Role.AGENT, team=make_team()))

    assert agent.get(f"{PROBLEMS}{problem.pk}/").json()["tickets"] == 2
    seen = agent.get(f"{PROBLEMS}{problem.pk}/tickets/").json()["results"]
    assert [row["ticket"]["number"] for row in seen] == [open_one.pk]
    assert agent.post(f"{PROBLEMS}{problem.pk}/confirm/").status_code == 403
    client = caller(lead)
    for number in (hidden.pk, 10**9):
        refused = client.post(f"{PROBLEMS}{problem.pk}/link-tickets/", {"tickets": [number]})
        assert refused.status_code == 409
        assert (
            client.post(f"{PROBLEMS}{problem.pk}/unlink-ticket/", {"ticket": number}).status_code
            == 400
        )


def test_customers_are_told_what_was_previewed(client, lead):
    tickets = [make_ticket() for _ in range(2)]
    problem = make_problem(by=lead, tickets=[one.pk for one in tickets])
    address = f"{PROBLEMS}{problem.pk}/"
    text = "Hello {name}, we exchange the tank."

    shown = client.post(f"{address}preview-letter/", {"text": text}).json()
    assert shown["first"] == "Hello Karen Whitfield, we exchange the tank."
    said = {name: shown[name] for name in ("text", "seen", "looked_at")}
    numbers = [one["number"] for one in shown["tickets"]]
    job = client.post(f"{address}tell-customers/", {**said, "tickets": numbers})
    assert job.status_code == 201, job.content
    run_bulk_job(job.json()["id"], at=timezone.now())

    progress = client.get(f"/api/v1/bulk-jobs/{job.json()['id']}/").json()["progress"]
    assert progress["done"] == 2
    for ticket in tickets:
        assert ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY).count() == 1
    unknown = client.post(f"{address}preview-letter/", {"text": "Hello {who}, all is well."})
    assert unknown.json()["code"] == "broadcast_text_refused"


def test_a_plan_is_made_changed_said_and_put_into_the_reply(client):
    ticket = make_ticket()
    address = f"/api/v1/tickets/{ticket.pk}/"
    assert client.get(f"{address}solution/").json()["parts"] == []
    amount = {"amount": "14.99", "currency": "USD"}

    money = client.post(f"{address}plan-part/", {"kind": "shipping", "amount": amount})
    assert money.status_code == 201, money.content
    sent = client.post(f"{address}plan-part/", {"kind": "replacement", "note": "by air"}).json()
    refused = client.post(f"/api/v1/solution-parts/{money.json()['id']}/finish/")
    assert (refused.status_code, refused.json()["code"]) == (409, "money_moves_through_refunds")
    done = client.post(f"/api/v1/solution-parts/{sent['id']}/finish/").json()
    assert done["state"] == "done"
    plan = client.post(f"{address}draft-solution-text/").json()
    assert "$14.99" in plan["customer_text"]
    client.post(f"{address}write-solution-text/", {"text": "All will be well."})
    draft = client.post(f"{address}put-solution-into-reply/").json()
    assert draft["text"] == "All will be well."
    dropped = client.post(f"/api/v1/solution-parts/{money.json()['id']}/drop/").json()
    assert dropped["ended_by"] is not None


def test_a_part_of_a_hidden_ticket_is_not_there(caller):
    boss = caller(make_user(Role.ADMIN))
    ticket = make_ticket(team=make_team())
    part = boss.post(f"/api/v1/tickets/{ticket.pk}/plan-part/", {"kind": "apology"}).json()
    stranger = caller(make_user(team=make_team()))

    for name in ("change", "finish", "drop"):
        assert stranger.post(f"/api/v1/solution-parts/{part['id']}/{name}/").status_code == 404
