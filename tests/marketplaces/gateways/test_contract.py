"""What every gateway does alike, against the sandbox: orders, parcels, checks, capabilities."""

import pytest

from marketplaces.gateways.base import Capability, GatewayRefused, NotOffered
from marketplaces.gateways.cursors import Cursor
from marketplaces.gateways.shapes import Fulfilment, OrderState, OutgoingMessage
from tests.marketplaces.gateways.connected import (
    GATEWAYS,
    PAGED_BY_TOKEN,
    TELL_DELIVERY,
    TELL_REFUNDS,
    TELL_WHEN,
)


def test_every_order_comes_as_the_marketplace_has_it(connected):
    orders, _, _ = connected.everything("pull_orders")
    found = {connected.said(order): order for order in orders}

    told = connected.state["orders"]
    assert set(found) == set(told)
    for reference, there in told.items():
        order = found[reference]
        paid = [sum(amount.minor for amount in line.paid.values()) for line in order.lines]
        assert paid == [sum(line["paid"].values()) for line in there["lines"]]
        assert [line.sku for line in order.lines] == [line["sku"] for line in there["lines"]]
        assert [line.quantity for line in order.lines] == [x["quantity"] for x in there["lines"]]
        assert order.fulfilment == Fulfilment(there["fulfilment"])
        assert order.buyer.name == there["buyer"]["name"]


def test_pages_leave_nothing_out(sandbox, connected):
    more = sandbox.tell("orders", shop=connected.shop["shop"], count=130, seed=2)["orders"]
    sandbox.tell("time", advance=600)

    orders, pages, _ = connected.everything("pull_orders")

    assert pages > 1
    assert {connected.said(order) for order in orders} == {*connected.shop["orders"], *more}


def test_only_what_changed_comes_again(sandbox, connected):
    sandbox.tell("time", advance=7200)
    latest = sandbox.tell("orders", shop=connected.shop["shop"])["orders"][0]
    sandbox.tell("time", advance=600)
    _, _, cursor = connected.everything("pull_orders")
    sandbox.tell("time", advance=7200)
    changed = connected.shop["orders"][1]
    sandbox.tell("ship", order=changed)
    sandbox.tell("time", advance=600)

    orders, _, cursor = connected.everything("pull_orders", cursor)
    assert {connected.said(order) for order in orders} - {latest} == {changed}
    assert [one.status for one in orders if connected.said(one) == changed] == [OrderState.SHIPPED]

    sandbox.tell("time", advance=7200)
    sandbox.tell("deliver", order=changed)
    sandbox.tell("time", advance=600)
    orders, _, _ = connected.everything("pull_orders", cursor)
    told = OrderState.DELIVERED if connected.name in TELL_DELIVERY else OrderState.SHIPPED
    assert [one.status for one in orders if connected.said(one) == changed][-1] == told


def test_an_order_that_changes_while_pages_are_walked_is_not_lost(sandbox, connected):
    """The change comes with this walk or with the next."""
    sandbox.tell("orders", shop=connected.shop["shop"], count=130, seed=2)
    sandbox.tell("time", advance=7200)
    page = connected.gateway.pull_orders("")
    changed = connected.shop["orders"][0]
    sandbox.tell("time", advance=7200)
    sandbox.tell("ship", order=changed)
    sandbox.tell("time", advance=600)

    orders, _, cursor = connected.everything("pull_orders", page.cursor)
    orders += connected.everything("pull_orders", cursor)[0]

    told = [order.status for order in orders if connected.said(order) == changed]
    assert OrderState.SHIPPED in told


@pytest.mark.parametrize("connected", sorted(PAGED_BY_TOKEN & set(GATEWAYS)), indirect=True)
def test_an_old_page_token_costs_a_walk_and_no_order(connected):
    cursor = Cursor(token="long gone").text()
    orders, _, _ = connected.everything("pull_orders", cursor)
    assert {connected.said(order) for order in orders} >= set(connected.shop["orders"])


