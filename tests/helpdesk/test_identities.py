"""Linking identities and taking links back: exact in both directions, one at a time."""

from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from helpdesk.customer_record import axis_of, can_be_undone, history_of, likely_same, moved_to
from helpdesk.finding import find_tickets
from helpdesk.models import (
    Customer,
    CustomerIdentity,
    IdentityEntry,
    IdentityKind,
    Ticket,
    TimelineEntry,
)
from helpdesk.services.customers import identify_customer
from helpdesk.services.identities import (
    CannotLinkIdentity,
    CannotUnlinkIdentity,
    link_identity,
    unlink_identity,
)
from helpdesk.services.linking import split_ticket
from marketplaces.models import Buyer, Order
from tests.api.world import make_order
from tests.concurrency import while_uncommitted
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db
WHY = "same telephone number"


@pytest.fixture
def mara():
    return make_user()


@pytest.fixture
def karen():
    return make_identity("karen@mail.example").customer


@pytest.fixture
def alias():
    return make_identity("kw@other.example", name="K. W.")


def link(identity, to, *, by=None, confidence="0.80", evidence=WHY):
    return link_identity(
        identity.pk,
        to=to.pk,
        evidence=evidence,
        confidence=Decimal(confidence),
        by=by or make_user(),
        at=MONDAY,
    )


def unlink(entry, *, by=None):
    return unlink_identity(entry.pk, by=by or make_user(), at=MONDAY)


def world() -> tuple:
    """Everything a link could touch, as it is now."""
    return (
        list(CustomerIdentity.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values()),
        list(Ticket.objects.order_by("pk").values()),
        list(TimelineEntry.objects.order_by("pk").values()),
    )


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
        return set(find_tickets(Ticket.objects.all(), text))

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


@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=14))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_links_and_undoings_taken_back_in_any_lawful_order_give_the_start(steps, mara):
    with transaction.atomic():
        people = [make_identity() for _ in range(4)]
        for identity in people:
            make_ticket(identity=identity)
        customers, before = [identity.customer for identity in people], world()
        open_links = []
        for identity, target in steps:
            open_links = _step(people[identity], customers[target], open_links, by=mara)
        while open_links:
            identity, entry, seen = open_links.pop()
            unlink(entry, by=mara)
            assert _of(identity) == seen

        assert world() == before
        transaction.set_rollback(True)


def _step(identity, customer, open_links, *, by):
    """Link; or, where the identity is there already, take its last link back."""
    seen = _of(identity)
    try:
        return [*open_links, (identity, link(identity, customer, by=by), seen)]
    except CannotLinkIdentity:
        own = [one for one in open_links if one[0] == identity]
        if own:
            unlink(own[-1][1], by=by)
            assert _of(identity) == own[-1][2]
        return [one for one in open_links if one is not (own[-1] if own else None)]


def _of(identity) -> tuple:
    return (
        CustomerIdentity.objects.filter(pk=identity.pk).values().get(),
        list(Ticket.objects.filter(identity=identity).order_by("pk").values()),
    )


@pytest.mark.django_db(transaction=True)
def test_two_links_of_one_identity_do_not_pass_each_other(karen, alias):
    third, first_home = make_identity().customer, alias.customer

    second = while_uncommitted(partial(link, alias, karen), partial(link, alias, third))

    assert (second.source, second.target) == (karen, third)
    assert [entry.source for entry in alias.history.order_by("pk")] == [first_home, karen]


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_comes_in_during_a_link_goes_to_whose_identity_it_is_then(karen, alias):
    ticket = while_uncommitted(partial(link, alias, karen), partial(make_ticket, identity=alias))

    assert ticket.requester == karen


def _order_of(identity, *, name="", email="", place="", external="a"):
    order = make_order(f"order {external}")
    buyer = Buyer.objects.create(store=order.store, external_id=external, name=name, email=email)
    Order.objects.filter(pk=order.pk).update(buyer=buyer, ship_to={"zip": place})
    identity.buyer = buyer
    identity.save()


def test_the_same_address_in_a_shop_is_suggested_with_its_evidence_and_not_linked(karen):
    shop = identify_customer(kind=IdentityKind.EBAY, value="kw-77", name="kw-77", at=MONDAY)
    _order_of(shop, email="karen@mail.example")

    (likeness,) = likely_same(karen)

    assert (likeness.identity, likeness.confidence) == (shop, Decimal("0.90"))
    assert "karen@mail.example" in likeness.evidence
    assert CustomerIdentity.objects.get(pk=shop.pk).customer != karen


@pytest.mark.parametrize(("place", "is_found"), [("D-10115", True), ("D-10999", False)])
def test_the_same_name_and_postal_code_are_suggested_with_less_confidence(karen, place, is_found):
    other = identify_customer(
        kind=IdentityKind.EBAY, value="kw-77", name="Karen Whitfield", at=MONDAY
    )
    _order_of(other, place="d-10115", external="a")
    _order_of(karen.identities.get(), place=place, external="b")

    found = likely_same(karen)

    assert [one.identity for one in found] == ([other] if is_found else [])
    assert all(one.confidence == Decimal("0.60") for one in found)


def test_a_weak_link_is_shown_and_not_counted_against_the_customer(karen, alias, mara):
    make_ticket(identity=alias)
    alias.buyer = make_order().buyer
    alias.save()
    Order.objects.update(refunded_minor=1900)
    link(alias, karen, confidence="0.49")

    axis = axis_of(karen, user=mara)

    assert [event.kind for event in axis.events].count("refund") == 1
    assert not any(event.is_counted for event in axis.events)
    assert (axis.totals.tickets, axis.totals.refunded, axis.totals.not_counted) == (0, [], 3)


def test_the_axis_shows_and_counts_only_what_the_reader_may_see(karen):
    identity = karen.identities.get()
    make_ticket("Ours", identity=identity)
    make_ticket("Theirs", identity=identity, team=make_team())

    axis = axis_of(karen, user=make_user(team=make_team()))

    assert [event.title for event in axis.events] == ["Ours"]
    assert axis.totals.tickets == 1
