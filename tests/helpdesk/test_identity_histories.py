"""Links one at a time, in any lawful order, and tickets that come in meanwhile."""

from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.models import (
    CustomerIdentity,
    Ticket,
)
from helpdesk.services.identities import (
    CannotLinkIdentity,
)
from tests.concurrency import while_uncommitted
from tests.factories import (
    make_identity,
    make_ticket,
    make_user,
)
from tests.helpdesk.links_of_identities import link, unlink, world

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
