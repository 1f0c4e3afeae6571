"""Replies, notes and their files through the HTML door, and whether they left."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from helpdesk.models import Message, MessageKind, OutgoingMail, OutgoingState
from tests.factories import (
    MONDAY,
    customer_writes,
    make_reply,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    user = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


def show(client, ticket, **params):
    return client.get(reverse("helpdesk:ticket", args=[ticket.pk]), params)


def write(client, ticket, door, *, headers=None, **written):
    ticket.refresh_from_db()
    address = reverse(f"helpdesk:{door}", args=[ticket.pk])
    written = {"seen": ticket.last_event, "attachments": []} | written
    return client.post(address, written, headers=headers or {})


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without-script", "htmx"])
def test_a_reply_is_kept_and_owed_to_the_customer(client, mara, ticket, headers):
    response = write(client, ticket, "reply", text="It leaves tomorrow.", headers=headers)

    assert response.status_code == (200 if headers else 302)
    message = Message.objects.get(ticket=ticket, kind=MessageKind.PUBLIC_REPLY)
    assert message.text == "It leaves tomorrow."
    assert message.author == mara


@pytest.mark.parametrize("then", ["pending", "on_hold", "solved"])
def test_a_reply_may_set_the_status(client, mara, ticket, then):
    write(client, ticket, "reply", text="Done.", then=then)

    ticket.refresh_from_db()
    assert ticket.status == then


def test_a_note_stays_in_the_house(client, mara, ticket):
    write(client, ticket, "note", text="Lot 2611.")

    note = Message.objects.get(ticket=ticket, kind=MessageKind.INTERNAL_NOTE)
    assert note.text == "Lot 2611."
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without-script", "htmx"])
def test_a_stale_reply_is_refused_with_what_was_missed_and_the_text_kept(
    client, mara, ticket, headers
):
    ticket.refresh_from_db()
    seen = ticket.last_event
    customer_writes(ticket, "Please forget the tank.")

    response = write(client, ticket, "reply", text="Our answer.", seen=seen, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Not sent. Something happened that you had not seen" in page
    assert "Please forget the tank." in page
    assert ">Our answer.</textarea>" in page
    assert not Message.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC_REPLY).exists()


def test_after_reading_what_was_missed_the_reply_leaves(client, mara, ticket):
    ticket.refresh_from_db()
    seen = ticket.last_event
    customer_writes(ticket)
    refused = write(client, ticket, "reply", text="Our answer.", seen=seen)

    write(client, ticket, "reply", text="Our answer.", seen=refused.context["composer"].seen)

    assert Message.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC_REPLY).exists()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"text": "  "}, "Write something first."),
        ({"text": "x" * 50_001}, "at most 50000 characters"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
        ({"text": "Hello", "seen": "soon"}, "Enter a whole number"),
        ({"text": "Hello", "seen": ""}, "This field is required"),
    ],
    ids=["empty", "too-long", "null-byte", "seen-no-number", "seen-missing"],
)
def test_an_impossible_reply_is_refused_with_its_text(client, mara, ticket, written, words):
    response = write(client, ticket, "reply", headers=HTMX, **written)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Message.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC_REPLY).exists()


def test_files_go_with_a_reply_and_come_back_only_to_be_saved(client, mara, ticket):
    evil = SimpleUploadedFile("<b>x</b>.html", b"<script>alert(1)</script>", "text/html")
    write(client, ticket, "reply", text="See the file.", attachments=[evil])
    file = Message.objects.get(ticket=ticket, kind=MessageKind.PUBLIC_REPLY).attachments.get()

    response = client.get(reverse("helpdesk:attachment", args=[file.pk]))

    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_files_of_a_foreign_ticket_are_not_there(client, mara):
    foreign = make_ticket(team=make_team("Billing"))
    agent = make_user(full_name="Sam", team=foreign.team)
    client.force_login(agent)
    file = SimpleUploadedFile("a.txt", b"secret")
    write(client, foreign, "note", text="See the file.", attachments=[file])
    kept = Message.objects.get(ticket=foreign, kind=MessageKind.INTERNAL_NOTE).attachments.get()

    client.force_login(mara)

    assert client.get(reverse("helpdesk:attachment", args=[kept.pk])).status_code == 404
    assert client.get(reverse("helpdesk:message", args=[kept.message_id])).status_code == 404


def test_too_many_files_are_refused_and_the_text_kept(client, mara, ticket, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(2)]

    response = write(client, ticket, "reply", text="Two files.", attachments=files)

    assert response.status_code == 422
    assert "At most 1 files go with one message." in response.content.decode()
    assert ">Two files.</textarea>" in response.content.decode()


def mail_of(ticket, state, **fields):
    message = make_reply(ticket)
    mail, _ = OutgoingMail.objects.update_or_create(
        message=message,
        defaults={
            "recipients": ["karen@mail.example"],
            "queued_at": MONDAY,
            "next_attempt_at": MONDAY,
            "state": state,
            **fields,
        },
    )
    return mail


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (OutgoingState.QUEUED, {}, "Queued"),
        (OutgoingState.QUEUED, {"attempts": 2, "error": "450 later"}, "450 later"),
        (OutgoingState.SENT, {"sent_at": MONDAY}, "Sent"),
        (OutgoingState.FAILED, {"error": "550 no such mailbox"}, "550 no such mailbox"),
        (OutgoingState.BOUNCED, {"error": "5.1.1 unknown"}, "5.1.1 unknown"),
        (OutgoingState.UNKNOWN, {}, "The customer may have it."),
    ],
    ids=["queued", "trying-again", "sent", "failed", "bounced", "unknown"],
)
def test_every_reply_shows_whether_it_left(client, mara, ticket, state, fields, words):
    mail_of(ticket, state, **fields)

    assert words in show(client, ticket).content.decode()


def test_a_reply_that_failed_can_be_sent_again(client, mara, ticket):
    mail = mail_of(ticket, OutgoingState.FAILED, error="550")

    client.post(reverse("helpdesk:retry_delivery", args=[mail.message_id]))

    mail.refresh_from_db()
    assert mail.state == OutgoingState.QUEUED
