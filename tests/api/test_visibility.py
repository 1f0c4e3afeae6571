"""What somebody may not see is not there: at every address, for every act."""

import pytest

from accounts.models import Role
from helpdesk.models import LinkKind, Status
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import add_note
from helpdesk.services.linking import link_ticket
from tests.api.routes import operations
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

OF_A_TICKET = [o for o in operations() if "/tickets/{" in o.path]
OF_A_MESSAGE = [o for o in operations() if "/messages/{id}" in o.path]
OF_A_FILE = [o for o in operations() if "/attachments/{id}" in o.path]


@pytest.fixture
def hidden():
    return make_ticket(team=make_team())


@pytest.fixture
def stranger():
    return make_user(team=make_team())


@pytest.fixture
def hidden_note(hidden):
    return add_note(
        hidden.pk,
        text="Between us.",
        by=make_user(),
        at=MONDAY,
        uploads=[Upload("secret.txt", "text/plain", b"secret")],
    )


def test_the_walk_meets_every_act():
    acts = {o.path.split("/")[-2] for o in OF_A_TICKET if o.method == "post"}

    assert acts == {
        "reply", "note", "claim", "assign", "move", "solve", "reopen", "change-status",
        "change-priority", "change-severity", "change-category", "change-product-line",
        "change-subject", "change-financial-impact", "change-order", "tag", "untag", "merge",
        "unmerge", "split", "link", "unlink", "follow", "unfollow", "save-draft",
        "discard-draft", "add-draft-file", "remove-draft-file", "presence",
        "inquiries", "escalate", "dismiss",
        "look", "no-response-needed", "open-investigation", "plan-part", "draft-solution-text",
        "fill-macro", "write-solution-text", "put-solution-into-reply",
    }  # fmt: skip
    read = {o.path.split("/")[-2] for o in OF_A_TICKET if o.method == "get"}
    assert read == {
        "{id}", "messages", "timeline", "links", "followers", "drafts", "mentionable", "presence",
        "inquiries", "escalate", "suggestions",
        "clocks", "investigations", "solution",
    }  # fmt: skip
    assert len(OF_A_FILE) == 2
    assert OF_A_MESSAGE


@pytest.mark.parametrize("operation", OF_A_TICKET, ids=str)
@pytest.mark.parametrize("key", ["hidden", "absent", "huge"])
def test_a_ticket_one_may_not_see_is_as_absent_as_any(operation, key, caller, hidden, stranger):
    number = {"hidden": hidden.pk, "absent": hidden.pk + 1, "huge": 10**40}[key]

    response = getattr(caller(stranger), operation.method)(operation.at(number))

    assert response.status_code == 404
    shown = response.json()
    assert shown["code"] == "not_found"
    assert shown["detail"] == "Not found."
    hidden.refresh_from_db()
    assert (hidden.status, hidden.last_event) == (Status.NEW, hidden.timeline.get().pk)


@pytest.mark.parametrize("operation", OF_A_MESSAGE, ids=str)
def test_a_message_of_a_hidden_ticket_is_not_there(operation, caller, hidden_note, stranger):
    address = operation.at(hidden_note.pk)

    assert getattr(caller(stranger), operation.method)(address).status_code == 404


@pytest.mark.parametrize("operation", OF_A_FILE, ids=str)
def test_a_file_of_a_hidden_ticket_is_not_there(operation, caller, hidden_note, stranger):
    address = operation.at(hidden_note.attachments.get().pk)

    assert caller(make_user(Role.ADMIN)).get(address).status_code == 200
    assert caller(stranger).get(address).status_code == 404


def test_a_list_holds_only_what_one_may_see(caller, hidden, stranger):
    mine = make_ticket(team=stranger.teams.get())

    listed = caller(stranger).get("/api/v1/tickets/").json()["results"]

    assert [ticket["number"] for ticket in listed] == [mine.pk]


@pytest.mark.parametrize(
    ("act", "field"), [("merge", "into"), ("link", "to")], ids=["merge", "link"]
)
def test_a_hidden_ticket_cannot_be_named(act, field, caller, hidden, stranger):
    mine = make_ticket(team=stranger.teams.get())
    address = f"/api/v1/tickets/{mine.pk}/{act}/"
    client = caller(stranger)

    refused = client.post(address, {field: hidden.pk})
    absent = client.post(address, {field: hidden.pk + 999})

    assert refused.status_code == absent.status_code == 400
    entry = refused.json()["errors"][0]
    assert (entry["field"], entry["code"]) == (field, "does_not_exist")
    assert entry["detail"].replace(str(hidden.pk), "") == absent.json()["errors"][0][
        "detail"
    ].replace(str(hidden.pk + 999), "")


def test_a_link_to_a_hidden_ticket_is_neither_shown_nor_taken_away(caller, hidden, stranger):
    mine = make_ticket(team=stranger.teams.get())
    link = link_ticket(
        mine.pk, to=hidden.pk, kind=LinkKind.RELATED, by=make_user(Role.ADMIN), at=MONDAY
    )
    client = caller(stranger)

    assert client.get(f"/api/v1/tickets/{mine.pk}/links/").json()["results"] == []
    assert client.post(f"/api/v1/tickets/{mine.pk}/unlink/", {"link": link.pk}).status_code == 404
    link.refresh_from_db()


def test_a_link_of_another_ticket_is_not_taken_away_from_here(caller):
    one, two, three = make_ticket(), make_ticket(), make_ticket()
    link = link_ticket(one.pk, to=two.pk, by=make_user(), at=MONDAY)

    response = caller(make_user()).post(f"/api/v1/tickets/{three.pk}/unlink/", {"link": link.pk})

    assert response.status_code == 404
    link.refresh_from_db()
