"""Buyers a marketplace tells of are customers, and one login is one customer."""

import pytest

from helpdesk.models import Customer, CustomerIdentity, IdentityKind
from helpdesk.services.customers import change_customer
from marketplaces.gateways.shapes import Buyer
from marketplaces.models import Marketplace
from marketplaces.services.recording import record_orders
from tests.factories import MONDAY, make_identity, make_user
from tests.marketplaces.telling import make_store, told

pytestmark = pytest.mark.django_db


def record(store, *orders):
    return record_orders(orders, store=store, at=MONDAY)


def test_a_buyer_who_has_written_from_the_address_is_the_same_customer():
    karen = make_identity("karen@mail.example").customer

    record(make_store(), told())

    account = CustomerIdentity.objects.get(kind=IdentityKind.SHOPIFY)
    assert (account.customer, account.value) == (karen, "b-1")
    assert Customer.objects.count() == 1


def test_one_amazon_login_in_two_stores_is_one_customer():
    for name in ("Northvane US", "Northvane CA"):
        store = make_store(Marketplace.AMAZON, name)
        record(store, told(buyer=Buyer("amzn-7", name="Karen Whitfield")))

    assert Customer.objects.count() == 1
    values = CustomerIdentity.objects.order_by("pk").values_list("value", flat=True)
    assert list(values) == ["amzn-7", "amzn-7 (Northvane CA)"]


def test_the_same_number_in_two_shops_of_shopify_is_two_customers():
    for name in ("Northvane US", "Northvane CA"):
        record(make_store(name=name), told(buyer=Buyer("17", name=name)))

    assert Customer.objects.count() == 2


def test_a_new_name_is_taken_over_unless_somebody_corrected_it():
    store = make_store()
    record(store, told())
    record(store, told("5002", buyer=Buyer("b-1", name="Karen W. Whitfield")))
    karen = Customer.objects.get()
    assert karen.name == "Karen W. Whitfield"

    change_customer(karen.pk, name="Dr. Karen Whitfield", by=make_user(), at=MONDAY)
    record(store, told("5003", buyer=Buyer("b-1", name="K. Whitfield")))

    assert Customer.objects.get().name == "Dr. Karen Whitfield"


def test_an_address_told_later_is_linked_too():
    store = make_store()
    record(store, told(buyer=Buyer("b-1", name="Karen Whitfield")))

    record(store, told("5002"))

    kinds = CustomerIdentity.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["shopify", "email"]
    assert Customer.objects.count() == 1
