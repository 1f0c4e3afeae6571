"""Customers: finding one, everything about one, correcting a name."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import CustomerIdentity, IdentityEntry
from tests.api.world import make_order
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

    with django_assert_max_num_queries(6):
        response = client.get(reverse("helpdesk:customers"))

    assert len(response.context["page"].rows) == customer_count


@pytest.fixture
def alias():
    return make_identity("kw@other.example", name="K. W.")


def test_an_address_is_linked_and_taken_back_from_the_page(client, mara, karen, alias):
    facts = {"value": "KW@other.example", "evidence": "same telephone", "confidence": "0.30"}

    client.post(reverse("helpdesk:link_identity", args=[karen.pk]), facts)
    linked = page_of(client, karen).content.decode()
    emptied = page_of(client, alias.customer).content.decode()
    entry = IdentityEntry.objects.get()
    client.post(reverse("helpdesk:unlink_identity", args=[karen.pk]), {"entry": entry.pk})

    assert "same telephone" in linked
    assert "weak, 0.30: not counted" in linked
    assert "Nothing is left here" in emptied
    assert CustomerIdentity.objects.get(pk=alias.pk).customer == alias.customer


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "nobody@other.example"}, "Nobody has this address"),
        ({"value": "karen@mail.example"}, "belongs to this customer already"),
        ({"evidence": " "}, "This field is required"),
        ({"confidence": "0.77"}, "Select a valid choice"),
        ({"value": "", "identity": "x"}, "Nobody has this address"),
    ],
    ids=["unknown", "theirs", "no evidence", "no choice", "no identity"],
)
def test_a_link_that_cannot_be_is_refused_in_place(client, mara, karen, alias, change, words):
    facts = {"value": "kw@other.example", "evidence": "telephone", "confidence": "0.90"} | change

    refused = client.post(reverse("helpdesk:link_identity", args=[karen.pk]), facts)

    assert refused.status_code == 422
    assert words in refused.content.decode() or "identity" in change
    assert not IdentityEntry.objects.exists()


def test_who_may_not_edit_links_nothing(client, karen, alias):
    client.force_login(make_user(Role.COMPLIANCE))
    facts = {"identity": alias.pk, "evidence": "telephone", "confidence": "0.90"}

    answer = client.post(reverse("helpdesk:link_identity", args=[karen.pk]), facts)

    assert answer.status_code == 403
    assert (
        reverse("helpdesk:link_identity", args=[karen.pk])
        not in page_of(client, karen).content.decode()
    )


def test_the_axis_is_narrowed_to_a_channel(client, mara, karen):
    identity = karen.identities.get()
    make_ticket("By mail", identity=identity)
    identity.buyer = make_order("112-777").buyer
    identity.save()

    amazon = page_of(client, karen, channel="amazon").content.decode()

    assert "By mail" not in amazon
    assert "Order 112-777" in amazon
    assert page_of(client, karen, channel="\x00nonsense").status_code == 200


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_of_a_customer_costs_the_same_however_much_there_is(
    client, mara, karen, count, django_assert_num_queries
):
    identity = karen.identities.get()
    for number in range(count):
        make_ticket(identity=identity)
        identity.buyer = make_order(f"112-{number}").buyer
        identity.save()
    page_of(client, karen)

    with django_assert_num_queries(17):
        page_of(client, karen)


def test_tags_are_written_on_the_page_of_a_customer(client, mara, karen):
    address = reverse("helpdesk:tag_customer", args=[karen.pk])

    assert client.post(address, {"tags": "VIP, trade fair, "}).status_code == 302
    page = page_of(client, karen).content.decode()
    assert '<span class="badge">vip</span>' in page
    assert 'value="vip, trade fair"' in page
    refused = client.post(address, {"tags": "x" * 51})
    assert refused.status_code == 422
    assert "up to 20 tags" in refused.content.decode()
