"""What becomes of a mail: a ticket, a message of it, and never twice."""

from functools import partial

import pytest

from helpdesk.models import (
    Channel,
    Customer,
    InboundMail,
    InboundState,
    Message,
    Outcome,
    Status,
    Ticket,
    TimelineKind,
)
from helpdesk.services.intake import (
    receive_mail,
)
from tests.concurrency import all_at_once
from tests.factories import MONDAY
from tests.helpdesk.intake.letters import a_mail

pytestmark = pytest.mark.django_db


def receive(raw, *, at=MONDAY):
    return receive_mail(raw, source="pipe", at=at)


def test_a_first_mail_opens_a_ticket_of_its_writer():
    mail = receive(a_mail("The kettle leaks.", subject="Leaking kettle"))

    ticket = mail.ticket
    assert (mail.state, mail.outcome) == (InboundState.FILED, Outcome.TICKET_OPENED)
    assert (ticket.subject, ticket.channel, ticket.status) == (
        "Leaking kettle",
        Channel.EMAIL,
        Status.NEW,
    )
    assert ticket.requester.name == "Karen Whitfield"
    assert ticket.identity.value == "karen@mail.example"
    assert ticket.messages.get().text == "The kettle leaks."
    assert mail.message == ticket.messages.get()


def test_the_bytes_are_kept_as_they_came():
    raw = a_mail()

    mail = InboundMail.objects.get(pk=receive(raw).pk)

    assert bytes(mail.raw) == raw
    assert (mail.size, mail.sender) == (len(raw), "karen@mail.example")


def test_the_same_mail_twice_is_dropped_and_says_so():
    raw = a_mail()
    first = receive(raw)

    second = receive(raw)

    assert (second.outcome, second.duplicate_of, second.ticket) == (
        Outcome.DUPLICATE,
        first,
        first.ticket,
    )
    assert Message.objects.count() == 1


def test_a_mail_without_message_id_is_known_again_by_its_bytes():
    raw = b"From: karen@mail.example\r\nSubject: Hi\r\n\r\nHello\r\n"
    receive(raw)

    assert receive(raw).outcome == Outcome.DUPLICATE
    assert receive(raw + b"!").outcome == Outcome.TICKET_OPENED


def test_a_foreign_mail_under_a_used_message_id_is_looked_at_by_a_person():
    receive(a_mail(message_id="<one@mail.example>"))

    mail = receive(a_mail(sender="other@mail.example", message_id="<one@mail.example>"))

    assert (mail.state, mail.reason_code) == (InboundState.QUARANTINED, "message_id_taken")
    assert mail.sender == "other@mail.example"


@pytest.mark.django_db(transaction=True)
def test_one_mail_through_five_doors_at_once_is_one_message():
    raw = a_mail()

    mails = all_at_once([partial(receive, raw)] * 5)

    outcomes = sorted(mail.outcome for mail in mails)
    assert outcomes == [Outcome.DUPLICATE] * 4 + [Outcome.TICKET_OPENED]
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_an_ordinary_customer_who_writes_a_new_mail_has_a_new_concern():
    first = receive(a_mail())

    assert receive(a_mail("Something else")).ticket != first.ticket
    assert Customer.objects.count() == 1


def test_quoted_text_is_kept_apart_and_attachments_come_along():
    raw = (
        b"From: k@mail.example\r\nSubject: Re: Tank\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nSee the photo.\r\n\r\n"
        b"On Mon, 2 Mar 2026, Mara wrote:\r\n> Hello Karen\r\n--b\r\n"
        b'Content-Type: image/jpeg; name="tank.jpg"\r\nContent-Transfer-Encoding: base64\r\n'
        b"Content-Disposition: attachment\r\n\r\n/9j/4AAQ\r\n--b--\r\n"
    )

    message = receive(raw).message

    assert message.text == "See the photo."
    assert "> Hello Karen" in message.quoted_text
    assert message.attachments.get().filename == "tank.jpg"


def test_what_was_left_out_is_said_on_the_ticket(settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    parts = "".join(
        f'--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="{n}.csv"'
        "\r\n\r\na,b\r\n"
        for n in range(3)
    )
    raw = (
        "From: k@mail.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHi\r\n' + parts + "--b--\r\n"
    ).encode()

    mail = receive(raw)

    entry = mail.ticket.timeline.get(kind=TimelineKind.ATTACHMENT_LEFT_OUT)
    assert mail.message.attachments.count() == 1
    assert entry.facts["defects"]