def test_one_order_is_as_in_the_list(connected):
    order = connected.order()
    assert connected.gateway.get_order(order.reference) == order


def test_an_order_nobody_placed_is_refused(connected):
    with pytest.raises(GatewayRefused):
        connected.gateway.get_order("99999999")


def test_a_parcel_is_followed_to_the_door(sandbox, connected):
    order = connected.shipped()
    (shipment,) = connected.gateway.tracking(order.reference)
    (there,) = connected.state["orders"][connected.said(order)]["shipments"]
    assert (shipment.tracking_number, shipment.carrier) == (there["tracking"], there["carrier"])
    assert shipment.delivered_at is None
    if connected.name not in TELL_DELIVERY:
        return

    sandbox.tell("time", advance=86400)
    sandbox.tell("deliver", order=connected.said(order))

    (shipment,) = connected.gateway.tracking(order.reference)
    assert (shipment.delivered_at is not None) == (connected.name in TELL_WHEN)
    assert connected.gateway.get_order(order.reference).status == OrderState.DELIVERED


@pytest.mark.parametrize("connected", sorted(TELL_REFUNDS), indirect=True)
def test_what_the_marketplace_gave_back_by_itself_is_told(sandbox, connected):
    order = connected.shipped()
    sandbox.tell("refunds", order=connected.said(order))

    refunds = connected.gateway.get_order(order.reference).refunds

    paid = sum(amount.minor for line in order.lines for amount in line.paid.values())
    assert sum(refund.amount.minor for refund in refunds) == paid


def test_a_cancelled_order_says_so(sandbox, connected):
    order = connected.order()
    sandbox.tell("cancel", order=connected.said(order))
    assert connected.gateway.get_order(order.reference).status == OrderState.CANCELLED


def test_a_connection_can_be_tested(connected):
    checked = connected.gateway.check()
    assert checked.granted
    assert checked.missing == ()


def test_what_a_connection_may_not_do_is_named(sandbox, connected):
    sandbox.tell("scopes", shop=connected.shop["shop"], scopes=["something_else"])
    assert connected.another().check().missing


def test_a_token_that_was_taken_away_is_fetched_anew(sandbox, connected):
    gateway = connected.another(access_token="")
    gateway.pull_orders("")
    sandbox.tell("tokens/revoke", shop=connected.shop["shop"])

    assert gateway.pull_orders("").items
    assert connected.wire.sent.count("token") == 2


def test_who_has_no_right_is_refused_and_not_tried_for_ever(sandbox, connected):
    gateway = connected.another(
        access_token="", client_id="x", client_secret="wrong", refresh_token="no"
    )
    with pytest.raises(GatewayRefused):
        gateway.pull_orders("")
    assert len(connected.wire.sent) <= 2


#: The method of each capability that not every marketplace has, and something to ask it with.
ASKS = {
    Capability.RECEIVE_MESSAGES: ("receive_messages", ("",)),
    Capability.SEND_MESSAGE: ("send_message", (OutgoingMessage("key", "1", "buyer", "Hello"),)),
    Capability.CLAIMS: ("pull_claims", ("",)),
    Capability.PERFORMANCE: ("performance", ()),
}


@pytest.mark.parametrize("capability", ASKS)
def test_what_is_not_offered_is_refused_without_a_call(connected, capability):
    method, asked = ASKS[capability]
    if capability in connected.gateway.capabilities:
        assert method in vars(type(connected.gateway))
        return
    with pytest.raises(NotOffered):
        getattr(connected.gateway, method)(*asked)
    assert connected.wire.sent == []


def test_a_gateway_says_what_it_needs_and_how_fast_it_may_go(connected):
    connected.everything("pull_orders")
    connected.another(access_token="").check()
    gateway = type(connected.gateway)

    assert set(connected.wire.sent) <= set(gateway.rates)
    assert all(rate.source and rate.burst >= 1 for rate in gateway.rates.values())
    assert all(field.name and str(field.label) for field in gateway.fields)
