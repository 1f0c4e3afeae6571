import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from helpdesk.models import Channel, Message, MessageKind, Status, Ticket, TimelineKind
from helpdesk.services.opening import TicketNeedsWords, open_ticket
from tests.factories import MONDAY, make_identity, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_new_ticket_has_its_message_and_its_first_entry():
    ticket = make_ticket("Kettle leaks", text="It drips from the lid.")

    message = ticket.messages.get()
    entry = ticket.timeline.get()
    assert (message.kind, message.text) == (MessageKind.CUSTOMER_MESSAGE, "It drips from the lid.")
    assert message.customer == ticket.requester
    assert (entry.kind, entry.customer, entry.actor) == (
        TimelineKind.OPENED,
        ticket.requester,
        None,
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.last_event, ticket.opened_at) == (Status.NEW, entry.pk, MONDAY)


def test_ticket_numbers_have_five_digits_from_the_start():
    assert make_ticket().number >= 10001


def test_an_agent_who_opens_a_ticket_stands_in_the_timeline():
    agent = make_user()

    ticket = make_ticket(by=agent)

    entry = ticket.timeline.get()
    assert (entry.actor, entry.customer) == (agent, None)


def test_a_customer_may_write_a_mail_without_subject_and_text():
    ticket = make_ticket("  ", text="")

    assert ticket.subject == "(no subject)"


@pytest.mark.parametrize(("subject", "text", "field"), [(" ", "x", "subject"), ("x", "\n", "text")])
def test_an_agent_may_not_open_an_empty_ticket(subject, text, field):
    with pytest.raises(TicketNeedsWords) as refusal:
        make_ticket(subject, text=text, by=make_user())

    assert refusal.value.field == field
    assert not Ticket.objects.exists()


def test_compliance_does_not_open_tickets():
    identity = make_identity()
    with pytest.raises(PermissionDenied):
        open_ticket(
            requester=identity.customer,
            subject="A",
            text="B",
            channel=Channel.PHONE,
            by=make_user(Role.COMPLIANCE),
            at=MONDAY,
        )

    assert not Message.objects.exists()


def test_a_subject_longer_than_the_column_is_cut_not_refused():
    assert len(make_ticket("x" * 400).subject) == 250
