"""What is said on a ticket: written, read, and not past somebody else."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from helpdesk.models import Attachment, Message, Status
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import add_note
from helpdesk.services.lifecycle import close_solved_tickets, solve_ticket
from helpdesk.services.merging import merge_ticket
from tests.factories import (
    MONDAY,
    customer_writes,
    make_note,
    make_reply,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(full_name="Priya Raman")


@pytest.fixture
def client(caller, agent):
    return caller(agent)


@pytest.fixture
def ticket():
    return make_ticket()


def _at(ticket, name: str) -> str:
    return f"/api/v1/tickets/{ticket.pk}/{name}/"


def _reply(client, ticket, **facts):
    ticket.refresh_from_db()
    body = {"text": "A new one leaves tomorrow.", "last_seen_event": ticket.last_event} | facts
    return client.post(_at(ticket, "reply"), body)


def test_a_reply_is_answered_with_the_message_and_its_mail(client, agent, ticket):
    response = _reply(client, ticket)

    assert response.status_code == 201
    shown = response.json()
    assert shown["kind"] == "public_reply"
    assert shown["author"]["id"] == agent.pk
    assert shown["outgoing"]["state"] == "queued"
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


@pytest.mark.parametrize("then", ["pending", "on_hold", "solved"])
def test_a_reply_may_set_the_status(client, ticket, then):
    assert _reply(client, ticket, then=then).status_code == 201
    ticket.refresh_from_db()
    assert ticket.status == then


@pytest.mark.parametrize("then", ["closed", "new", "", None, 1])
def test_a_reply_sets_no_other_status(client, ticket, then):
    assert _reply(client, ticket, then=then).status_code == 400
    assert not Message.objects.filter(kind="public_reply").exists()


def test_a_reply_says_what_its_author_had_seen(client, ticket):
    response = client.post(_at(ticket, "reply"), {"text": "Hello"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "last_seen_event"
    assert not Message.objects.filter(kind="public_reply").exists()


def test_a_stale_reply_is_refused_with_what_was_missed(client, ticket):
    seen = ticket.last_event
    asked = customer_writes(ticket, "It leaks now.")
    noted = make_note(ticket, "Lot 2611 again.", by=make_user(full_name="Tom Berg"))

    response = client.post(_at(ticket, "reply"), {"text": "Hello", "last_seen_event": seen})

    assert response.status_code == 409
    shown = response.json()
    assert shown["code"] == "something_was_missed"
    assert [entry["kind"] for entry in shown["missed"]] == ["message.customer", "message.note"]
    assert [entry["message"] for entry in shown["missed"]] == [asked.pk, noted.pk]
    assert shown["missed"][0]["customer"]["name"] == "Karen Whitfield"
    assert shown["missed"][1]["actor"]["full_name"] == "Tom Berg"
    assert shown["missed"][0]["text"] == "It leaks now."
    assert shown["missed"][0]["at"] == "2026-03-02T09:00:00Z"
    assert not Message.objects.filter(kind="public_reply").exists()


def test_a_reply_after_reading_is_taken(client, ticket):
    customer_writes(ticket)

    assert _reply(client, ticket).status_code == 201


def test_a_closed_ticket_takes_no_reply(client, ticket, agent):
    solve_ticket(ticket.pk, by=agent, at=MONDAY)
    close_solved_tickets(at=MONDAY.replace(month=6))

    response = _reply(client, ticket)

    assert (response.status_code, response.json()["code"]) == (409, "ticket_is_closed")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
@pytest.mark.parametrize("act", ["reply", "note"])
def test_silence_is_refused(client, ticket, act, text):
    body = {"text": text} | ({"last_seen_event": 10**6} if act == "reply" else {})

    response = client.post(_at(ticket, act), body)

    assert response.status_code in (400, 409)
    assert response.json()["errors"][0]["field"] == "text"


def test_files_come_with_a_note_and_leave_as_downloads(client, ticket):
    files = [
        SimpleUploadedFile("crack.html", b"<script>alert(1)</script>", "text/html"),
        SimpleUploadedFile("lot.txt", b"2611", "text/plain"),
    ]

    noted = client.post(
        _at(ticket, "note"), {"text": "See here.", "attachments": files}, format="multipart"
    ).json()

    assert [file["filename"] for file in noted["attachments"]] == ["crack.html", "lot.txt"]
    shown = noted["attachments"][0]
    assert client.get(f"/api/v1/attachments/{shown['id']}/").json() == shown
    response = client.get(shown["content"])
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="crack.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_files_come_with_a_reply(client, ticket):
    form = {
        "text": "The label.",
        "last_seen_event": str(ticket.last_event),
        "attachments": [SimpleUploadedFile("label.pdf", b"%PDF", "application/pdf")],
    }

    response = client.post(_at(ticket, "reply"), form, format="multipart")

    assert response.status_code == 201
    assert response.json()["attachments"][0]["content_type"] == "application/pdf"


def test_too_many_or_too_large_files_are_refused_whole(client, ticket, settings):
    settings.ATTACHMENT_MAX_COUNT, settings.ATTACHMENT_MAX_BYTES = 1, 4

    def send(*sizes: int):
        files = [SimpleUploadedFile(f"{n}.bin", b"x" * size) for n, size in enumerate(sizes)]
        form = {"text": "Files", "attachments": files}
        return client.post(_at(ticket, "note"), form, format="multipart")

    for response in (send(1, 1), send(5)):
        assert (response.status_code, response.json()["code"]) == (409, "attachment_refused")
        assert response.json()["errors"][0]["field"] == "attachments"
    assert not Message.objects.filter(kind="internal_note").exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\x00b.txt", "a\r\nSet-Cookie: x.txt", "x" * 500, "ü€😀.txt"]
)
def test_no_name_of_a_file_breaks_its_download(client, ticket, name):
    file = SimpleUploadedFile("x", b"1")
    file.name = name
    form = {"text": "File", "attachments": [file]}

    response = client.post(_at(ticket, "note"), form, format="multipart")

    assert response.status_code in (201, 400), response.content
    for shown in response.json().get("attachments", []):
        assert client.get(shown["content"]).status_code == 200
        assert "/" not in shown["filename"]


def test_a_file_that_storage_lost_is_a_problem(client, ticket):
    file = SimpleUploadedFile("lot.txt", b"2611")
    form = {"text": "File", "attachments": [file]}
    noted = client.post(_at(ticket, "note"), form, format="multipart").json()
    default_storage.delete(Attachment.objects.get().storage_name)

    response = client.get(noted["attachments"][0]["content"])

    assert (response.status_code, response.json()["code"]) == (404, "file_is_gone")


def test_the_conversation_holds_what_was_merged_in(client, agent, ticket):
    merged = make_ticket(text="From the merged one.", at=MONDAY.replace(hour=8))
    merge_ticket(merged.pk, into=ticket.pk, by=agent, at=MONDAY)
    make_reply(ticket)

    messages = client.get(_at(ticket, "messages")).json()["results"]

    assert [message["ticket"] for message in messages] == [merged.pk, ticket.pk, ticket.pk]
    assert messages[0]["text"] == "From the merged one."
    assert client.get(f"/api/v1/messages/{messages[0]['id']}/").json() == messages[0]


def test_who_sees_the_living_ticket_sees_what_was_merged_into_it(caller, ticket):
    hidden = make_ticket(team=make_team())
    file = Upload("label.txt", "text/plain", b"label")
    add_note(hidden.pk, text="With a file.", by=make_user(), at=MONDAY, uploads=[file])
    merge_ticket(hidden.pk, into=ticket.pk, by=make_user(Role.ADMIN), at=MONDAY)
    client = caller(make_user())

    shown = client.get(_at(ticket, "messages")).json()["results"][-1]

    assert shown["ticket"] == hidden.pk
    assert client.get(f"/api/v1/messages/{shown['id']}/").json() == shown
    assert client.get(shown["attachments"][0]["content"]).status_code == 200
    assert client.get(f"/api/v1/tickets/{hidden.pk}/").status_code == 404


def test_the_timeline_says_who_did_what_when(client, agent, ticket):
    client.post(_at(ticket, "claim"))

    entries = client.get(_at(ticket, "timeline")).json()["results"]

    assert [e["kind"] for e in entries] == ["ticket.opened", "ticket.claimed", "ticket.status"]
    assert entries[0]["customer"]["name"] == "Karen Whitfield"
    assert entries[1]["actor"]["full_name"] == "Priya Raman"
    assert (entries[2]["before"], entries[2]["after"]) == ("new", "open")


def test_the_timeline_can_be_followed(client, ticket):
    seen = ticket.last_event
    client.post(_at(ticket, "claim"))

    entries = client.get(_at(ticket, "timeline"), {"since": seen}).json()["results"]

    assert [entry["kind"] for entry in entries] == ["ticket.claimed", "ticket.status"]


@pytest.mark.parametrize("name", ["messages", "timeline", "links", "followers"])
def test_what_was_said_and_done_is_not_written_by_hand(caller, ticket, name):
    client = caller(make_user(Role.ADMIN))

    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(_at(ticket, name), {}).status_code == 405
