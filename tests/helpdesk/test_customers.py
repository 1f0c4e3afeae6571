from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Role
from helpdesk.customer_record import corrections_of
from helpdesk.models import Customer, CustomerIdentity, IdentityKind
from helpdesk.services.customers import (
    CustomerNeedsAName,
    TagsNotPossible,
    change_customer,
    identify_customer,
    set_tags,
)
from tests.concurrency import all_at_once
from tests.factories import MONDAY, make_identity, make_user

pytestmark = pytest.mark.django_db


def test_one_address_is_one_customer_however_it_is_written():
    first = make_identity("Karen@Mail.Example ")
    again = make_identity("karen@mail.example", name="K. Whitfield")

    assert first == again
    assert again.customer.name == "Karen Whitfield"
    assert Customer.objects.count() == 1


def test_an_address_without_a_name_names_the_customer():
    assert make_identity("a@mail.example", name=" ").customer.name == "a@mail.example"


def test_the_same_account_on_two_marketplaces_is_not_one_identity():
    for kind in (IdentityKind.EBAY, IdentityKind.AMAZON):
        identify_customer(kind=kind, value="kwhit", at=MONDAY)

    assert CustomerIdentity.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_six_mails_of_a_new_customer_at_once_make_one_customer():
    write = partial(
        identify_customer, kind=IdentityKind.EMAIL, value="new@mail.example", name="N", at=MONDAY
    )

    identities = all_at_once([write] * 6)

    assert len({identity.pk for identity in identities}) == 1
    assert Customer.objects.count() == 1


def test_a_name_can_be_corrected_but_not_emptied():
    customer = make_identity().customer

    change_customer(customer.pk, name=" Karen W. ", language="de", by=make_user(), at=MONDAY)
    with pytest.raises(CustomerNeedsAName) as refusal:
        change_customer(customer.pk, name="  ", by=make_user(), at=MONDAY)

    customer.refresh_from_db()
    assert (customer.name, customer.language, refusal.value.field) == ("Karen W.", "de", "name")


def test_who_corrected_what_is_kept_with_what_it_was_before():
    customer, priya = make_identity(name="Karen Witfield").customer, make_user()

    change_customer(customer.pk, name="Karen Whitfield", language="de", by=priya, at=MONDAY)
    set_tags(customer.pk, tags=["vip", "trade"], by=priya, at=MONDAY)
    change_customer(customer.pk, name="Karen Whitfield", by=priya, at=MONDAY)

    kept = corrections_of(customer).values_list("field", "before", "after", "by", "at")
    assert list(kept) == [
        ("tags", "", "vip, trade", priya.pk, MONDAY),
        ("language", "", "de", priya.pk, MONDAY),
        ("name", "Karen Witfield", "Karen Whitfield", priya.pk, MONDAY),
    ], "What changed nothing is no correction."


def test_a_correction_can_be_neither_changed_nor_removed():
    customer = make_identity(name="Karen Witfield").customer
    change_customer(customer.pk, name="Karen Whitfield", by=make_user(), at=MONDAY)

    for attempt in (
        lambda: customer.corrections.update(before=""),
        lambda: customer.corrections.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_compliance_does_not_edit_customers():
    customer = make_identity().customer

    with pytest.raises(PermissionDenied):
        change_customer(customer.pk, name="X", by=make_user(Role.COMPLIANCE), at=MONDAY)


def test_customers_are_found_by_name_and_by_the_beginning_of_an_identity():
    karen = make_identity("kw@mail.example", name="Karen Whitfield").customer
    make_identity("luis@mail.example", name="Luis Ortega")

    for text in ("whit", "KAREN", "kw@", "kw@mail.example"):
        assert list(Customer.objects.matching(text)) == [karen]


def test_a_customer_is_tagged_in_one_way_of_writing():
    customer = make_identity().customer

    tagged = set_tags(customer.pk, tags=[" VIP ", "vip", "Trade  Fair"], by=make_user(), at=MONDAY)

    assert tagged.tags == ["vip", "trade fair"]
    assert set_tags(customer.pk, tags=[], by=make_user(), at=MONDAY).tags == []


@pytest.mark.parametrize("tags", [[" "], ["x" * 51], [f"tag {n}" for n in range(21)]], ids=len)
def test_tags_that_are_none_are_refused(tags):
    customer = make_identity().customer

    with pytest.raises(TagsNotPossible, match="up to 20 tags of 1 to 50") as refused:
        set_tags(customer.pk, tags=tags, by=make_user(), at=MONDAY)
    assert refused.value.field == "tags"


def test_a_reviewer_tags_no_customer():
    with pytest.raises(PermissionDenied):
        set_tags(make_identity().customer.pk, tags=[], by=make_user(Role.COMPLIANCE), at=MONDAY)
