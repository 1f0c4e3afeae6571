"""Customers reach the front line and nobody behind it, by whatever way they write."""

import pytest

from helpdesk.models import Ticket
from helpdesk.services.assignment import move_to_team
from helpdesk.services.intake import receive_mail
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
