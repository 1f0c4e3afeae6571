"""Which ticket an answer joins, whatever address it comes from."""

from datetime import timedelta

import pytest
from django.conf import settings

from helpdesk.mail.reply_tokens import reply_address, subject_token
from helpdesk.models import (
    IdentityKind,
    LinkKind,
    Outcome,
    Status,
    TicketLink,
)
from helpdesk.services.intake import (
    receive_mail,
)
from helpdesk.services.lifecycle import close_solved_tickets, solve_ticket
from helpdesk.services.merging import merge_ticket
from tests.factories import MONDAY, make_reply, make_ticket, make_user
from tests.helpdesk.intake.letters import a_mail

pytestmark = pytest.mark.django_db


def receive(raw, *, at=MONDAY):
    return receive_mail(raw, source="pipe", at=at)


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
