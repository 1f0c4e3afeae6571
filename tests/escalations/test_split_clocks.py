"""A message that gets a ticket of its own takes along since when its customer waits."""

from datetime import timedelta

import pytest

from escalations.models import SLAClock, SLAEvent
from escalations.services.clocks import exempt_clock, rebuild
from escalations.services.enforcement import sweep
from helpdesk.models import Channel, IdentityKind, MessageKind
from helpdesk.services.conversation import reply
from helpdesk.services.customers import identify_customer
from helpdesk.services.linking import split_ticket
from helpdesk.services.opening import open_ticket
from helpdesk.services.retraction import take_reply_back
from tests.escalations.plans import make_policy, target
from tests.factories import MONDAY, customer_writes, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SPLIT = MONDAY + 6 * HOUR


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture(autouse=True)
def policy():
    make_policy(
        targets={
            "first_reply": target(4 * 3600),
            "next_reply": target(2 * 3600),
            "resolution": target(48 * 3600),
        }
    )


def answered(ticket, *, by, at):
    ticket.refresh_from_db()
    return reply(ticket.pk, text="On its way.", seen=ticket.last_event, by=by, at=at)


def split(ticket, message, *, by, at=SPLIT):
    return split_ticket(ticket.pk, message_id=message.pk, subject="And the lid", by=by, at=at)


def started(ticket) -> dict:
    """Hours after MONDAY at which each clock of the ticket started; its rows are its timeline's."""
    assert rebuild(ticket) == []
    clocks = SLAClock.objects.filter(ticket=ticket)
    assert all(c.due_at == c.started_at + timedelta(seconds=c.target_seconds) for c in clocks)
    return {clock.metric: (clock.started_at - MONDAY) / HOUR for clock in clocks}


def test_clocks_count_from_the_message_nobody_has_answered(agent):
    ticket = make_ticket()
    answered(ticket, by=agent, at=MONDAY + HOUR)
    message = customer_writes(ticket, "The lid is broken too.", at=MONDAY + 3 * HOUR)
    customer_writes(ticket, "Hello?", at=MONDAY + 5 * HOUR)

    new = split(ticket, message, by=agent)

    assert started(new) == {"first_reply": 3, "resolution": 3}
    new.refresh_from_db()
    assert (new.opened_at, new.due_at) == (SPLIT, MONDAY + 7 * HOUR)


def test_what_was_answered_counts_from_the_split(agent):
    ticket = make_ticket()
    message = customer_writes(ticket, "The lid is broken too.", at=MONDAY + 3 * HOUR)
    answered(ticket, by=agent, at=MONDAY + 4 * HOUR)

    assert started(split(ticket, message, by=agent)) == {"first_reply": 6, "resolution": 6}


def test_an_answer_to_what_came_before_is_none(agent):
    ticket = make_ticket()
    answered(ticket, by=agent, at=MONDAY + HOUR)
    message = customer_writes(ticket, at=MONDAY + 2 * HOUR)

    assert started(split(ticket, message, by=agent))["first_reply"] == 2


def test_a_reply_that_was_taken_back_was_none(agent, settings):
    settings.UNDO_SEND_SECONDS = 120
    ticket = make_ticket()
    message = customer_writes(ticket, at=MONDAY + 3 * HOUR)
    said = answered(ticket, by=agent, at=MONDAY + 4 * HOUR)
    take_reply_back(said.pk, by=agent, at=MONDAY + 4 * HOUR)

    assert started(split(ticket, message, by=agent))["first_reply"] == 3


def test_what_needed_no_response_counts_from_the_split(agent):
    ticket = make_ticket()
    message = customer_writes(ticket, at=MONDAY + 3 * HOUR)
    exempt_clock(ticket.pk, reason="Only thanks", by=agent, at=MONDAY + 4 * HOUR)

    assert started(split(ticket, message, by=agent))["first_reply"] == 6


def test_a_marketplace_gives_no_new_day_for_a_ticket_of_ones_own(agent):
    relayed = identify_customer(kind=IdentityKind.AMAZON, value="a@amazon.example", at=MONDAY)
    ticket = open_ticket(
        requester=relayed.customer, identity=relayed, subject="Two things", text="Lid and tank",
        channel=Channel.AMAZON, at=MONDAY,
    )  # fmt: skip
    message = ticket.messages.get(kind=MessageKind.CUSTOMER_MESSAGE)

    new = split(ticket, message, by=agent, at=MONDAY + 20 * HOUR)

    assert started(new)["channel_reply"] == 0


def test_a_split_of_a_split_waits_as_long(agent):
    ticket = make_ticket()
    message = customer_writes(ticket, at=MONDAY + 3 * HOUR)
    first = split(ticket, message, by=agent)

    again = split(first, first.messages.get(), by=agent, at=SPLIT + HOUR)

    assert started(again)["first_reply"] == 3


def test_a_deadline_that_had_passed_was_missed_once_at_its_own_moment(agent):
    ticket = make_ticket()
    answered(ticket, by=agent, at=MONDAY + HOUR)
    message = customer_writes(ticket, at=MONDAY + HOUR)
    new = split(ticket, message, by=agent)

    sweep(at=SPLIT + HOUR)
    sweep(at=SPLIT + 2 * HOUR)

    (breach,) = SLAEvent.objects.filter(clock__ticket=new)
    assert (breach.kind, breach.at) == ("breach", MONDAY + 5 * HOUR)
    assert rebuild(new) == []
