"""Customers: finding one, everything about one, correcting a name."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


@pytest.fixture
def karen():
    return make_identity("karen@mail.example", name="Karen Whitfield").customer


def page_of(client, customer, **params):
    return client.get(reverse("helpdesk:customer", args=[customer.pk]), params)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("whit", True), ("karen@", True), ("KAREN@MAIL", True), ("nobody", False), ("\x00", True)],
)
def test_customers_are_found_by_name_and_by_address(client, mara, karen, words, is_found):
    page = client.get(reverse("helpdesk:customers"), {"q": words}).content.decode()

    assert (reverse("helpdesk:customer", args=[karen.pk]) in page) is is_found


def test_a_customer_is_shown_with_addresses_and_the_tickets_one_may_see(client, mara, karen):
    identity = karen.identities.get()
    own = make_ticket("Our matter", identity=identity)
    hidden = make_ticket("Their matter", identity=identity, team=make_team())

    page = page_of(client, karen).content.decode()

    assert "karen@mail.example" in page
    assert own.subject in page
    assert hidden.subject not in page


def test_a_name_can_be_corrected_but_not_emptied(client, mara, karen):
    address = reverse("helpdesk:rename_customer", args=[karen.pk])

    saved = client.post(address, {"name": "Karen Whitfield-Ross"})
    refused = client.post(address, {"name": "  "})

    assert saved.status_code == 302
    assert refused.status_code == 422
    karen.refresh_from_db()
    assert karen.name == "Karen Whitfield-Ross"


def test_who_may_not_edit_is_forbidden_and_sees_no_form(client, karen):
    client.force_login(make_user(Role.COMPLIANCE))
    address = reverse("helpdesk:rename_customer", args=[karen.pk])

    assert client.post(address, {"name": "Eve"}).status_code == 403
    assert address not in page_of(client, karen).content.decode()


def test_a_customer_who_is_not_there_is_not_found(client, mara):
    assert client.get(reverse("helpdesk:customer", args=[999_999])).status_code == 404


@pytest.mark.parametrize("customer_count", [1, 50])
def test_the_list_of_customers_costs_the_same_however_long(
    client, mara, customer_count, django_assert_max_num_queries
):
    for number in range(customer_count):
        make_identity(f"c{number}@mail.example", name=f"Customer {number:02}")

    with django_assert_max_num_queries(5):
        response = client.get(reverse("helpdesk:customers"))

    assert len(response.context["page"].rows) == customer_count
