"""Transactions, refunds and disputes of the world as Shopify's objects."""

from collections.abc import Callable

from sandbox.marketplace import Scene
from sandbox.shopify.pieces import bag, gid, line_of, moment, money, shipping_line_of
from sandbox.values import Claim, Order, Part, Refund

_SETTLED = {"pending": "PENDING", "settled": "SUCCESS", "failed": "FAILURE"}
#: DisputeStatus
DISPUTED = {
    "open": "NEEDS_RESPONSE",
    "answered": "UNDER_REVIEW",
    "won": "WON",
    "lost": "LOST",
    "withdrawn": "WON",
}


def refund_of(
    scene: Scene, order: Order, refund: Refund, order_told: Callable[[Order], dict]
) -> dict:
    given = [part for part in refund.parts if part.quantity]
    shipping = sum(part.amounts.get("shipping", 0) for part in refund.parts)
    return {
        "id": gid("Refund", refund.id),
        "legacyResourceId": refund.id,
        "createdAt": moment(scene, refund.at),
        "updatedAt": moment(scene, refund.settled_at or refund.at),
        "note": refund.note or None,
        "totalRefundedSet": bag(0 if refund.state == "failed" else refund.amount, order.currency),
        "order": lambda arguments: order_told(order),
        "refundLineItems": [_refunded_line(order, refund, part) for part in given],
        "refundShippingLines": [_refunded_shipping(order, refund, shipping)] if shipping else [],
        "transactions": [given_back(scene, order, refund)] if refund.amount else [],
    }


def given_back(scene: Scene, order: Order, refund: Refund) -> dict:
    return _transaction(
        gid("OrderTransaction", refund.id), "REFUND", _SETTLED[refund.state], refund.amount, order,
        moment(scene, refund.at), {"id": parent_id(order)},
    )  # fmt: skip


def _transaction(number, kind, status, amount, order, at, parent) -> dict:
    return {
        "id": number,
        "kind": kind,
        "status": status,
        "gateway": "shopify_payments",
        "formattedGateway": order.payment,
        "accountNumber": "•••• •••• •••• 4242",
        "createdAt": at,
        "processedAt": at,
        "errorCode": "GENERIC_ERROR" if status == "FAILURE" else None,
        "test": False,
        "amountSet": bag(amount, order.currency),
        "parentTransaction": parent,
    }


def sale_of(scene: Scene, order: Order) -> dict:
    return _transaction(
        parent_id(order), "SALE", "SUCCESS", order.paid, order, moment(scene, order.placed_at), None
    )


def _refunded_line(order: Order, refund: Refund, part: Part) -> dict:
    line, item = order.line(part.line), part.amounts.get("item", 0)
    return {
        "id": gid("RefundLineItem", f"{refund.id}{part.line}"),
        "quantity": part.quantity,
        "restockType": "NO_RESTOCK",
        "restocked": False,
        "lineItem": line_of(order, line, []),
        "priceSet": bag(item // max(part.quantity, 1), order.currency),
        "subtotalSet": bag(item, order.currency),
        "totalTaxSet": bag(part.amounts.get("tax", 0), order.currency),
    }


def _refunded_shipping(order: Order, refund: Refund, shipping: int) -> dict:
    paid = sum(line.paid.get("shipping", 0) for line in order.lines)
    return {
        "id": gid("RefundShippingLine", refund.id),
        "shippingLine": shipping_line_of(order, paid),
        "subtotalAmountSet": bag(shipping, order.currency),
        "taxAmountSet": bag(0, order.currency),
    }


def parent_id(order: Order) -> str:
    """The sale that a refund's transaction names as its parent."""
    return gid("OrderTransaction", order.number)


def dispute_of(scene: Scene, claim: Claim, order_told: Callable[[Order], dict]) -> dict:
    order = scene.shop.orders[claim.order]
    is_over = claim.state in ("won", "lost", "withdrawn")
    return {
        "id": gid("ShopifyPaymentsDispute", claim.id),
        "legacyResourceId": claim.id,
        "type": initiated(claim),
        "status": DISPUTED[claim.state],
        "initiatedAt": moment(scene, claim.filed_at),
        "evidenceDueBy": moment(scene, claim.answer_by),
        "evidenceSentOn": moment(scene, claim.changed_at) if claim.state == "answered" else None,
        "finalizedOn": moment(scene, claim.changed_at) if is_over else None,
        "amount": money(claim.amount, order.currency),
        "order": lambda arguments: order_told(order),
        "reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED", "networkReasonCode": "13.1"},
    }


def initiated(claim: Claim) -> str:
    return "CHARGEBACK" if claim.kind == "chargeback" else "INQUIRY"
