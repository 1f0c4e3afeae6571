"""Customers reach the front line and nobody behind it, by whatever way they write."""

import pytest
from django.conf import settings

from accounts.models import Role
from helpdesk.mail.reply_tokens import reply_address
from helpdesk.models import Ticket
from helpdesk.services.assignment import move_to_team
from helpdesk.services.intake import receive_mail
from helpdesk.services.merging import merge_ticket
from helpdesk.services.opening import TeamNotReachable
from tests.factories import MONDAY, make_identity, make_reply, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_customers_words_are_not_opened_in_a_tier_behind_the_front_line():
    with pytest.raises(TeamNotReachable):
        make_ticket(team=make_team(level=2))

    assert not Ticket.objects.exists()


def test_an_agent_may_open_a_ticket_there():
    team = make_team(level=2)

    assert make_ticket(team=team, by=make_user()).team == team


@pytest.mark.parametrize(("level", "is_reached"), [(1, True), (2, False)])
def test_a_mail_after_the_end_goes_on_with_the_front_line_only(level, is_reached):
    team, identity = make_team(level=level), make_identity("karen@mail.example")
    ticket = make_ticket(identity=identity)
    said = make_reply(ticket)
    move_to_team(ticket.pk, team=team, by=make_user(), at=MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=MONDAY)

    filed = receive_mail(mail_in_reply_to(said), source="test", at=MONDAY)

    assert filed.ticket.pk != ticket.pk
    assert filed.ticket.team == (team if is_reached else None)


WRITTEN_TO = [
    "executive@northvane.example",
    "support+executive@northvane.example",
    "Executive desk <support@northvane.example>",
]


@pytest.mark.parametrize("address", WRITTEN_TO)
def test_no_address_leads_to_a_tier_behind_the_front_line(address):
    make_team("Executive desk", level=3)
    letter = mail_in_reply_to(make_reply(make_ticket(identity=make_identity("k@mail.example"))))
    head = letter.replace(b"support@northvane.example", address.encode()).split(b"In-Reply-To")[0]

    filed = receive_mail(head + b"\r\nTo the executives!", source="test", at=MONDAY)

    assert filed.ticket.team is None


def test_the_token_of_a_ticket_that_ended_there_leads_to_the_front_line():
    identity = make_identity("karen@mail.example")
    ticket = make_ticket(identity=identity)
    move_to_team(ticket.pk, team=make_team(level=2), by=make_user(), at=MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=MONDAY)
    to = reply_address(ticket.pk, base="support@northvane.example", secret=settings.SECRET_KEY)
    letter = mail_in_reply_to(make_reply(make_ticket(identity=identity)))
    head = letter.replace(b"support@northvane.example", to.encode()).split(b"In-Reply-To")[0]

    filed = receive_mail(head + b"\r\nOnce more.", source="test", at=MONDAY)

    assert filed.ticket.pk != ticket.pk
    assert filed.ticket.team is None


def test_a_merged_ticket_brings_its_customer_no_new_way_there():
    """Whoever writes on what an agent merged away reaches the ticket, as before, and no team."""
    identity = make_identity("karen@mail.example")
    escalated, other = make_ticket(identity=identity), make_ticket(identity=identity)
    said, boss = make_reply(other), make_user(Role.MANAGER)
    move_to_team(escalated.pk, team=make_team(level=2), by=boss, at=MONDAY)
    merge_ticket(other.pk, into=escalated.pk, by=boss, at=MONDAY)
    Ticket.objects.filter(pk=escalated.pk).update(status="closed", closed_at=MONDAY)

    filed = receive_mail(mail_in_reply_to(said), source="test", at=MONDAY)

    assert filed.ticket.team is None


def mail_in_reply_to(message) -> bytes:
    lines = [
        "From: Karen <karen@mail.example>",
        "To: support@northvane.example",
        "Subject: Re: Second coffee maker arrived cracked",
        "Message-ID: <later@mail.example>",
        f"In-Reply-To: {message.internet_message_id}",
        f"References: {message.internet_message_id}",
        "",
        "It broke again.",
    ]
    return "\r\n".join(lines).encode()
