"""Which identities are suggested, by which evidence, and what a weak link does not do."""

from decimal import Decimal

import pytest

from helpdesk.customer_record import axis_of, likely_same
from helpdesk.models import (
    CustomerIdentity,
    IdentityKind,
)
from helpdesk.services.customers import identify_customer
from marketplaces.models import Buyer, Order
from tests.api.world import make_order
from tests.factories import (
    MONDAY,
    make_identity,
    make_team,
    make_ticket,
    make_user,
)
from tests.helpdesk.links_of_identities import link

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
