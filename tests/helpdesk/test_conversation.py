from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import InternalError

from accounts.models import Role
from helpdesk.models import Message, MessageKind, Status, TimelineEntry, TimelineKind
from helpdesk.services.attachments import AttachmentRefused, Upload
from helpdesk.services.conversation import (
    MessageNeedsWords,
    SomethingWasMissed,
    TicketIsClosed,
    add_note,
    reply,
)
from helpdesk.services.lifecycle import StatusNotPossible, close_solved_tickets, solve_ticket
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, customer_writes, make_note, make_reply, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_reply_is_written_with_its_entry_and_opens_a_new_ticket():
    ticket, agent = make_ticket(), make_user()

    message = make_reply(ticket, "It leaves tomorrow.", by=agent)

    ticket.refresh_from_db()
    assert (message.kind, message.author, message.text) == (
        MessageKind.PUBLIC_REPLY,
        agent,
        "It leaves tomorrow.",
    )
    assert [entry.kind for entry in ticket.timeline.in_order()] == [
        TimelineKind.OPENED,
        TimelineKind.REPLIED,
        TimelineKind.STATUS_CHANGED,
    ]
    assert (ticket.status, ticket.last_reply_at) == (Status.OPEN, MONDAY)
    assert ticket.last_event == ticket.timeline.in_order().last().pk


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.SOLVED])
def test_a_reply_can_move_the_ticket_in_the_same_act(status):
    ticket = make_ticket()

    reply(ticket.pk, text="Done.", seen=ticket.last_event, by=make_user(), at=MONDAY, then=status)

    ticket.refresh_from_db()
    assert ticket.status == status


def test_a_reply_with_an_impossible_status_writes_nothing():
    ticket = make_ticket()

    with pytest.raises(StatusNotPossible):
        reply(
            ticket.pk,
            text="Done.",
            seen=ticket.last_event,
            by=make_user(),
            at=MONDAY,
            then=Status.CLOSED,
        )

    assert ticket.messages.count() == 1
    assert ticket.timeline.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_reply_is_refused_and_names_the_field(text):
    ticket = make_ticket()

    with pytest.raises(MessageNeedsWords) as refusal:
        reply(ticket.pk, text=text, seen=ticket.last_event, by=make_user(), at=MONDAY)

    assert refusal.value.field == "text"
    assert ticket.messages.count() == 1


def test_a_reply_is_refused_when_the_customer_wrote_meanwhile():
    ticket = make_ticket()
    seen = ticket.last_event
    customer_writes(ticket, "It started to smoke!")

    with pytest.raises(SomethingWasMissed) as refusal:
        reply(ticket.pk, text="Any time.", seen=seen, by=make_user(), at=MONDAY)

    assert [entry.message.text for entry in refusal.value.missed] == ["It started to smoke!"]
    assert str(ticket.requester) in str(refusal.value)
    assert not ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY).exists()


@pytest.mark.parametrize("write", [make_reply, make_note])
def test_a_reply_is_refused_when_a_colleague_wrote_meanwhile(write):
    ticket = make_ticket()
    seen = ticket.last_event
    write(ticket, "I have it.")

    with pytest.raises(SomethingWasMissed):
        reply(ticket.pk, text="Mine.", seen=seen, by=make_user(), at=MONDAY)


def test_what_one_wrote_oneself_is_never_missed():
    ticket, agent = make_ticket(), make_user()
    seen = ticket.last_event
    make_note(ticket, by=agent)

    reply(ticket.pk, text="Here it is.", seen=seen, by=agent, at=MONDAY)

    assert ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY).count() == 1


def test_a_change_of_priority_or_status_does_not_make_a_reply_stale():
    ticket = make_ticket()
    seen = ticket.last_event
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    reply(ticket.pk, text="One more thing.", seen=seen, by=make_user(), at=MONDAY)

    assert ticket.messages.count() == 2


def test_compliance_may_note_but_not_reply():
    ticket, reviewer = make_ticket(), make_user(Role.COMPLIANCE)

    make_note(ticket, by=reviewer)
    with pytest.raises(PermissionDenied):
        make_reply(ticket, by=reviewer)

    assert [m.kind for m in ticket.messages.in_order()] == [
        MessageKind.CUSTOMER_MESSAGE,
        MessageKind.INTERNAL_NOTE,
    ]


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.SOLVED])
def test_a_customer_who_writes_again_opens_the_ticket_again(status):
    ticket = make_ticket()
    reply(ticket.pk, text="?", seen=ticket.last_event, by=make_user(), at=MONDAY, then=status)

    customer_writes(ticket, at=MONDAY + timedelta(hours=1))

    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.last_customer_message_at == MONDAY + timedelta(hours=1)
    assert ticket.solved_at is None


def test_a_closed_ticket_takes_no_reply_and_no_message():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)
    close_solved_tickets(at=MONDAY + timedelta(days=15))
    ticket.refresh_from_db()

    with pytest.raises(TicketIsClosed):
        reply(ticket.pk, text="Hi", seen=ticket.last_event, by=make_user(), at=MONDAY)
    with pytest.raises(TicketIsClosed):
        customer_writes(ticket)

    assert ticket.messages.count() == 1


def test_files_go_with_a_reply_under_names_nobody_can_guess():
    ticket = make_ticket()
    photo = Upload(filename="../../tank.jpg", content_type="image/jpeg", content=b"\xff\xd8photo")

    message = reply(
        ticket.pk, text="See.", seen=ticket.last_event, by=make_user(), at=MONDAY, uploads=[photo]
    )

    kept = message.attachments.get()
    assert (kept.filename, kept.size) == ("tank.jpg", 7)
    assert "tank" not in kept.storage_name
    assert len(kept.storage_name) >= 40


def test_too_many_files_are_refused_before_anything_is_written(settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    ticket = make_ticket()
    files = [Upload(filename="a", content_type="text/plain", content=b"a")] * 2

    with pytest.raises(AttachmentRefused):
        add_note(ticket.pk, text="x", by=make_user(), at=MONDAY, uploads=files)

    assert ticket.messages.count() == 1


def test_messages_and_timeline_cannot_be_changed_or_deleted():
    ticket = make_ticket()

    with pytest.raises(InternalError), transaction.atomic():
        Message.objects.filter(ticket=ticket).update(text="never said")
    with pytest.raises(InternalError), transaction.atomic():
        TimelineEntry.objects.filter(ticket=ticket).update(before="x")
    with pytest.raises(InternalError), transaction.atomic():
        TimelineEntry.objects.filter(ticket=ticket)._raw_delete("default")

    assert ticket.messages.get().text == "The water tank is cracked in the same corner."


@pytest.mark.django_db(transaction=True)
def test_a_reply_waits_for_the_message_that_is_just_coming_in():
    ticket, agent = make_ticket(), make_user()
    answer = partial(
        reply, ticket.pk, text="All well.", seen=ticket.last_event, by=agent, at=MONDAY
    )

    outcome = while_uncommitted(partial(customer_writes, ticket, "It burns!"), answer)

    assert isinstance(outcome, SomethingWasMissed)
    assert ticket.messages.count() == 2
