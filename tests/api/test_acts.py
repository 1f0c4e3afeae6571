"""Each act: what it changes, what it leaves in the timeline, and what it refuses."""

import pytest

from accounts.models import Role
from helpdesk.models import Status
from helpdesk.services.assignment import assign_ticket
from tests.factories import (
    MONDAY,
    customer_writes,
    make_note,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db


def _last_kind(ticket) -> str:
    return ticket.timeline.order_by("-pk").values_list("kind", flat=True)[0]


def test_solving_and_reopening(do, ticket):
    assert do("solve")[1]["status"] == "solved"
    assert do("reopen")[1]["status"] == "open"
    assert _last_kind(ticket) == "ticket.reopened"


def test_a_status_that_cannot_follow_says_what_can(do):
    status, shown = do("reopen")

    assert (status, shown["code"]) == (409, "status_not_possible")
    assert "possible now" in shown["detail"]
    assert shown["errors"][0]["field"] == "status"


@pytest.mark.parametrize("status", ["open", "pending", "on_hold"])
def test_changing_the_status(do, ticket, status):
    assert do("change-status", {"status": status})[1]["status"] == status
    assert _last_kind(ticket) == "ticket.status"


def test_only_the_system_closes(do, ticket):
    status, shown = do("change-status", {"status": "closed"})

    assert (status, shown["code"]) == (409, "status_not_possible")
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_ticket_changes_by_acts_only(caller, ticket, method):
    client = caller(make_user(Role.ADMIN))

    response = getattr(client, method)(f"/api/v1/tickets/{ticket.pk}/", {"status": "solved"})

    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_claiming(do, agent, ticket):
    status, shown = do("claim")

    assert status == 200
    assert shown["assignee"]["id"] == agent.pk
    assert shown["status"] == "open"


def test_a_claimed_ticket_is_not_claimed_again(do, ticket):
    assign_ticket(ticket.pk, assignee=make_user(full_name="Priya"), by=make_user(), at=MONDAY)

    status, shown = do("claim")

    assert (status, shown["code"]) == (409, "already_claimed")
    assert "Priya" in shown["detail"]


def test_assigning_to_somebody_and_to_nobody(do):
    colleague = make_user()

    assert do("assign", {"assignee": colleague.pk})[1]["assignee"]["id"] == colleague.pk
    assert do("assign", {"assignee": None})[1]["assignee"] is None


def test_assigning_needs_a_word_about_whom(do):
    status, shown = do("assign", {})

    assert status == 400
    assert shown["errors"] == [
        {"field": "assignee", "code": "required", "detail": "This field is required."}
    ]


def test_nobody_is_assigned_who_is_gone_or_does_not_work_on_tickets(do):
    gone = make_user(is_active=False)
    reviewer = make_user(Role.COMPLIANCE)

    assert do("assign", {"assignee": gone.pk})[0] == 400
    status, shown = do("assign", {"assignee": reviewer.pk})
    assert (status, shown["code"]) == (409, "cannot_be_assigned")
    assert shown["errors"][0]["field"] == "assignee"


def test_a_ticket_that_moves_out_of_sight_is_still_shown_to_who_moved_it(caller):
    mine, theirs = make_team(), make_team()
    ticket, agent = make_ticket(team=mine), make_user(team=mine)
    client = caller(agent)

    moved = client.post(f"/api/v1/tickets/{ticket.pk}/move/", {"team": theirs.pk})

    assert moved.status_code == 200
    assert moved.json()["team"]["id"] == theirs.pk
    assert client.get(f"/api/v1/tickets/{ticket.pk}/").status_code == 404


def test_merging_and_taking_it_back(do, ticket):
    target = make_ticket()

    assert do("merge", {"into": target.pk})[1]["merged_into"] == target.pk
    status, shown = do("reply", {"text": "Hello", "last_seen_event": 10**6})
    assert (status, shown["code"]) == (409, "ticket_is_closed")
    assert str(target.pk) in shown["detail"]
    assert do("unmerge")[1]["merged_into"] is None


def test_a_ticket_is_not_merged_into_itself(do, ticket):
    status, shown = do("merge", {"into": ticket.pk})

    assert (status, shown["code"]) == (409, "cannot_merge")
    assert shown["errors"][0]["field"] == "into"


def test_splitting_answers_with_the_new_ticket(do, ticket):
    message = customer_writes(ticket, "And the kettle is late.")

    status, shown = do("split", {"message": message.pk, "subject": "The kettle is late"})

    assert status == 201
    assert shown["number"] != ticket.pk
    assert shown["subject"] == "The kettle is late"


def test_a_note_is_not_split_off(do, ticket):
    status, shown = do("split", {"message": make_note(ticket).pk, "subject": "Note"})

    assert (status, shown["code"]) == (409, "cannot_split")


def test_linking_and_unlinking(do, caller, agent, ticket):
    other = make_ticket("The same crack")

    assert do("link", {"to": other.pk, "kind": "follow_up_of"})[0] == 200
    address = f"/api/v1/tickets/{ticket.pk}/links/"
    (link,) = caller(agent).get(address).json()["results"]
    assert (link["kind"], link["source"]["number"]) == ("follow_up_of", ticket.pk)
    assert link["target"]["subject"] == "The same crack"
    assert do("unlink", {"link": link["id"]})[0] == 200
    assert caller(agent).get(address).json()["results"] == []


def test_following_and_no_longer(do, caller, agent, ticket):
    address = f"/api/v1/tickets/{ticket.pk}/followers/"

    do("follow")
    assert [f["user"]["id"] for f in caller(agent).get(address).json()["results"]] == [agent.pk]
    do("unfollow")
    assert caller(agent).get(address).json()["results"] == []


ONLY_FRONTLINE = [
    ("reply", {"text": "Hello", "last_seen_event": 10**6}),
    ("claim", {}),
    ("assign", {"assignee": None}),
    ("move", {"team": None}),
    ("solve", {}),
    ("reopen", {}),
    ("change-status", {"status": "pending"}),
    ("change-subject", {"subject": "Other"}),
    ("change-priority", {"priority": "high"}),
    ("change-severity", {"severity": "major"}),
    ("change-category", {"category": None}),
    ("change-product-line", {"product_line": None}),
    ("change-financial-impact", {"financial_impact": None}),
    ("change-order", {"order": None}),
    ("unmerge", {}),
]


@pytest.mark.parametrize(("act", "body"), ONLY_FRONTLINE, ids=[act for act, _ in ONLY_FRONTLINE])
def test_a_compliance_reviewer_does_not_work_on_tickets(do, ticket, act, body):
    status, shown = do(act, body, by=make_user(Role.COMPLIANCE))

    assert (status, shown["code"]) == (403, "permission_denied")
    ticket.refresh_from_db()
    assert ticket.last_event == ticket.timeline.get().pk


def test_a_compliance_reviewer_may_note_tag_and_follow(do, ticket):
    reviewer = make_user(Role.COMPLIANCE)

    assert do("note", {"text": "Mind the wording."}, by=reviewer)[0] == 201
    assert do("tag", {"tag": "wording"}, by=reviewer)[0] == 200
    assert do("follow", by=reviewer)[0] == 200


def test_acts_that_need_no_word_refuse_one(do):
    status, shown = do("claim", {"assignee": 1})

    assert status == 400
    assert shown["errors"][0] == {
        "field": "assignee",
        "code": "unknown_field",
        "detail": "This is not known here; possible: nothing.",
    }
