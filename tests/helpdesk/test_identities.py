"""Linking identities and taking links back: exact in both directions."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from accounts.models import Role
from helpdesk.customer_record import can_be_undone, history_of, moved_to
from helpdesk.finding import find_tickets
from helpdesk.models import (
    IdentityEntry,
    Ticket,
)
from helpdesk.services.identities import (
    CannotLinkIdentity,
    CannotUnlinkIdentity,
)
from helpdesk.services.linking import split_ticket
from marketplaces.models import Order
from tests.api.world import make_order
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_ticket,
    make_user,
)
from tests.helpdesk.links_of_identities import WHY, link, unlink, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    return make_user()


@pytest.fixture
def karen():
    return make_identity("karen@mail.example").customer


@pytest.fixture
def alias():
    return make_identity("kw@other.example", name="K. W.")


def test_a_link_brings_the_tickets_that_came_by_the_identity_and_leaves_the_others(karen, alias):
    mine, other = make_ticket(identity=alias), make_ticket(identity=make_identity())

    link(alias, karen)

    mine.refresh_from_db()
    alias.refresh_from_db()
    assert (mine.requester, alias.customer) == (karen, karen)
    assert (alias.confidence, alias.evidence) == (Decimal("0.80"), WHY)
    assert Ticket.objects.get(pk=other.pk).requester != karen


def test_orders_come_with_the_identity_of_their_buyer(karen, alias):
    alias.buyer = make_order().buyer
    alias.save()

    link(alias, karen)

    assert list(Order.objects.filter(buyer__identity__customer=karen)) == [Order.objects.get()]


def test_taking_a_link_back_leaves_everything_as_it_was(karen, alias, mara):
    make_ticket(identity=alias)
    make_ticket(identity=karen.identities.get())
    before = world()

    unlink(link(alias, karen, by=mara), by=mara)

    assert world() == before


def test_tickets_are_found_by_the_addresses_their_customer_has_now(karen, alias):
    by_alias, by_karen = make_ticket(identity=alias), make_ticket(identity=karen.identities.get())

    def found(text):
        return set(find_tickets(Ticket.objects.all(), text, at=MONDAY))

    entry = link(alias, karen)
    assert found("kw@other.example") == found("karen@mail.example") == {by_alias, by_karen}

    unlink(entry)
    assert found("kw@other.example") == {by_alias}
    assert found("karen@mail.example") == {by_karen}


def test_what_was_written_before_keeps_whom_it_was_written_for(karen, alias):
    ticket = make_ticket(identity=alias)
    before = alias.customer

    link(alias, karen)

    assert ticket.messages.get().customer == before
    assert ticket.timeline.get().customer == before


def test_a_ticket_that_came_meanwhile_goes_back_with_its_identity(karen, alias):
    before = alias.customer
    entry = link(alias, karen)
    alias.refresh_from_db()
    ticket = make_ticket(identity=alias)

    unlink(entry)

    ticket.refresh_from_db()
    assert ticket.requester == before


def test_a_split_after_a_link_belongs_to_whose_identity_it_is(karen, alias, mara):
    ticket = make_ticket(identity=alias)
    message = customer_writes(ticket)
    link(alias, karen)

    new = split_ticket(ticket.pk, message_id=message.pk, subject="Tank", by=mara, at=MONDAY)

    assert (new.requester, new.identity) == (karen, alias)


def test_a_later_link_is_taken_back_first(karen, alias):
    third = make_identity().customer
    first = link(alias, karen)
    second = link(alias, third)

    with pytest.raises(CannotUnlinkIdentity, match="later link back first"):
        unlink(first)
    assert can_be_undone(history_of(karen)) == {second.pk}
    unlink(second)
    unlink(first)

    alias.refresh_from_db()
    assert alias.customer.name == "K. W."


def test_a_link_is_taken_back_once_and_an_undoing_never(karen, alias):
    entry = link(alias, karen)
    undoing = unlink(entry)

    for gone in (entry, undoing):
        with pytest.raises(CannotUnlinkIdentity):
            unlink(gone)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"evidence": "  "}, "evidence"),
        ({"confidence": "0.00"}, "confidence"),
        ({"confidence": "1.01"}, "confidence"),
    ],
    ids=["no evidence", "no confidence", "more than sure"],
)
def test_a_link_needs_evidence_and_a_confidence(karen, alias, change, field):
    with pytest.raises(CannotLinkIdentity) as refusal:
        link(alias, karen, **change)

    assert refusal.value.field == field
    assert not IdentityEntry.objects.exists()


def test_an_identity_is_not_linked_to_whom_it_belongs(alias):
    with pytest.raises(CannotLinkIdentity):
        link(alias, alias.customer)


def test_compliance_links_nothing(karen, alias):
    reviewer = make_user(Role.COMPLIANCE)

    with pytest.raises(PermissionDenied):
        link(alias, karen, by=reviewer)
    entry = link(alias, karen)
    with pytest.raises(PermissionDenied):
        unlink(entry, by=reviewer)


def test_the_record_of_links_cannot_be_changed(karen, alias):
    entry = link(alias, karen)

    with pytest.raises(InternalError), transaction.atomic():
        IdentityEntry.objects.filter(pk=entry.pk).update(evidence="Eve")


def test_an_emptied_customer_points_to_where_the_identities_went(karen, alias):
    empty = alias.customer
    entry = link(alias, karen)

    assert (moved_to(empty), moved_to(karen)) == ([karen], [])
    unlink(entry)
    assert moved_to(empty) == []
