"""Refunds by ``refundCreate``. Its idempotency key makes a repeat harmless.

Money goes back by transactions, each to a payment of the order; goods are named without
restocking. The key also stands in the note, so that a refund can be found again.
"""

import uuid

from marketplaces.gateways.answers import read
from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.refunding import RefundAnswer, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
)
from marketplaces.gateways.shopify import queries
from marketplaces.gateways.shopify.client import Client
from marketplaces.gateways.shopify.mapping import gid, money, number_of, refund_state
from marketplaces.gateways.shopify.orders import one
from marketplaces.money import Money

#: Shopify's recommendation is a UUID; ours is derived, so that every attempt has the same one.
NAMESPACE = uuid.UUID("6f0f8a52-0d0b-5a5e-9f3e-6a2a4a7f1c55")


def issue(client: Client, refund: RefundRequest) -> RefundAnswer:
    operation = "issue_refund"
    order = one(client, operation, queries.MONEY_OF_ORDER, refund.order_reference)
    if not refund.is_first and (made := read(operation, lambda n: _find(n, refund, ""), order)):
        return made
    transactions = read(operation, lambda node: split(refund, node["transactions"]), order)
    variables = {"input": input_of(refund, transactions), "key": key_of(refund)}
    data = client.ask(operation, queries.REFUND_CREATE, variables, changes_something=True)
    answer = read(operation, lambda found: found["refundCreate"], data, changed_something=True)
    _refuse_errors(operation, answer)
    return read(operation, lambda found: _answer(found["refund"]), answer, changed_something=True)


def look_up(client: Client, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    operation = "look_up_refund"
    order = one(client, operation, queries.MONEY_OF_ORDER, refund.order_reference)
    return read(operation, lambda node: _find(node, refund, reference), order)


def key_of(refund: RefundRequest) -> str:
    return str(uuid.uuid5(NAMESPACE, refund.key))


def mark_of(refund: RefundRequest) -> str:
    return f"[{refund.key}]"


def input_of(refund: RefundRequest, transactions: list[dict]) -> dict:
    """Build a ``RefundInput``. Shipping is refunded for the order, whatever line it stood on."""
    order = gid("Order", refund.order_reference)
    shipping = sum(
        (line.amounts[Component.SHIPPING] for line in refund.lines if _has_shipping(line)),
        Money(0, refund.currency),
    )
    found = {
        "orderId": order,
        "currency": refund.currency,
        "note": f"{refund.note} {mark_of(refund)}".strip(),
        "notify": False,
        "refundLineItems": [
            {
                "lineItemId": gid("LineItem", line.line_id),
                "quantity": line.quantity,
                "restockType": "NO_RESTOCK",
            }
            for line in refund.lines
            if line.quantity
        ],
        "transactions": [{"orderId": order, **transaction} for transaction in transactions],
    }
    return found | ({"shipping": {"amount": str(shipping.amount)}} if shipping else {})


def split(refund: RefundRequest, transactions: list[dict]) -> list[dict]:
    """Share the money out over the payments, the first first, each up to what is left of it.

    What the payments do not cover goes to the last one: Shopify says no in its own words.
    """
    left = refund.total
    parents = [node for node in transactions if _is_payment(node)]
    shares = []
    for node in parents:
        share = min(left, _left_of(node, transactions)) if node is not parents[-1] else left
        if share.minor > 0:
            shares.append(_transaction(node, share))
            left = left - share
    return shares


def _transaction(node, share: Money) -> dict:
    return {
        "parentId": node["id"],
        "gateway": node["gateway"],
        "kind": "REFUND",
        "amount": str(share.amount),
    }


def _is_payment(node) -> bool:
    return node["kind"] in ("SALE", "CAPTURE") and node["status"] == "SUCCESS"


def _left_of(payment, transactions) -> Money:
    spent = (
        money(node["amountSet"])
        for node in transactions
        if node["kind"] == "REFUND"
        and node["status"] in ("SUCCESS", "PENDING")
        and (node["parentTransaction"] or {}).get("id") == payment["id"]
    )
    paid = money(payment["amountSet"])
    return paid - sum(spent, Money(0, paid.currency))


def _has_shipping(line) -> bool:
    return Component.SHIPPING in line.amounts


def _find(order, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    for node in order["refunds"]:
        is_it = number_of(node["id"]) == reference
        if is_it or mark_of(refund) in (node["note"] or ""):
            return _answer(node)
    return None


def _answer(node) -> RefundAnswer:
    statuses = {part["status"] for part in node["transactions"]["nodes"]}
    amount = money(node["totalRefundedSet"])
    return RefundAnswer(refund_state(statuses), number_of(node["id"]), amount=amount)


def _refuse_errors(operation: str, answer) -> None:
    errors = read(operation, _errors_of, answer, changed_something=True)
    if not errors:
        return
    raise GatewayRefused(operation, "; ".join(errors)[:300], code="USER_ERROR")


def _errors_of(answer) -> list[str]:
    return [error["message"] for error in answer["userErrors"]]
