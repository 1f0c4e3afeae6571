"""Replies leave by mail: never twice by themselves, never forgotten."""

import email
import email.policy
import signal
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from helpdesk.mail.reply_tokens import ticket_from_address, ticket_from_subject
from helpdesk.models import OutgoingMail, OutgoingState, TimelineKind
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import reply
from helpdesk.services.intake import receive_mail
from helpdesk.services.outbox import (
    ABANDONED_AFTER,
    RETRY_AFTER,
    CannotSendAgain,
    deliver,
    due_mail,
    send_again,
    settle_abandoned,
)
from tests import processes
from tests.concurrency import all_at_once, transactions_open
from tests.factories import MONDAY, make_identity, make_note, make_reply, make_ticket, make_user
from tests.mail_server import FALL_SILENT, RECIPIENT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mail(server):
    identity = make_identity("karen@mail.example", name="Karen, Whitfield")
    return make_reply(make_ticket(identity=identity)).outgoing


def state_of(mail):
    mail.refresh_from_db()
    return mail.state


def entries(mail):
    return [entry.kind for entry in mail.message.timeline.in_order()]


def test_a_reply_leaves_with_thread_and_signed_address(server, mail, settings):
    deliver(mail.pk, at=MONDAY)

    sent = email.message_from_bytes(server.received[0], policy=email.policy.default)
    ticket = mail.message.ticket
    secret = settings.SECRET_KEY
    assert state_of(mail) == OutgoingState.SENT
    assert sent["To"].addresses[0].addr_spec == "karen@mail.example"
    assert sent["Message-ID"] == mail.message.internet_message_id
    base = settings.SUPPORT_ADDRESS
    reply_to = sent["Reply-To"].addresses[0].addr_spec
    assert ticket_from_address(reply_to, base=base, secret=secret) == ticket.pk
    assert ticket_from_subject(sent["Subject"], secret=secret) == ticket.pk
    body = sent.get_content()
    assert body.startswith("A new one leaves tomorrow.")
    assert "> The water tank is cracked in the same corner." in body
    assert entries(mail)[-1] == TimelineKind.MAIL_SENT


def test_what_we_send_comes_back_to_the_same_ticket(server, mail):
    deliver(mail.pk, at=MONDAY)
    sent = email.message_from_bytes(server.received[0])
    answer = (
        f"From: karen@mail.example\r\nTo: {sent['Reply-To']}\r\nMessage-ID: <a@mail.example>\r\n"
        f"Subject: Re: {sent['Subject']}\r\nIn-Reply-To: {sent['Message-ID']}\r\n\r\nThanks\r\n"
    )

    received = receive_mail(answer.encode(), source="pipe", at=MONDAY)

    assert received.ticket == mail.message.ticket


def test_our_own_mail_that_comes_back_opens_nothing(server, mail):
    deliver(mail.pk, at=MONDAY)

    assert receive_mail(server.received[0], source="pipe", at=MONDAY).outcome == "loop"


def test_the_second_reply_names_the_first_and_the_customers_mail(server):
    raw = b"From: k@mail.example\r\nMessage-ID: <first@mail.example>\r\nSubject: Hi\r\n\r\nHi\r\n"
    ticket = receive_mail(raw, source="pipe", at=MONDAY).ticket
    one, two = make_reply(ticket), make_reply(ticket)

    deliver(two.outgoing.pk, at=MONDAY)

    sent = email.message_from_bytes(server.received[0])
    assert sent["References"].split() == ["<first@mail.example>", one.internet_message_id]
    assert sent["In-Reply-To"] == one.internet_message_id


def test_names_cannot_smuggle_headers_into_a_mail(server):
    identity = make_identity("k@mail.example", name="Karen\r\nBcc: all@evil.example")
    sent = make_reply(make_ticket("Tank\nBcc: x@evil.example", identity=identity)).outgoing

    deliver(sent.pk, at=MONDAY)

    parsed = email.message_from_bytes(server.received[0])
    assert state_of(sent) == OutgoingState.SENT
    assert parsed["Bcc"] is None


def test_files_leave_with_the_reply(server):
    ticket = make_ticket()
    label = Upload(filename="étiquette.pdf", content_type="application/pdf", content=b"%PDF label")
    message = reply(
        ticket.pk, text="Here", seen=ticket.last_event, by=make_user(), at=MONDAY, uploads=[label]
    )

    deliver(message.outgoing.pk, at=MONDAY)

    parsed = email.message_from_bytes(server.received[0], policy=email.policy.default)
    file = next(parsed.iter_attachments())
    assert (file.get_filename(), file.get_content()) == ("étiquette.pdf", b"%PDF label")


def test_a_note_never_leaves(server):
    make_note(make_ticket())

    assert not OutgoingMail.objects.exists()


def test_delivering_twice_sends_once(server, mail):
    deliver(mail.pk, at=MONDAY)
    deliver(mail.pk, at=MONDAY)

    assert len(server.received) == 1


def test_of_six_workers_at_once_one_sends(server, mail):
    all_at_once([partial(deliver, mail.pk, at=MONDAY)] * 6)

    assert len(server.received) == 1
    assert entries(mail).count(TimelineKind.MAIL_SENT) == 1


