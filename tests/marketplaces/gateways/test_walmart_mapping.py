"""Walmart's purchase orders in our words, and our refunds in its own: negative."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.refunding import RefundLine, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
    Fulfilment,
    OrderState,
    RefundState,
)
from marketplaces.gateways.walmart.mapping import order_of
from marketplaces.gateways.walmart.performance import figure_of
from marketplaces.gateways.walmart.refunds import REASONS, body_of, charges_of, find
from marketplaces.money import Money

NINE_MS = 1_772_442_000_000  # 2026-03-02 09:00 UTC


def usd(minor):
    return Money(minor, "USD")


def amount(text):
    return {"currency": "USD", "amount": Decimal(text)}


def line(*statuses, number="1", **more):
    return {
        "lineNumber": number,
        "item": {"productName": "Mug", "sku": "MUG-BLUE"},
        "charges": {
            "charge": [
                {
                    "chargeType": "PRODUCT",
                    "chargeName": "ItemPrice",
                    "chargeAmount": amount("29.99"),
                    "tax": {"taxName": "Tax1", "taxAmount": amount("2.40")},
                },
                {
                    "chargeType": "SHIPPING",
                    "chargeName": "Shipping",
                    "chargeAmount": amount("5"),
                    "tax": None,
                },
            ]
        },
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": "2"},
        "statusDate": NINE_MS,
        "orderLineStatuses": {"orderLineStatus": [status(one) for one in statuses or ("Created",)]},
        "refund": None,
    } | more


def status(name, tracking=None):
    return {
        "status": name,
        "statusQuantity": {"unitOfMeasurement": "EACH", "amount": "1"},
        "trackingInfo": tracking,
    }


def order(*lines, **more):
    return {
        "purchaseOrderId": "1796277083968",
        "customerOrderId": "4021604321823",
        "customerEmailId": "3A26@relay.walmart.com",
        "orderDate": NINE_MS,
        "shippingInfo": {
            "phone": "2025551234",
            "estimatedDeliveryDate": NINE_MS + 86_400_000,
            "postalAddress": {"name": "Ada L.", "address1": "1 Mill Lane", "country": "USA"},
        },
        "orderLines": {"orderLine": list(lines or (line(),))},
        "shipNode": {"type": "SellerFulfilled"},
    } | more


def test_charges_become_components_and_tax_stands_apart():
    assert order_of(order()).lines[0].paid == {
        Component.ITEM: usd(2999),
        Component.SHIPPING: usd(500),
        Component.TAX: usd(240),
    }


def test_milliseconds_become_moments():
    found = order_of(order())
    assert found.placed_at == found.changed_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.deliver_by == datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([line("Created")], OrderState.PROCESSED),
        ([line("Acknowledged")], OrderState.PROCESSED),
        ([line("Shipped"), line("Created")], OrderState.PROCESSED),
        ([line("Shipped"), line("Delivered")], OrderState.SHIPPED),
        ([line("Delivered"), line("Cancelled")], OrderState.DELIVERED),
        ([line("Refund")], OrderState.DELIVERED),
        ([line("Cancelled")], OrderState.CANCELLED),
    ],
)
def test_an_orders_state(lines, state):
    assert order_of(order(*lines)).status == state


@pytest.mark.parametrize(
    ("node", "fulfilment"),
    [
        ({"type": "SellerFulfilled"}, Fulfilment.MERCHANT),
        ({"type": "WFSFulfilled"}, Fulfilment.MARKETPLACE),
        (None, Fulfilment.MERCHANT),
    ],
)
def test_who_ships(node, fulfilment):
    assert order_of(order(shipNode=node)).fulfilment == fulfilment


def test_an_unknown_charge_is_not_guessed():
    odd = line()
    odd["charges"]["charge"][0]["chargeType"] = "MYSTERY"
    with pytest.raises(KeyError):
        order_of(order(odd))


def test_two_lines_in_one_parcel_are_one_shipment():
    parcel = {
        "shipDateTime": NINE_MS,
        "carrierName": {"carrier": "UPS", "otherCarrier": None},
        "trackingNumber": "1Z999",
    }
    statuses = {"orderLineStatuses": {"orderLineStatus": [status("Delivered", parcel)]}}
    (shipment,) = order_of(order(line(**statuses), line(number="2", **statuses))).shipments
    assert (shipment.carrier, shipment.delivered_at is not None) == ("UPS", True)


REFUND = RefundRequest(
    key="refund-42",
    order_reference="1796277083968",
    reason=RefundReason.LATE,
    lines=(RefundLine("1", 1, {Component.ITEM: usd(1000), Component.TAX: usd(80)}),),
    currency="USD",
    note="Late",
)


def test_a_refund_is_negative_and_carries_its_key():
    (found,) = body_of(REFUND)["orderRefund"]["orderLines"]["orderLine"]
    (refund,) = found["refunds"]["refund"]
    (charge,) = refund["refundCharges"]["refundCharge"]
    assert refund["refundComments"] == "Late [refund-42]"
    assert charge == {
        "refundReason": "CustomerReceivedItemLate",
        "charge": {
            "chargeType": "PRODUCT",
            "chargeName": "ItemPrice",
            "chargeAmount": {"currency": "USD", "amount": -10.0},
            "tax": {"taxName": "ItemPriceTax", "taxAmount": {"currency": "USD", "amount": -0.8}},
        },
    }


def test_tax_alone_rides_on_a_charge_of_nothing():
    (charge,) = charges_of(RefundLine("1", 0, {Component.TAX: usd(80)}))
    assert charge["chargeAmount"]["amount"] == 0
    assert charge["tax"]["taxAmount"]["amount"] == -0.8


def test_gift_wrap_is_refused_rather_than_lost():
    with pytest.raises(GatewayRefused):
        charges_of(RefundLine("1", 0, {Component.GIFT_WRAP: usd(80)}))


def test_every_reason_has_a_word():
    assert set(REASONS) == set(RefundReason)


@pytest.mark.parametrize("as_list", [False, True])
def test_a_refund_is_found_by_its_key(as_list):
    made = body_of(REFUND)["orderRefund"]["orderLines"]["orderLine"][0]["refunds"]["refund"][0]
    made = made | {"refundId": "R1"}
    shown = order(line("Shipped", refund=[made] if as_list else made))

    answer = find(shown, REFUND)

    assert (answer.state, answer.reference) == (RefundState.SETTLED, "R1")
    assert order_of(shown).refunds[0].amount == usd(1080)
    assert find(order(), REFUND) is None


def test_a_rate_is_a_share_and_what_is_not_told_is_nothing():
    figure = figure_of(
        {
            "payload": {
                "cumulativeRate": Decimal("96.5"),
                "impactedCustomerCount": 3,
                "riskLevel": "GOOD",
                "standard": "Above 95%",
                "reportDuration": 30,
                "updatedTimestamp": "2026-03-02T09:00:00Z",
            }
        },
        "seller_response_rate",
    )
    assert (figure.rate, figure.orders, figure.affected) == (Decimal("0.965"), None, 3)
    assert (figure.ends - figure.begins).days == 30
