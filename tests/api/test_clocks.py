"""Clocks over REST: listed, explained, and ended without an answer."""

from datetime import timedelta

import pytest

from accounts.models import Role
from escalations.models import SLAClock
from helpdesk.services.lifecycle import change_status
from tests.escalations.plans import make_calendar, make_policy, target
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def policy():
    calendar = make_calendar(at=MONDAY - HOUR)
    make_policy("Pressing", conditions={"priority": ["urgent"]}, at=MONDAY - HOUR)
    targets = {"first_reply": target(12 * 3600, time="business"), "resolution": target(99 * 3600)}
    return make_policy(calendar=calendar.pk, targets=targets, at=MONDAY - HOUR)


def test_the_clocks_of_a_ticket_say_where_they_stand(caller, agent, policy):
    ticket = make_ticket()

    rows = caller(agent).get(f"/api/v1/tickets/{ticket.pk}/clocks/").json()["results"]

    assert [(row["metric"], row["state"], row["time"]) for row in rows] == [
        ("first_reply", "running", "business"),
        ("resolution", "running", "calendar"),
    ]
    assert rows[0]["due_at"] == "2026-03-03T13:00:00Z"
    assert rows[0]["policy"] == {"policy": policy.pk, "name": "Everybody", "version": 1}
    assert rows[0]["remaining"] is None


def test_an_explanation_leaves_no_gap_and_sums_to_the_target(caller, agent, policy):
    ticket = make_ticket()
    clock = SLAClock.objects.get(ticket=ticket, metric="first_reply")

    told = caller(agent).get(f"/api/v1/clocks/{clock.pk}/explanation/").json()

    lines = told["lines"]
    assert [line["start"] for line in lines[1:]] == [line["end"] for line in lines[:-1]]
    assert (lines[0]["start"], lines[-1]["end"]) == (told["clock"]["started_at"], told["due_at"])
    assert sum(line["counted"] for line in lines) == told["counted"] == told["target"] == 43200
    assert [line["words"] for line in lines] == ["Counted", "Closed", "Counted"]
    assert told["zone"] == "Europe/Berlin"
    assert [(each["name"], each["decided"], each["why_not"]) for each in told["asked"]] == [
        ("Pressing", False, ["priority is Normal, wanted Urgent"]),
        ("Everybody", True, []),
    ]


def test_a_pause_is_explained_with_what_is_left(caller, agent, policy):
    ticket = make_ticket()
    change_status(ticket.pk, status="pending", by=agent, at=MONDAY + HOUR)
    clock = SLAClock.objects.get(ticket=ticket, metric="first_reply")

    told = caller(agent).get(f"/api/v1/clocks/{clock.pk}/explanation/").json()

    assert told["due_at"] is None
    assert told["clock"]["remaining"] == told["left"] == 11 * 3600
    assert told["counted"] + told["left"] == told["target"]


def test_what_policies_changed_later_does_not_rewrite_the_explanation(caller, agent, policy):
    ticket = make_ticket()
    make_policy("Everybody later", at=MONDAY + HOUR)
    clock = SLAClock.objects.get(ticket=ticket, metric="first_reply")

    told = caller(agent).get(f"/api/v1/clocks/{clock.pk}/explanation/").json()

    assert [each["name"] for each in told["asked"]] == ["Pressing", "Everybody"]


def test_clocks_out_of_sight_are_not_there(caller, policy):
    ticket = make_ticket(team=make_team())
    clock = SLAClock.objects.filter(ticket=ticket).first()
    stranger = caller(make_user())

    assert stranger.get(f"/api/v1/clocks/{clock.pk}/").status_code == 404
    assert stranger.get(f"/api/v1/clocks/{clock.pk}/explanation/").status_code == 404


def say(client, ticket, **facts):
    return client.post(f"/api/v1/tickets/{ticket.pk}/no-response-needed/", facts)


def test_no_response_needed_ends_the_reply_clocks(caller, agent, policy):
    ticket = make_ticket()

    answer = say(caller(agent), ticket, reason="Only a thank-you")

    assert answer.status_code == 200
    rows = caller(agent).get(f"/api/v1/tickets/{ticket.pk}/clocks/").json()["results"]
    assert [(row["state"], row["stop_reason"]) for row in rows] == [
        ("exempt", "Only a thank-you"),
        ("running", ""),
    ]
    assert rows[0]["stopped_by"]["id"] == agent.pk


def test_it_needs_a_reason_and_something_that_waits(caller, agent, policy):
    ticket = make_ticket()
    client = caller(agent)

    assert say(client, ticket, reason="x").json()["code"] == "reason_needed"
    assert say(client, ticket).status_code == 400
    assert say(client, ticket, reason="Thanks", metrics=["resolution"]).status_code == 400
    say(client, ticket, reason="Only a thank-you")
    assert say(client, ticket, reason="Only a thank-you").json()["code"] == "nothing_waits"


def test_compliance_may_not_say_it(caller, policy):
    assert (
        say(caller(make_user(Role.COMPLIANCE)), make_ticket(), reason="Thanks").status_code == 403
    )
