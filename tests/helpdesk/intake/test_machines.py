"""Mail that no person wrote: it opens nothing, answers nothing and loses nothing."""

from datetime import timedelta

import pytest
from django.conf import settings

from helpdesk.models import (
    InboundState,
    Outcome,
    OutgoingMail,
    OutgoingState,
    Status,
    Ticket,
    TimelineKind,
)
from helpdesk.services.intake import (
    receive_mail,
)
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.mail_filing import TICKETS_PER_HOUR
from tests.factories import MONDAY, make_reply, make_user
from tests.helpdesk.intake.letters import a_bounce, a_mail

pytestmark = pytest.mark.django_db


def receive(raw, *, at=MONDAY):
    return receive_mail(raw, source="pipe", at=at)


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
