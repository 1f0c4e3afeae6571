"""A refund at Shopify: to which payments the money goes back, and by which key it is known."""

from dataclasses import replace

import pytest

from marketplaces.gateways.refunding import RefundLine, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
)
from marketplaces.gateways.shopify.refunds import input_of, key_of, split
from marketplaces.money import Money


def amount(text, currency="EUR"):
    return {"presentmentMoney": {"amount": text, "currencyCode": currency}}


def transaction(number, text, kind="SALE", parent=None, status="SUCCESS"):
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": kind,
        "status": status,
        "gateway": f"way{number}",
        "amountSet": amount(text),
        "parentTransaction": {"id": f"gid://shopify/OrderTransaction/{parent}"} if parent else None,
    }


REFUND = RefundRequest(
    key="refund-42",
    order_reference="1",
    reason=RefundReason.LATE,
    lines=(
        RefundLine("11", 1, {Component.ITEM: Money(1000, "EUR"), Component.TAX: Money(190, "EUR")}),
        RefundLine("12", 0, {Component.SHIPPING: Money(500, "EUR")}),
    ),
    currency="EUR",
    note="Late parcel",
)


@pytest.mark.parametrize(
    ("transactions", "shares"),
    [
        ([transaction(1, "50.00")], [("way1", "16.90")]),
        ([transaction(1, "10.00"), transaction(2, "40.00")], [("way1", "10.00"), ("way2", "6.90")]),
        (
            [
                transaction(1, "10.00"),
                transaction(2, "40.00"),
                transaction(3, "9.00", "REFUND", parent=1),
            ],
            [("way1", "1.00"), ("way2", "15.90")],
        ),
        (
            [transaction(1, "50.00", status="FAILURE"), transaction(2, "50.00")],
            [("way2", "16.90")],
        ),
        (
            [
                transaction(1, "50.00", "AUTHORIZATION"),
                transaction(2, "50.00", "CAPTURE", parent=1),
            ],
            [("way2", "16.90")],
        ),
    ],
)
def test_money_goes_back_to_the_payments_it_came_from(transactions, shares):
    found = split(REFUND, transactions)
    assert [(share["gateway"], share["amount"]) for share in found] == shares


def test_a_refund_names_goods_money_and_its_key():
    found = input_of(REFUND, split(REFUND, [transaction(1, "50.00")]))
    assert found == {
        "orderId": "gid://shopify/Order/1",
        "currency": "EUR",
        "note": "Late parcel [refund-42]",
        "notify": False,
        "refundLineItems": [
            {
                "lineItemId": "gid://shopify/LineItem/11",
                "quantity": 1,
                "restockType": "NO_RESTOCK",
            }
        ],
        "shipping": {"amount": "5.00"},
        "transactions": [
            {
                "orderId": "gid://shopify/Order/1",
                "parentId": "gid://shopify/OrderTransaction/1",
                "gateway": "way1",
                "kind": "REFUND",
                "amount": "16.90",
            }
        ],
    }


def test_every_attempt_of_a_refund_has_the_same_key_and_no_other_has_it():
    assert key_of(REFUND) == key_of(replace(REFUND, note="again"))
    assert key_of(REFUND) != key_of(replace(REFUND, key="refund-43"))
