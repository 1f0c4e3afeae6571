"""What becomes of a mail."""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings

from helpdesk.mail.reply_tokens import reply_address, subject_token
from helpdesk.models import (
    Channel,
    Customer,
    IdentityKind,
    InboundMail,
    InboundState,
    LinkKind,
    Message,
    Outcome,
    OutgoingMail,
    OutgoingState,
    Status,
    Ticket,
    TicketLink,
    TimelineKind,
)
from helpdesk.services.intake import (
    MAX_ATTEMPTS,
    UNFINISHED_AFTER,
    file_mail,
    file_unfinished_mail,
    receive_mail,
)
from helpdesk.services.lifecycle import change_status, close_solved_tickets, solve_ticket
from helpdesk.services.mail_filing import TICKETS_PER_HOUR
from helpdesk.services.merging import merge_ticket
from tests.concurrency import all_at_once
from tests.factories import MONDAY, make_reply, make_ticket, make_user
from tests.helpdesk.intake.letters import a_bounce, a_mail

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


def test_an_answer_joins_the_ticket_by_its_references():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)

    mail = receive(a_mail("Thanks!", subject="Re: x", In_Reply_To=reply.internet_message_id))

    assert (mail.outcome, mail.ticket) == (Outcome.FOLLOW_UP, ticket)
    assert ticket.messages.in_order().last().text == "Thanks!"


@pytest.mark.parametrize("way", ["address", "subject"])
def test_an_answer_joins_by_a_signed_address_or_subject_from_whatever_address(way):
    ticket = make_ticket()
    secret = settings.SECRET_KEY
    if way == "address":
        where = {"to": reply_address(ticket.pk, base=settings.SUPPORT_ADDRESS, secret=secret)}
    else:
        where = {"subject": f"AW: {subject_token(ticket.pk, secret=secret)} Tank"}

    mail = receive(a_mail("From my work account.", sender="kw@work.example", **where))

    assert (mail.outcome, mail.ticket) == (Outcome.FOLLOW_UP, ticket)
    assert mail.message.customer != ticket.requester


@pytest.mark.parametrize("forged", ["[#{pk}]", "[#{pk}-aaaaaaaaaaaaaaaa]", "#{pk}"])
def test_a_ticket_number_without_its_signature_opens_no_door(forged):
    ticket = make_ticket()

    mail = receive(a_mail(subject=forged.format(pk=ticket.pk), sender="x@evil.example"))

    assert mail.ticket != ticket
    assert ticket.messages.count() == 1


def test_an_answer_to_a_merged_ticket_arrives_at_the_end_of_the_chain():
    first, second, third = (receive(a_mail()).ticket for _ in range(3))
    reply = make_reply(first)
    merge_ticket(first.pk, into=second.pk, by=make_user(), at=MONDAY)
    merge_ticket(second.pk, into=third.pk, by=make_user(), at=MONDAY)

    mail = receive(a_mail("Hello?", In_Reply_To=reply.internet_message_id))

    assert (mail.outcome, mail.ticket) == (Outcome.FOLLOW_UP, third)


def test_an_answer_to_a_solved_ticket_opens_it_again():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    receive(a_mail("Still broken", In_Reply_To=reply.internet_message_id))

    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_an_answer_to_a_closed_ticket_opens_a_follow_up_that_is_linked():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)
    close_solved_tickets(at=MONDAY + timedelta(days=15))

    mail = receive(a_mail("Again!", In_Reply_To=reply.internet_message_id))

    link = TicketLink.objects.get()
    assert mail.outcome == Outcome.TICKET_OPENED
    assert (link.source, link.target, link.kind) == (mail.ticket, ticket, LinkKind.FOLLOW_UP_OF)


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


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, Outcome.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Outcome.AUTO_REPLY),
        ({"Precedence": "bulk"}, Outcome.BULK),
        ({"Precedence": "list", "List_Id": "<news.example>"}, Outcome.BULK),
        ({"X_Recourse_Loop": settings.MAIL_DOMAIN}, Outcome.LOOP),
        ({"sender": f"me <{settings.SUPPORT_ADDRESS}>"}, Outcome.LOOP),
        ({"Return_Path": "<>", "sender": "MAILER-DAEMON@mx.example"}, Outcome.AUTO_REPLY),
    ],
    ids=str,
)
def test_what_no_person_wrote_opens_no_ticket_and_says_why(headers, outcome):
    mail = receive(a_mail(**headers))

    assert (mail.state, mail.outcome, mail.ticket) == (InboundState.FILED, outcome, None)
    assert mail.reason
    assert not Ticket.objects.exists()


