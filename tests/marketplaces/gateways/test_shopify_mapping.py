"""Shopify's words in ours: money, states, buyers, refunds. Shapes of the Admin API 2026-07."""

import pytest

from marketplaces.gateways.shapes import (
    ClaimKind,
    ClaimState,
    Component,
    OrderState,
    RefundState,
)
from marketplaces.gateways.shopify.claims import claim_of
from marketplaces.gateways.shopify.mapping import order_of, refund_state
from marketplaces.money import InvalidAmount, Money


def amount(text, currency="EUR"):
    return {"presentmentMoney": {"amount": text, "currencyCode": currency}}


def line(**more):
    return {
        "id": "gid://shopify/LineItem/11",
        "sku": "MUG-BLUE",
        "title": "Mug",
        "quantity": 2,
        "unfulfilledQuantity": 2,
        "customAttributes": [{"key": "Engraving", "value": "Ada"}],
        "variant": {"selectedOptions": [{"name": "Colour", "value": "Blue"}]},
        "originalTotalSet": amount("24.00"),
        "discountAllocations": [{"allocatedAmountSet": amount("4.00")}],
        "taxLines": [{"priceSet": amount("3.19")}],
    } | more


def order(**more):
    return {
        "id": "gid://shopify/Order/1",
        "name": "#1001",
        "createdAt": "2026-03-02T09:00:00Z",
        "updatedAt": "2026-03-02T10:00:00Z",
        "cancelledAt": None,
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "email": "ada@example.com",
        "phone": None,
        "presentmentCurrencyCode": "EUR",
        "taxesIncluded": True,
        "customer": {
            "id": "gid://shopify/Customer/7",
            "displayName": "Ada L.",
            "defaultEmailAddress": None,
            "defaultPhoneNumber": None,
        },
        "shippingAddress": {"name": "Ada L.", "address1": "1 Mill Lane", "countryCodeV2": "IE"},
        "shippingLines": {
            "nodes": [
                {
                    "discountedPriceSet": amount("5.95"),
                    "taxLines": [{"priceSet": amount("0.95")}],
                }
            ]
        },
        "lineItems": {"nodes": [line()], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "fulfillments": [],
        "transactions": [],
        "refunds": [],
    } | more


def fulfillment(delivered=None):
    return {
        "id": "gid://shopify/Fulfillment/5",
        "status": "SUCCESS",
        "createdAt": "2026-03-03T09:00:00Z",
        "deliveredAt": delivered,
        "displayStatus": "IN_TRANSIT",
        "trackingInfo": [{"number": "1Z999", "company": "UPS"}],
        "events": {
            "nodes": [
                {
                    "happenedAt": "2026-03-04T09:00:00Z",
                    "status": "IN_TRANSIT",
                    "message": None,
                    "city": "Cork",
                    "province": None,
                    "country": "IE",
                }
            ]
        },
    }


def test_tax_that_prices_include_is_taken_out_of_them_and_shipping_stands_on_the_first_line():
    paid = order_of(order()).lines[0].paid
    assert paid == {
        Component.ITEM: Money(1681, "EUR"),  # 24.00 - 4.00 - 3.19
        Component.TAX: Money(414, "EUR"),  # 3.19 + 0.95
        Component.SHIPPING: Money(500, "EUR"),
    }
    assert sum(amount.minor for amount in paid.values()) == 2000 + 595


def test_tax_on_top_stays_on_top():
    paid = order_of(order(taxesIncluded=False)).lines[0].paid
    assert paid[Component.ITEM] == Money(2000, "EUR")
    assert paid[Component.SHIPPING] == Money(595, "EUR")


def test_a_currency_without_decimals_has_none():
    yen = line(
        originalTotalSet=amount("1200", "JPY"),
        discountAllocations=[],
        taxLines=[],
    )
    node = order(
        presentmentCurrencyCode="JPY",
        lineItems={"nodes": [yen], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        shippingLines={"nodes": []},
    )
    assert order_of(node).lines[0].paid == {Component.ITEM: Money(1200, "JPY")}


def test_more_decimals_than_the_currency_has_are_not_rounded():
    with pytest.raises(InvalidAmount):
        order_of(
            order(
                lineItems={
                    "nodes": [line(originalTotalSet=amount("1.005"))],
                    "pageInfo": {"hasNextPage": False, "endCursor": None},
                }
            )
        )


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, OrderState.PROCESSED),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, OrderState.PROCESSED),
        (
            {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [fulfillment()]},
            OrderState.SHIPPED,
        ),
        (
            {
                "displayFulfillmentStatus": "FULFILLED",
                "fulfillments": [fulfillment("2026-03-05T09:00:00Z")],
            },
            OrderState.DELIVERED,
        ),
        ({"displayFulfillmentStatus": "FULFILLED"}, OrderState.SHIPPED),
        ({"returnStatus": "RETURN_REQUESTED"}, OrderState.RETURN_REQUESTED),
        ({"cancelledAt": "2026-03-02T09:30:00Z"}, OrderState.CANCELLED),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_orders_state(more, state):
    assert order_of(order(**more)).status == state


@pytest.mark.parametrize(
    ("more", "buyer_id"),
    [
        ({}, "7"),
        ({"customer": None}, "ada@example.com"),
        ({"customer": None, "email": None, "phone": "+3531"}, "+3531"),
        ({"customer": None, "email": None}, "order-1"),
    ],
)
def test_a_guest_is_known_by_what_they_left(more, buyer_id):
    assert order_of(order(**more)).buyer.external_id == buyer_id


def test_parcels_carry_their_events():
    (shipment,) = order_of(order(fulfillments=[fulfillment()])).shipments
    assert (shipment.carrier, shipment.tracking_number) == ("UPS", "1Z999")
    assert shipment.events[0].place == "Cork, IE"


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (set(), RefundState.SETTLED),
        ({"SUCCESS"}, RefundState.SETTLED),
        ({"SUCCESS", "PENDING"}, RefundState.PROCESSING),
        ({"AWAITING_RESPONSE"}, RefundState.PROCESSING),
        ({"SUCCESS", "FAILURE"}, RefundState.FAILED),
    ],
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_a_refund_is_as_far_as_its_slowest_part(statuses, state):
    assert refund_state(statuses) == state


def test_a_dispute_is_a_claim():
    claim = claim_of(
        {
            "id": "gid://shopify/ShopifyPaymentsDispute/9",
            "type": "CHARGEBACK",
            "status": "NEEDS_RESPONSE",
            "initiatedAt": "2026-03-02T09:00:00Z",
            "evidenceDueBy": "2026-03-12",
            "evidenceSentOn": None,
            "finalizedOn": None,
            "amount": {"amount": "25.95", "currencyCode": "EUR"},
            "reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED"},
            "order": {"id": "gid://shopify/Order/1"},
        }
    )
    assert (claim.kind, claim.state) == (ClaimKind.CHARGEBACK, ClaimState.ANSWER_NEEDED)
    assert claim.amount == Money(2595, "EUR")
    assert claim.answer_by.isoformat() == "2026-03-12T23:59:59+00:00"