def test_a_busy_server_is_asked_again_later_and_then_once(server, mail):
    server.script = ["451 try later"]

    deliver(mail.pk, at=MONDAY)
    waiting = (state_of(mail), mail.next_attempt_at, mail.error)
    early = due_mail(at=MONDAY + timedelta(seconds=RETRY_AFTER[0] - 1))
    deliver(mail.pk, at=MONDAY + timedelta(seconds=RETRY_AFTER[0]))

    assert waiting[0] == OutgoingState.QUEUED
    assert waiting[1] == MONDAY + timedelta(seconds=RETRY_AFTER[0])
    assert "try later" in waiting[2]
    assert early == []
    assert state_of(mail) == OutgoingState.SENT
    assert len(server.received) == 1


@pytest.mark.parametrize("answer", ["554 no", f"{RECIPIENT}550 no such user"])
def test_a_final_no_has_failed_and_says_why(server, mail, answer):
    server.script = [answer]

    deliver(mail.pk, at=MONDAY)

    assert state_of(mail) == OutgoingState.FAILED
    assert "no" in mail.error
    assert entries(mail)[-1] == TimelineKind.MAIL_FAILED


def test_a_server_that_is_not_there_is_no_failure_until_patience_ends(server, mail, settings):
    settings.EMAIL_PORT = 1
    moment = MONDAY
    for wait in RETRY_AFTER:
        deliver(mail.pk, at=moment)
        assert state_of(mail) == OutgoingState.QUEUED
        moment += timedelta(seconds=wait)

    deliver(mail.pk, at=moment)

    assert state_of(mail) == OutgoingState.FAILED
    assert mail.attempts == len(RETRY_AFTER) + 1


def test_silence_after_the_body_is_unknown_and_never_sent_again_by_itself(server, mail):
    server.script = [FALL_SILENT]

    deliver(mail.pk, at=MONDAY)
    settle_abandoned(at=MONDAY + timedelta(days=1))
    deliver(mail.pk, at=MONDAY + timedelta(days=1))

    assert state_of(mail) == OutgoingState.UNKNOWN
    assert len(server.received) == 1
    assert entries(mail)[-1] == TimelineKind.MAIL_UNKNOWN


def test_a_worker_killed_between_sending_and_recording_does_not_send_twice(server, mail, settings):
    worker = processes.start(
        f"""
from datetime import datetime, UTC
from helpdesk.services.outbox import deliver
deliver({mail.pk}, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
""",
        EMAIL_URL=f"smtp://127.0.0.1:{server.port}",
    )
    server.when_body_is_there = lambda: worker.send_signal(signal.SIGKILL)

    assert worker.wait(timeout=30) == -signal.SIGKILL, worker.stderr.read()
    server.when_body_is_there = lambda: None
    died_as = state_of(mail)
    settle_abandoned(at=MONDAY + ABANDONED_AFTER)
    too_early = state_of(mail)
    settle_abandoned(at=MONDAY + ABANDONED_AFTER + timedelta(seconds=1))
    deliver(mail.pk, at=MONDAY + timedelta(days=1))

    assert (died_as, too_early) == (OutgoingState.SENDING, OutgoingState.SENDING)
    assert state_of(mail) == OutgoingState.UNKNOWN
    assert len(server.received) == 1


def test_a_worker_that_died_before_the_body_left_is_followed_by_another(server, mail):
    OutgoingMail.objects.update(state=OutgoingState.SENDING, claimed_at=MONDAY, attempts=1)
    later = MONDAY + ABANDONED_AFTER + timedelta(seconds=1)

    assert settle_abandoned(at=later) == 1
    deliver(mail.pk, at=later)

    assert state_of(mail) == OutgoingState.SENT
    assert len(server.received) == 1


def test_a_worker_that_lost_its_claim_while_it_slept_sends_nothing(server, mail):
    def lose_the_claim(*args, **kwargs):
        OutgoingMail.objects.update(claimed_at=MONDAY + timedelta(hours=1))
        return open_it(*args, **kwargs)

    from django.core.mail.backends.smtp import EmailBackend  # noqa: PLC0415

    open_it = EmailBackend.open
    EmailBackend.open = lose_the_claim
    try:
        deliver(mail.pk, at=MONDAY)
    finally:
        EmailBackend.open = open_it

    assert server.received == []


@pytest.mark.parametrize(
    "state", [OutgoingState.FAILED, OutgoingState.UNKNOWN, OutgoingState.BOUNCED]
)
def test_an_agent_can_send_again_under_the_same_message_id(server, mail, state):
    agent = make_user()
    OutgoingMail.objects.update(state=state, transmitting_at=MONDAY)

    send_again(mail.pk, by=agent, at=MONDAY)
    deliver(mail.pk, at=MONDAY)

    sent = email.message_from_bytes(server.received[0])
    assert sent["Message-ID"] == mail.message.internet_message_id
    retried = mail.message.timeline.get(kind=TimelineKind.MAIL_RETRIED)
    assert (retried.actor, retried.before) == (agent, state)


@pytest.mark.parametrize("state", [OutgoingState.QUEUED, OutgoingState.SENT])
def test_what_waits_or_has_left_is_not_sent_again(server, mail, state):
    OutgoingMail.objects.update(state=state, sent_at=MONDAY)

    with pytest.raises(CannotSendAgain):
        send_again(mail.pk, by=make_user(), at=MONDAY)


def test_compliance_does_not_send(server, mail):
    OutgoingMail.objects.update(state=OutgoingState.FAILED)

    with pytest.raises(PermissionDenied):
        send_again(mail.pk, by=make_user(Role.COMPLIANCE), at=MONDAY)


def test_no_transaction_is_open_while_the_mail_server_is_asked(server, mail):
    seen = []
    server.when_body_is_there = lambda: seen.append(transactions_open())

    deliver(mail.pk, at=MONDAY)

    assert seen == [0]
