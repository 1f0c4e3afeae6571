"""Refunds of shipped lines. Walmart has no key against a repeat: look first, and look again.

The key stands in each refund's comments, which the order's lines show afterwards.
"""

from marketplaces.gateways.answers import read
from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.refunding import (
    RefundAnswer,
    RefundLine,
    RefundReason,
    RefundRequest,
)
from marketplaces.gateways.shapes import (
    Component,
    RefundState,
)
from marketplaces.gateways.walmart.client import Client
from marketplaces.gateways.walmart.mapping import refunds_of
from marketplaces.gateways.walmart.orders import one
from marketplaces.money import Money

REASONS = {
    RefundReason.NOT_RECEIVED: "ItemNotReceivedByCustomer",
    RefundReason.LATE: "CustomerReceivedItemLate",
    RefundReason.DAMAGED: "DamagedItem",
    RefundReason.DEFECTIVE: "DefectiveItem",
    RefundReason.NOT_AS_DESCRIBED: "ItemNotAsAdvertised",
    RefundReason.WRONG_ITEM: "IncorrectItemReceived",
    RefundReason.RETURNED: "CustomerChangedMind",
    RefundReason.CANCELLED: "CancelledYetShipped",
    RefundReason.OUT_OF_STOCK: "CancelledYetShipped",
    RefundReason.PRICE: "BillingError",
    RefundReason.GOODWILL: "Finance -> Goodwill",
    RefundReason.OTHER: "Finance -> Goodwill",
}

#: What a component is called on a charge; tax rides on the charge it belongs to.
CHARGES = {
    Component.ITEM: ("PRODUCT", "ItemPrice"),
    Component.SHIPPING: ("SHIPPING", "Shipping"),
}


def issue(client: Client, refund: RefundRequest) -> RefundAnswer:
    operation = "issue_refund"
    if not refund.is_first and (made := _look(client, operation, refund)):
        return made
    body = body_of(refund)
    answer = client.post(operation, f"/v3/orders/{refund.order_reference}/refund", body)
    found = read(operation, lambda a: find(a["order"], refund), answer, changed_something=True)
    return found or RefundAnswer(RefundState.PROCESSING, "")


def look_up(client: Client, refund: RefundRequest) -> RefundAnswer | None:
    return _look(client, "look_up_refund", refund)


def _look(client: Client, operation: str, refund: RefundRequest) -> RefundAnswer | None:
    order = one(client, operation, refund.order_reference)
    return read(operation, lambda found: find(found, refund), order)


def find(order, refund: RefundRequest) -> RefundAnswer | None:
    """A line shows a refund once Walmart has it; there is no word on the way to the buyer."""
    made = [
        one
        for line in order["orderLines"]["orderLine"]
        for one in refunds_of(line)
        if mark_of(refund) in one.note
    ]
    if not made:
        return None
    amount = sum((one.amount for one in made), Money(0, refund.currency))
    return RefundAnswer(RefundState.SETTLED, made[0].reference, amount=amount)


def mark_of(refund: RefundRequest) -> str:
    return f"[{refund.key}]"


def body_of(refund: RefundRequest) -> dict:
    return {
        "orderRefund": {
            "purchaseOrderId": refund.order_reference,
            "orderLines": {"orderLine": [_line(refund, line) for line in refund.lines]},
        }
    }


def _line(refund: RefundRequest, line: RefundLine) -> dict:
    charges = [
        {"refundReason": REASONS[refund.reason], "charge": charge} for charge in charges_of(line)
    ]
    return {
        "lineNumber": line.line_id,
        "isFullRefund": False,
        "refunds": {
            "refund": [
                {
                    "refundComments": f"{refund.note} {mark_of(refund)}".strip(),
                    "refundCharges": {"refundCharge": charges},
                }
            ]
        },
    }


def charges_of(line: RefundLine) -> list[dict]:
    """Negative amounts; the tax on the first charge, on one of nothing where there is none.

    :raises GatewayRefused: for gift wrap, which Walmart does not charge.
    """
    amounts = dict(line.amounts)
    if amounts.pop(Component.GIFT_WRAP, None):
        raise GatewayRefused("issue_refund", "Walmart charges no gift wrap", code="GIFT_WRAP")
    tax = amounts.pop(Component.TAX, None)
    if tax and not amounts:
        amounts = {Component.ITEM: Money(0, tax.currency)}
    charges = [_charge(component, amount) for component, amount in amounts.items()]
    if tax:
        charges[0]["tax"] = {"taxName": "ItemPriceTax", "taxAmount": _negative(tax)}
    return charges


def _charge(component: Component, amount: Money) -> dict:
    kind, name = CHARGES[component]
    return {"chargeType": kind, "chargeName": name, "chargeAmount": _negative(amount)}


def _negative(amount: Money) -> dict:
    """JSON numbers, as documented; two decimals survive them unharmed."""
    return {"currency": amount.currency, "amount": float((-amount).amount)}
