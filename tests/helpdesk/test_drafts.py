"""What is typed is kept, and what is sent can be taken back for a few seconds."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from helpdesk.mail.markup import to_html
from helpdesk.models import (
    Draft,
    DraftFile,
    Message,
    OutgoingMail,
    OutgoingState,
    Status,
    TimelineKind,
)
from helpdesk.selectors import conversation_of
from helpdesk.services.attachments import AttachmentRefused, Upload
from helpdesk.services.conversation import add_note, reply
from helpdesk.services.drafts import (
    MAX_TEXT,
    DraftRefused,
    add_draft_file,
    discard_draft,
    drafts_of,
    remove_draft_file,
    save_draft,
)
from helpdesk.services.letters import letter_of
from helpdesk.services.outbox import deliver, due_mail
from helpdesk.services.retraction import CannotTakeBack, take_reply_back
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, customer_writes, make_ticket, make_user

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(seconds=5)
PHOTO = Upload(filename="tank.jpg", content_type="image/jpeg", content=b"jpg")


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def undo(settings):
    settings.UNDO_SEND_SECONDS = 10


def send(ticket, agent, text="On its way.", **more):
    ticket.refresh_from_db()
    return reply(ticket.pk, text=text, seen=ticket.last_event, by=agent, at=MONDAY, **more)


def test_a_draft_is_kept_per_person_and_mode_and_overwritten(agent):
    ticket = make_ticket()

    save_draft(ticket.pk, mode="reply", text="Hello", by=agent, at=MONDAY)
    save_draft(ticket.pk, mode="reply", text="Hello Karen", by=agent, at=MONDAY)
    save_draft(ticket.pk, mode="note", text="lot", by=agent, at=MONDAY)
    save_draft(ticket.pk, mode="reply", text="Mine", by=make_user(), at=MONDAY)

    assert {m: d.text for m, d in drafts_of(ticket, agent).items()} == {
        "reply": "Hello Karen",
        "note": "lot",
    }


def test_an_emptied_draft_is_gone_but_not_with_files_in_it(agent):
    ticket = make_ticket()
    save_draft(ticket.pk, mode="reply", text="Hello", by=agent, at=MONDAY)
    add_draft_file(ticket.pk, mode="note", upload=PHOTO, by=agent, at=MONDAY)

    save_draft(ticket.pk, mode="reply", text="  ", by=agent, at=MONDAY)
    save_draft(ticket.pk, mode="note", text="", by=agent, at=MONDAY)

    assert list(drafts_of(ticket, agent)) == ["note"]


def test_a_sent_message_takes_the_files_of_the_draft_and_clears_it(agent):
    ticket = make_ticket()
    for mode in ("reply", "note"):
        save_draft(ticket.pk, mode=mode, text="Hello", by=agent, at=MONDAY)
        add_draft_file(ticket.pk, mode=mode, upload=PHOTO, by=agent, at=MONDAY)

    sent = send(ticket, agent, with_draft=True)
    noted = add_note(ticket.pk, text="See", by=agent, at=MONDAY, with_draft=True)

    assert sent.attachments.get().filename == noted.attachments.get().filename == "tank.jpg"
    assert not Draft.objects.exists()


def test_a_refused_reply_leaves_the_draft_as_it_was(agent):
    ticket = make_ticket()
    save_draft(ticket.pk, mode="reply", text="Hello", by=agent, at=MONDAY)
    seen = ticket.last_event
    customer_writes(ticket)

    with pytest.raises(Exception, match="wrote since"):
        reply(ticket.pk, text="Hello", seen=seen, by=agent, at=MONDAY, with_draft=True)

    assert drafts_of(ticket, agent)["reply"].text == "Hello"


def test_a_draft_that_is_too_long_is_refused(agent):
    with pytest.raises(DraftRefused) as refusal:
        save_draft(make_ticket().pk, mode="reply", text="x" * (MAX_TEXT + 1), by=agent, at=MONDAY)

    assert refusal.value.field == "text"


def test_files_of_a_draft_have_limits_and_can_be_taken_out_by_their_owner_only(agent, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    ticket = make_ticket()
    kept = add_draft_file(ticket.pk, mode="reply", upload=PHOTO, by=agent, at=MONDAY)

    with pytest.raises(AttachmentRefused):
        add_draft_file(ticket.pk, mode="reply", upload=PHOTO, by=agent, at=MONDAY)
    with pytest.raises(DraftFile.DoesNotExist):
        remove_draft_file(kept.pk, by=make_user())
    remove_draft_file(kept.pk, by=agent)

    assert not DraftFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_do_not_pass_the_limit(settings):
    settings.ATTACHMENT_MAX_COUNT = 2
    ticket, agent = make_ticket(), make_user()
    add = partial(add_draft_file, ticket.pk, mode="reply", upload=PHOTO, by=agent, at=MONDAY)
    add()

    outcome = while_uncommitted(add, add)

    assert isinstance(outcome, AttachmentRefused)
    assert DraftFile.objects.count() == 2


def test_compliance_drafts_notes_but_no_replies():
    ticket, reviewer = make_ticket(), make_user(Role.COMPLIANCE)

    save_draft(ticket.pk, mode="note", text="x", by=reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied):
        save_draft(ticket.pk, mode="reply", text="x", by=reviewer, at=MONDAY)


def test_a_discarded_draft_is_gone(agent):
    ticket = make_ticket()
    save_draft(ticket.pk, mode="reply", text="x", by=agent, at=MONDAY)

    discard_draft(ticket.pk, mode="reply", by=agent)

    assert not Draft.objects.exists()


def test_a_reply_waits_ten_seconds_before_it_leaves(agent, undo):
    message = send(make_ticket(), agent)

    deliver(message.outgoing.pk, at=MONDAY + timedelta(seconds=9))

    assert OutgoingMail.objects.get().state == OutgoingState.QUEUED
    assert due_mail(at=MONDAY + timedelta(seconds=9)) == []
    assert due_mail(at=MONDAY + timedelta(seconds=10)) == [message.outgoing.pk]


def test_a_reply_taken_back_never_leaves_and_is_a_draft_again(agent, undo):
    ticket = make_ticket()
    save_draft(ticket.pk, mode="reply", text="Hello", by=agent, at=MONDAY)
    add_draft_file(ticket.pk, mode="reply", upload=PHOTO, by=agent, at=MONDAY)
    message = send(ticket, agent, "Hello", with_draft=True)

    take_reply_back(message.pk, by=agent, at=SOON)
    deliver(message.outgoing.pk, at=MONDAY + timedelta(minutes=1))

    ticket.refresh_from_db()
    draft = drafts_of(ticket, agent)["reply"]
    assert OutgoingMail.objects.get().state == OutgoingState.RETRACTED
    assert (draft.text, draft.files.get().filename) == ("Hello", "tank.jpg")
    assert ticket.last_reply_at is None
    assert ticket.timeline.in_order().last().kind == TimelineKind.REPLY_RETRACTED


@pytest.mark.parametrize(("then", "back"), [("pending", "open"), ("solved", "open")])
def test_the_status_set_with_the_reply_goes_back(agent, undo, then, back):
    ticket = make_ticket()
    message = send(ticket, agent, then=then)

    take_reply_back(message.pk, by=agent, at=SOON)

    ticket.refresh_from_db()
    assert ticket.status == back


def test_a_status_that_somebody_changed_since_stays(agent, undo):
    ticket = make_ticket()
    message = send(ticket, agent, then="solved")
    customer_writes(ticket, "Thanks!")

    take_reply_back(message.pk, by=agent, at=SOON)

    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_what_was_begun_meanwhile_is_kept_below(agent, undo):
    ticket = make_ticket()
    message = send(ticket, agent, "First")
    save_draft(ticket.pk, mode="reply", text="Second", by=agent, at=MONDAY)

    take_reply_back(message.pk, by=agent, at=SOON)

    assert drafts_of(ticket, agent)["reply"].text == "First\n\nSecond"


def test_only_the_author_takes_a_reply_back_and_only_in_time(agent, undo):
    message = send(make_ticket(), agent)

    with pytest.raises(CannotTakeBack, match="author"):
        take_reply_back(message.pk, by=make_user(), at=SOON)
    with pytest.raises(CannotTakeBack, match="on its way"):
        take_reply_back(message.pk, by=agent, at=MONDAY + timedelta(seconds=10))

    assert OutgoingMail.objects.get().state == OutgoingState.QUEUED


@pytest.mark.django_db(transaction=True)
def test_of_sending_and_taking_back_at_once_one_wins(undo):
    ticket, agent = make_ticket(), make_user()
    message = send(ticket, agent)
    take = partial(take_reply_back, message.pk, by=agent, at=SOON)

    outcome = while_uncommitted(take, take)

    assert isinstance(outcome, CannotTakeBack)
    assert ticket.timeline.filter(kind=TimelineKind.REPLY_RETRACTED).count() == 1


def test_the_conversation_shows_that_a_reply_was_taken_back_and_not_its_text(agent, undo):
    ticket = make_ticket()
    message = send(ticket, agent, "Wrong customer!")
    take_reply_back(message.pk, by=agent, at=SOON)

    items = conversation_of(ticket, user=make_user()).items

    assert message not in items
    assert TimelineKind.REPLY_RETRACTED in [getattr(i, "kind", "") for i in items]


def test_a_formatted_reply_has_a_plain_twin(agent):
    message = send(make_ticket(), agent, "Please **unplug** it:\n\n- first\n- second")

    letter = letter_of(message.outgoing)

    assert "<strong>unplug</strong>" in message.html
    assert letter.body.startswith("Please **unplug** it:")
    html, kind = letter.alternatives[0][:2]
    assert kind == "text/html"
    assert "<li>first</li>" in html
    assert "&gt; The water tank is cracked" in html


def test_an_unformatted_reply_leaves_as_plain_text(agent):
    message = send(make_ticket(), agent, "Hello Karen,\nit leaves tomorrow.\n\nMara")

    assert message.html == ""
    assert letter_of(message.outgoing).alternatives == []


@given(st.text(max_size=300))
def test_whatever_is_written_becomes_html_that_runs_nothing(text):
    html = to_html(text)

    assert "<script" not in html.lower()
    assert "javascript:" not in html.lower().replace("&", "")
    assert "<img" not in html


@pytest.mark.parametrize(
    "text",
    ["<b>x</b>", "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://a/b)"],
)
def test_markup_of_ones_own_is_only_text(text):
    assert "<script" not in to_html(text)
    assert 'href="javascript' not in to_html(text)
    assert "<img" not in to_html(text)


def test_messages_of_others_are_not_touched_by_drafts(agent):
    ticket = make_ticket()
    save_draft(ticket.pk, mode="reply", text="x", by=agent, at=MONDAY)

    assert Message.objects.filter(ticket=ticket).count() == 1
