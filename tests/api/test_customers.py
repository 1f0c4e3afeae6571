"""Customers: found, registered, corrected."""

import pytest

from helpdesk.models import Customer, CustomerIdentity
from tests.factories import make_identity, make_user

pytestmark = pytest.mark.django_db

CUSTOMERS = "/api/v1/customers/"
KAREN = {
    "name": "Karen Whitfield",
    "identities": [{"kind": "email", "value": "Karen@Mail.example"}],
}


@pytest.fixture
def client(caller):
    return caller(make_user())


def test_a_customer_is_shown_with_the_ways_to_reach_them(client):
    identity = make_identity("karen@mail.example")

    shown = client.get(f"{CUSTOMERS}{identity.customer_id}/").json()

    assert shown["name"] == "Karen Whitfield"
    (way,) = shown["identities"]
    assert (way["kind"], way["value"]) == ("email", "karen@mail.example")
    assert (way["confidence"], way["evidence"]) == ("1.00", "first contact")


@pytest.mark.parametrize("q", ["whit", "WHIT", "karen@", "Karen@Mail.example"])
def test_customers_are_found_by_name_or_address(client, q):
    make_identity("karen@mail.example")
    make_identity("tom@mail.example", name="Tom Berg")

    (found,) = client.get(CUSTOMERS, {"q": q}).json()["results"]

    assert found["name"] == "Karen Whitfield"


def test_registering_a_customer(client):
    body = KAREN | {"language": "de"}
    body["identities"] = [*body["identities"], {"kind": "ebay", "value": "karen-w"}]

    response = client.post(CUSTOMERS, body)

    assert response.status_code == 201
    shown = response.json()
    assert (shown["name"], shown["language"]) == ("Karen Whitfield", "de")
    ways = {(way["kind"], way["value"]) for way in shown["identities"]}
    assert ways == {("email", "karen@mail.example"), ("ebay", "karen-w")}
    assert CustomerIdentity.objects.filter(linked_by__isnull=False).count() == 2


def test_an_identity_belongs_to_one_customer(client):
    identity = make_identity("karen@mail.example")

    response = client.post(CUSTOMERS, KAREN)

    assert (response.status_code, response.json()["code"]) == (409, "identity_is_taken")
    assert response.json()["customer"] == identity.customer_id
    assert Customer.objects.count() == 1


def test_the_same_identity_twice_is_one(client):
    response = client.post(CUSTOMERS, KAREN | {"identities": KAREN["identities"] * 2})

    assert len(response.json()["identities"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 191}, "name"),
        ({"identities": []}, "identities"),
        ({"identities": [{"kind": "email", "value": "karen"}]}, "identities.0.value"),
        ({"identities": [{"kind": "fax", "value": "1"}]}, "identities.0.kind"),
        ({"identities": [{"kind": "ebay", "value": "x" * 255}]}, "identities.0.value"),
        ({"identities": [{"kind": "ebay", "value": "x", "buyer": 1}]}, "identities.0.buyer"),
        ({"identities": [{"kind": "ebay", "value": "x"}] * 21}, "identities"),
        ({"identities": "karen"}, "identities"),
        ({"language": "german"}, "language"),
    ],
    ids=str,
)
def test_a_customer_that_cannot_be_registered_leaves_nothing(client, change, field):
    response = client.post(CUSTOMERS, KAREN | change)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not Customer.objects.exists()


def test_correcting_one_thing_leaves_the_other(client):
    customer = make_identity().customer
    address = f"{CUSTOMERS}{customer.pk}/"

    assert client.patch(address, {"language": "it"}).json()["name"] == "Karen Whitfield"
    shown = client.patch(address, {"name": "Karen W."}).json()

    assert (shown["name"], shown["language"]) == ("Karen W.", "it")


@pytest.mark.parametrize("change", [{"name": " "}, {"name": None}, {"id": 1}, {"identities": []}])
def test_a_correction_that_is_none_is_refused(client, change):
    customer = make_identity().customer

    assert client.patch(f"{CUSTOMERS}{customer.pk}/", change).status_code == 400


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_customer_is_neither_replaced_nor_deleted(client, method):
    customer = make_identity().customer

    assert getattr(client, method)(f"{CUSTOMERS}{customer.pk}/", KAREN).status_code == 405
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_a_compliance_reviewer_changes_no_customer(caller):
    client, customer = caller(make_user("compliance")), make_identity().customer

    assert client.post(CUSTOMERS, KAREN).status_code == 403
    assert client.patch(f"{CUSTOMERS}{customer.pk}/", {"name": "X"}).status_code == 403
    customer.refresh_from_db()
    assert customer.name == "Karen Whitfield"


def test_a_customer_is_tagged(client):
    customer = make_identity().customer

    shown = client.post(f"{CUSTOMERS}{customer.pk}/set-tags/", {"tags": ["VIP", "reseller"]})

    assert (shown.status_code, shown.json()["tags"]) == (200, ["vip", "reseller"])
    blank = client.post(f"{CUSTOMERS}{customer.pk}/set-tags/", {"tags": [""]})
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (400, "tags.0")