def test_a_vacation_notice_stays_on_the_ticket_and_is_no_contact():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    mail = receive(
        a_mail("I am away.", In_Reply_To=reply.internet_message_id, Auto_Submitted="auto-replied"),
        at=MONDAY + timedelta(hours=3),
    )

    ticket.refresh_from_db()
    assert (mail.outcome, mail.ticket) == (Outcome.AUTO_REPLY, ticket)
    assert mail.message.is_automatic
    assert (ticket.status, ticket.last_customer_message_at) == (Status.SOLVED, MONDAY)
    assert ticket.timeline.in_order().last().kind == TimelineKind.AUTOMATIC


def test_two_autoresponders_do_not_make_each_other_work():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    for _ in range(30):
        receive(
            a_mail("Away", In_Reply_To=reply.internet_message_id, Auto_Submitted="auto-replied")
        )

    assert Ticket.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_machine_that_does_not_say_so_is_stopped_by_its_number():
    for number in range(TICKETS_PER_HOUR):
        receive(a_mail(subject=f"Alert {number}"))

    mail = receive(a_mail(subject="Alert 21"))
    later = receive(a_mail(subject="Alert 22"), at=MONDAY + timedelta(hours=2))

    assert (mail.state, mail.reason_code) == (InboundState.QUARANTINED, "too_many")
    assert later.outcome == Outcome.TICKET_OPENED


def test_a_bounce_is_written_on_the_message_that_came_back():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    OutgoingMail.objects.update(state=OutgoingState.SENT, sent_at=MONDAY)

    mail = receive(a_bounce(reply.internet_message_id))

    reply.outgoing.refresh_from_db()
    entry = ticket.timeline.in_order().last()
    assert (mail.outcome, mail.ticket) == (Outcome.BOUNCE, ticket)
    assert reply.outgoing.state == OutgoingState.BOUNCED
    assert "550 no such user" in reply.outgoing.error
    assert (entry.kind, entry.message) == (TimelineKind.MAIL_BOUNCED, reply)
    assert ticket.messages.count() == 2


def test_a_delay_notice_is_told_but_nothing_has_failed():
    ticket = receive(a_mail()).ticket
    reply = make_reply(ticket)
    OutgoingMail.objects.update(state=OutgoingState.SENT, sent_at=MONDAY)

    receive(a_bounce(reply.internet_message_id, status="4.4.1"))

    assert OutgoingMail.objects.get().state == OutgoingState.SENT
    assert ticket.timeline.in_order().last().kind == TimelineKind.MAIL_BOUNCED


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("b8k2f@marketplace.amazon.com", IdentityKind.AMAZON),
        ("kwhit@members.ebay.com", IdentityKind.EBAY),
        ("x1@relay.walmart.com", IdentityKind.WALMART),
    ],
)
def test_a_relay_address_is_a_buyer_of_that_marketplace(sender, kind):
    mail = receive(a_mail(sender=sender, Precedence="bulk"))

    assert mail.outcome == Outcome.TICKET_OPENED
    assert (mail.ticket.channel, mail.ticket.identity.kind) == (kind.value, kind)


def test_a_buyer_who_writes_again_through_the_relay_continues_the_ticket():
    first = receive(a_mail(sender="b8k2f@marketplace.amazon.com"))

    again = receive(
        a_mail("And now?", sender="b8k2f@marketplace.amazon.com"), at=MONDAY + timedelta(days=3)
    )
    much_later = receive(
        a_mail("New order", sender="b8k2f@marketplace.amazon.com"), at=MONDAY + timedelta(days=40)
    )

    assert (again.outcome, again.ticket) == (Outcome.FOLLOW_UP, first.ticket)
    assert much_later.outcome == Outcome.TICKET_OPENED


def test_an_ordinary_customer_who_writes_a_new_mail_has_a_new_concern():
    first = receive(a_mail())

    assert receive(a_mail("Something else")).ticket != first.ticket
    assert Customer.objects.count() == 1


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
