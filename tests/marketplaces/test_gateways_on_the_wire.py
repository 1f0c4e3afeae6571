"""All four gateways through the wire that the product uses, with its rates, log and database."""

import json

import pytest
from django.utils import timezone

from marketplaces.gateways.shapes import RefundState
from marketplaces.models import Exchange, Order
from marketplaces.services.fetching import run_stream
from marketplaces.wire.opening import open_gateway
from tests.marketplaces.gateways.connected import GATEWAYS, Connected, personal
from tests.marketplaces.sandboxed import connect, stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=GATEWAYS)
def there(request, sandbox):
    shop = Connected(sandbox, request.param, sandbox.open_shop(request.param, orders=5))
    sandbox.tell("rates", is_enforced=True)
    return shop


@pytest.fixture
def store(there):
    return connect(there.shop)


def test_orders_come_within_the_rates_and_the_log_names_nobody(sandbox, there, store):
    now = timezone.now()

    assert run_stream(stream(store).pk, clock=lambda: now) == 5

    told = there.state["orders"].values()
    paid = sorted(sum(sum(line["paid"].values()) for line in order["lines"]) for order in told)
    assert sorted(Order.objects.values_list("paid_minor", flat=True)) == paid
    assert sandbox.ask("rates")["violations"] == {}
    log = json.dumps(list(Exchange.objects.values()), default=str)
    assert Exchange.objects.exists()
    assert [secret for secret in personal(there.state) if secret in log] == []


def test_a_refund_goes_out_once_and_its_call_is_written_down(sandbox, there, store):
    order = there.shipped()
    refund = there.refund(order, is_first=True)

    with open_gateway(store.pk) as gateway:
        answer = gateway.issue_refund(refund)
        sandbox.tell("time", advance=7 * 86_400)
        found = gateway.look_up_refund(refund, answer.reference)

    assert found.state == RefundState.SETTLED
    assert [refund["amount"] for refund in there.state["refunds"].values()] == [100]
    assert Exchange.objects.get(changes_something=True).outcome == "ok"
