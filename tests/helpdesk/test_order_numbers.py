"""Customers write the number of their invoice, not the one the marketplace's API knows."""

import pytest

from helpdesk.finding import find_tickets
from helpdesk.models import Ticket
from helpdesk.search_results import orders_like
from helpdesk.services.threading import order_named_in
from helpdesk.services.triage import change_order
from marketplaces.models import Order
from marketplaces.services.recording import record_orders
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.marketplaces.telling import make_store, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    record_orders([told("6045912", number="#1001")], store=make_store(), at=MONDAY)
    return Order.objects.get()


@pytest.mark.parametrize("name", ["1001", "6045912"])
def test_an_order_is_found_by_either_number(order, name):
    assert orders_like((name,), 5) == [order]
    assert Order.objects.called([name, f"#{name}"]).get() == order


def test_the_number_in_a_mail_names_the_order(order):
    assert order_named_in("Where is my order #1001?", None) == order
    assert order_named_in("Where is my order #1002?", None) is None


@pytest.mark.parametrize("words", ["1001", "order:1001", "order:#1001", "order:6045912"])
def test_a_ticket_is_found_by_either_number_of_its_order(order, words):
    mara = make_user("admin")
    ticket = make_ticket(team=make_team())
    change_order(ticket.pk, order=order, by=mara, at=MONDAY)

    assert list(find_tickets(Ticket.objects.all(), words, at=MONDAY, user=mara)) == [ticket]
