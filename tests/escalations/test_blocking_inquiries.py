"""What may not be promised while an inquiry is open."""

import pytest

from accounts.models import Role
from escalations.services.inquiries import (
    withdraw,
)
from escalations.services.inquiry_answers import (
    Said,
    answer,
)
from escalations.services.promising import NothingMayBePromised
from helpdesk.services.merging import merge_ticket
from tests.concurrency import while_uncommitted
from tests.escalations.inquiring import (
    make_department,
    make_inquiry,
)
from tests.factories import MONDAY, make_note, make_reply, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def amara(team):
    return make_user(Role.SPECIALIST, team=team, full_name="Amara Osei")


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


@pytest.fixture
def dana():
    return make_user(full_name="Dana Kim")


@pytest.fixture
def logistics(dana):
    return make_department("Logistics", members=[dana.pk])


@pytest.fixture
def blocking(ticket, logistics, amara):
    return make_inquiry(ticket, department=logistics, by=amara, is_blocking=True)


def test_while_a_blocking_inquiry_is_open_nothing_is_promised(blocking, ticket, amara, dana):
    with pytest.raises(NothingMayBePromised, match="until Logistics has answered"):
        make_reply(ticket, by=amara)
    make_note(ticket, by=amara)

    answer(blocking.pk, said=Said(text="Yes."), by=dana, at=MONDAY)

    make_reply(ticket, by=amara)


def test_a_lead_may_not_promise_either_but_withdraw(blocking, ticket, team):
    lead = make_user(Role.TEAM_LEAD, team=team)
    with pytest.raises(NothingMayBePromised):
        make_reply(ticket, by=lead)

    withdraw(blocking.pk, reason="Decided without", by=lead, at=MONDAY)

    make_reply(ticket, by=lead)


def test_it_blocks_the_ticket_it_was_merged_into(blocking, ticket, team, amara):
    into = make_ticket(team=team)
    merge_ticket(ticket.pk, into=into.pk, by=amara, at=MONDAY)

    with pytest.raises(NothingMayBePromised):
        make_reply(into, by=amara)


def test_of_a_restricted_one_only_the_restriction_is_said(ticket, team, logistics):
    make_inquiry(ticket, department=logistics, is_blocking=True, restriction="legal")

    with pytest.raises(NothingMayBePromised) as refused:
        make_reply(ticket, by=make_user(team=team))

    assert "Legal" in str(refused.value)
    assert "Logistics" not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_a_reply_waits_for_an_inquiry_that_is_being_asked(ticket, logistics, amara):
    outcome = while_uncommitted(
        lambda: make_inquiry(ticket, department=logistics, by=amara, is_blocking=True),
        lambda: make_reply(ticket, by=amara),
    )

    assert isinstance(outcome, NothingMayBePromised)
