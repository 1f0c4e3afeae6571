"""A mail that cannot be filed waits for a person or for the sweep, and is filed once."""

from datetime import timedelta

import pytest

from helpdesk.models import (
    Customer,
    InboundMail,
    InboundState,
    Message,
    Outcome,
    Ticket,
)
from helpdesk.services.intake import (
    MAX_ATTEMPTS,
    UNFINISHED_AFTER,
    file_mail,
    file_unfinished_mail,
    receive_mail,
)
from helpdesk.services.lifecycle import change_status
from tests.factories import MONDAY, make_user
from tests.helpdesk.intake.letters import a_mail

pytestmark = pytest.mark.django_db


def receive(raw, *, at=MONDAY):
    return receive_mail(raw, source="pipe", at=at)


@pytest.mark.parametrize("raw", [b"", b"\x00" * 40, b"hello", b"Subject: no sender\r\n\r\nx"])
def test_what_cannot_be_read_waits_in_quarantine_with_a_reason(raw):
    mail = receive(raw)

    kept = InboundMail.objects.get(pk=mail.pk)
    assert kept.state == InboundState.QUARANTINED
    assert kept.reason_code
    assert len(kept.reason.split()) > 2
    assert bytes(kept.raw) == raw


def test_a_mail_nobody_signed_shows_its_subject_in_quarantine():
    mail = receive(b"Subject: =?utf-8?q?K=C3=B6ln?=\r\n\r\nHelp")

    assert (mail.reason_code, mail.subject, mail.sender) == ("no_sender", "Köln", "")


def test_a_mail_over_the_limit_waits_in_quarantine(settings):
    settings.MAIL_MAX_BYTES = 2000

    mail = receive(a_mail("x" * 3000))

    assert (mail.state, mail.reason_code) == (InboundState.QUARANTINED, "too_large")
    assert (mail.sender, mail.subject) == ("karen@mail.example", "Leaking kettle")


def test_whatever_breaks_inside_leaves_nothing_half_written(settings):
    settings.ATTACHMENTS_DIR = "/proc/nowhere"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": "/proc/nowhere"},
        }
    }
    raw = (
        b"From: k@mail.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n'
        b'Content-Type: image/png\r\nContent-Disposition: attachment; filename="a.png"\r\n\r\n'
        b"png\r\n--b--\r\n"
    )

    mail = receive(raw)

    assert (mail.state, mail.reason_code) == (InboundState.QUARANTINED, "unexpected")
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_a_received_mail_that_a_dead_process_left_is_filed_by_the_sweep():
    mail = InboundMail.objects.create(
        raw=a_mail(), size=1, sha256="", source="pipe", received_at=MONDAY, attempts=1
    )

    assert file_unfinished_mail(at=MONDAY + UNFINISHED_AFTER) == 0
    assert file_unfinished_mail(at=MONDAY + UNFINISHED_AFTER + timedelta(seconds=1)) == 1

    mail.refresh_from_db()
    assert mail.outcome == Outcome.TICKET_OPENED


def test_a_mail_filed_late_counts_from_its_receipt():
    ticket = receive(a_mail()).ticket
    change_status(ticket.pk, status="pending", by=make_user(), at=MONDAY + timedelta(hours=5))
    reference = ticket.messages.get().internet_message_id
    raw = a_mail(In_Reply_To=reference)
    received = MONDAY + timedelta(hours=1)
    mail = InboundMail.objects.create(
        raw=raw, size=1, sha256="", source="pipe", received_at=received, attempts=1
    )

    file_unfinished_mail(at=MONDAY + timedelta(hours=9))

    mail.refresh_from_db()
    ticket.refresh_from_db()
    assert (mail.outcome, mail.message.written_at) == (Outcome.FOLLOW_UP, received)
    assert ticket.last_customer_message_at == received
    assert {entry.at for entry in mail.message.timeline.all()} == {received}
    # The ticket changed last when somebody acted last, not when somebody wrote first.
    assert ticket.updated_at == MONDAY + timedelta(hours=5)


def test_a_mail_that_kills_its_process_every_time_is_put_aside():
    mail = InboundMail.objects.create(
        raw=a_mail(), size=1, sha256="", source="pipe", received_at=MONDAY, attempts=MAX_ATTEMPTS
    )

    file_mail(mail.pk, at=MONDAY)

    mail.refresh_from_db()
    assert (mail.state, mail.reason_code) == (InboundState.QUARANTINED, "gave_up")


def test_filing_twice_files_once():
    mail = receive(a_mail())

    file_mail(mail.pk, at=MONDAY)

    assert Message.objects.count() == 1
