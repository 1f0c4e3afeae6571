"""Drafts by REST, and replies taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.models import Draft, OutgoingMail, OutgoingState
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def me(caller, agent):
    return caller(agent)


def at(ticket, act):
    return f"/api/v1/tickets/{ticket.pk}/{act}/"


def test_a_draft_is_saved_listed_and_emptied(me):
    ticket = make_ticket()

    saved = me.post(at(ticket, "save-draft"), {"mode": "reply", "text": "Hello"})
    listed = me.get(at(ticket, "drafts")).data["results"]
    emptied = me.post(at(ticket, "save-draft"), {"mode": "reply", "text": ""})

    assert (saved.status_code, saved.data["text"]) == (200, "Hello")
    assert [(d["mode"], d["text"]) for d in listed] == [("reply", "Hello")]
    assert (emptied.status_code, Draft.objects.count()) == (204, 0)


def test_nobody_sees_the_draft_of_another(me, caller):
    ticket = make_ticket()
    me.post(at(ticket, "save-draft"), {"mode": "note", "text": "secret"})

    assert caller(make_user()).get(at(ticket, "drafts")).data["results"] == []


def test_a_draft_on_a_ticket_one_may_not_see_is_404(me):
    hidden = make_ticket(team=make_team())

    for act, body in (
        ("save-draft", {"mode": "reply", "text": "x"}),
        ("discard-draft", {"mode": "reply"}),
        ("remove-draft-file", {"file": 1}),
    ):
        assert me.post(at(hidden, act), body).status_code == 404
    assert me.get(at(hidden, "drafts")).status_code == 404


def test_a_file_is_sent_ahead_and_goes_with_the_reply(me):
    ticket = make_ticket()
    photo = SimpleUploadedFile("tank.jpg", b"jpg", "image/jpeg")
    extra = SimpleUploadedFile("extra.jpg", b"jpg", "image/jpeg")

    kept = me.post(at(ticket, "add-draft-file"), {"mode": "reply", "file": photo}, "multipart")
    other = me.post(at(ticket, "add-draft-file"), {"mode": "reply", "file": extra}, "multipart")
    gone = me.post(at(ticket, "remove-draft-file"), {"file": other.data["id"]})
    sent = me.post(
        at(ticket, "reply"),
        {"text": "See", "last_seen_event": ticket.last_event, "with_draft": True},
    )

    assert (kept.status_code, gone.status_code, sent.status_code) == (201, 204, 201)
    assert [file["filename"] for file in sent.data["attachments"]] == ["tank.jpg"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "letter", "text": "x"}, "mode"),
        ({"mode": "reply", "text": "x" * 50_001}, "text"),
        ({"mode": "reply", "text": "a\x00b"}, "text"),
        ({"mode": "reply"}, "text"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_draft_that_is_not_possible_names_the_field(me, body, field):
    answer = me.post(at(make_ticket(), "save-draft"), body)

    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == field


def test_a_reply_is_taken_back_in_time_and_then_no_more(me, agent, settings):
    settings.UNDO_SEND_SECONDS = 10
    ticket = make_ticket()
    sent = me.post(at(ticket, "reply"), {"text": "Wrong one", "last_seen_event": ticket.last_event})

    back = me.post(f"/api/v1/messages/{sent.data['id']}/take-back/")
    again = me.post(f"/api/v1/messages/{sent.data['id']}/take-back/")

    assert sent.data["outgoing"]["state"] == "queued"
    assert (back.status_code, back.data["text"]) == (200, "Wrong one")
    assert (again.status_code, again.data["code"]) == (409, "cannot_take_back")
    assert OutgoingMail.objects.get().state == OutgoingState.RETRACTED
