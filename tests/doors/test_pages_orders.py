"""The page of an order: everything the marketplace told, and the tickets about it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from helpdesk.services.triage import change_order
from marketplaces.gateways.shapes import TrackingEvent
from marketplaces.models import Order
from marketplaces.services.recording import record_orders
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.marketplaces.telling import PLACED, kettle, make_store, parcel, refund, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(client):
    mara = make_user(team=make_team())
    client.force_login(mara)
    return mara


def recorded(**facts) -> Order:
    record_orders([told(**facts)], store=make_store(), at=MONDAY)
    return Order.objects.get()


def page(client, order):
    return client.get(reverse("helpdesk:order", args=[order.pk]))


def test_lines_money_parcels_and_address_are_shown(client, mara):
    order = recorded(
        number="#1001", refunds=(refund(),), ship_to={"name": "Karen Whitfield", "city": "Austin"}
    )

    shown = page(client, order).content.decode()

    for words in (
        "#1001", "Kettle 1.7 l", "KET-17", "$59.00", "$69.90", "$10.00", "$59.90", "1Z999",
        "On its way", "Louisville", "Visa", "Settled", "Austin",
    ):  # fmt: skip
        assert words in shown, words


def test_only_tickets_the_reader_may_see_are_named(client, mara):
    order, elsewhere = recorded(), make_team("Elsewhere")
    own, foreign = make_ticket(team=mara.teams.get()), make_ticket(team=elsewhere)
    for ticket in (own, foreign):
        change_order(ticket.pk, order=order, by=make_user("admin"), at=MONDAY)

    shown = page(client, order).content.decode()

    assert reverse("helpdesk:ticket", args=[own.pk]) in shown
    assert reverse("helpdesk:ticket", args=[foreign.pk]) not in shown


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_however_much_was_told(
    client, mara, count, django_assert_num_queries
):
    seen = tuple(TrackingEvent(PLACED + timedelta(hours=n), f"scan {n}") for n in range(count))
    order = recorded(
        lines=tuple(kettle(f"l-{n}") for n in range(count)),
        shipments=tuple(parcel(f"1Z{n}", events=seen) for n in range(count)),
        refunds=tuple(refund(f"r-{n}", 10) for n in range(count)),
    )
    page(client, order)

    with django_assert_num_queries(11):
        assert page(client, order).status_code == 200


def test_an_order_that_is_not_there_is_not_found(client, mara):
    assert client.get(reverse("helpdesk:order", args=[4711])).status_code == 404
