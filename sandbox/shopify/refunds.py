"""refundCreate: what is asked for becomes a refund of the world, once per key.

The money that moves is what ``transactions`` say; lines without a transaction move none, as at
Shopify. A key is remembered for 24 hours; a repeat is answered out of the present state.
"""

import json
from datetime import datetime, timedelta

from sandbox import amounts
from sandbox.marketplace import Scene
from sandbox.shopify.money_back import refund_of
from sandbox.shopify.orders import order_of
from sandbox.shopify.pieces import gid
from sandbox.values import Line, Order, Part, Refund
from sandbox.world import Refused

REMEMBERED = timedelta(hours=24)


class UserError(Exception):
    """What is told in ``userErrors``."""

    def __init__(self, field: list[str] | None, message: str):
        super().__init__(message)
        self.field, self.message = field, message


def create_refund(scene: Scene, given: dict, key: str) -> dict:
    """Return the payload of the mutation."""
    try:
        refund = _first_or_new(scene, given, key)
    except UserError as error:
        told = {"field": error.field, "message": error.message}
        return {"refund": None, "order": None, "userErrors": [told]}
    order = scene.shop.orders[refund.order]
    return {
        "refund": refund_of(scene, order, refund, lambda order: order_of(scene, order)),
        "order": order_of(scene, order),
        "userErrors": [],
    }


def find_order(scene: Scene, order_id: object) -> Order | None:
    orders = scene.shop.orders.values()
    return next((order for order in orders if gid("Order", order.number) == order_id), None)


def _first_or_new(scene: Scene, given: dict, key: str) -> Refund:
    keys = scene.shop.paper("keys")
    known = keys.get(key) if key else None
    if known and datetime.fromisoformat(known["at"]) + REMEMBERED > scene.world.now:
        if known["asked"] != json.dumps(given, sort_keys=True):
            raise UserError(
                None, "The same idempotency key cannot be used with different operation parameters."
            )
        return scene.shop.refunds[known["refund"]]
    refund = _make(scene, given, key)
    if key:
        keys[key] = {
            "at": scene.world.now.isoformat(),
            "asked": json.dumps(given, sort_keys=True),
            "refund": refund.id,
        }
    return refund


def _make(scene: Scene, given: dict, key: str) -> Refund:
    order = find_order(scene, given.get("orderId"))
    if order is None:
        raise UserError(["orderId"], "Order does not exist")
    amount = sum(_moved(order, one) for one in given.get("transactions") or [])
    parts = _parts(scene, order, given)
    try:
        return scene.world.refund(
            scene.shop, order, parts, amount=amount, note=given.get("note") or "", key=key
        )
    except Refused as refused:
        raise UserError(["transactions"], _sentence(order, refused)) from None


def _sentence(order: Order, refused: Refused) -> str:
    if refused.code == "too_much":
        return "Refund amount exceeds the amount that can be refunded"
    return refused.words


def _moved(order: Order, transaction: dict) -> int:
    if transaction.get("kind") != "REFUND":
        raise UserError(["transactions", "0", "kind"], "Kind must be REFUND")
    if transaction.get("parentId") != gid("OrderTransaction", order.number):
        raise UserError(["transactions", "0", "parentId"], "Parent transaction does not exist")
    return _minor(transaction.get("amount"), order, ["transactions", "0", "amount"])


def _parts(scene: Scene, order: Order, given: dict) -> list[Part]:
    parts: dict[str, Part] = {}
    for place, one in enumerate(given.get("refundLineItems") or []):
        field = ["refundLineItems", str(place)]
        line = next(
            (x for x in order.lines if gid("LineItem", x.id) == one.get("lineItemId")), None
        )
        if line is None:
            raise UserError([*field, "lineItemId"], "Line item does not exist")
        quantity = one.get("quantity") or 0
        if not 0 < quantity <= line.quantity - _gone(scene, order, line):
            raise UserError(
                [*field, "quantity"], "Quantity cannot refund more items than were purchased"
            )
        parts[line.id] = Part(line.id, quantity, _share(scene, order, line, quantity))
    shipping = _shipping(order, given.get("shipping") or {})
    if shipping:
        _spread(order, parts, shipping)
    return list(parts.values())


def _gone(scene: Scene, order: Order, line: Line) -> int:
    return sum(part.quantity for part in _given(scene, order, line))


def _given(scene: Scene, order: Order, line: Line) -> list[Part]:
    refunds = [r for r in scene.shop.refunds_of(order) if r.state != "failed"]
    return [p for refund in refunds for p in refund.parts if p.line == line.id]


def _share(scene: Scene, order: Order, line: Line, quantity: int) -> dict[str, int]:
    """Return what so many pieces cost; the last ones get what rounding has left."""
    is_last = quantity == line.quantity - _gone(scene, order, line)
    share = {}
    for name in ("item", "tax", "gift_wrap"):
        paid = line.paid.get(name, 0)
        before = sum(part.amounts.get(name, 0) for part in _given(scene, order, line))
        share[name] = paid - before if is_last else paid * quantity // line.quantity
    return share


def _shipping(order: Order, given: dict) -> int:
    if given.get("fullRefund"):
        return sum(line.paid.get("shipping", 0) for line in order.lines)
    return _minor(given["amount"], order, ["shipping", "amount"]) if given.get("amount") else 0


def _spread(order: Order, parts: dict[str, Part], shipping: int) -> None:
    """Put shipping on the lines that carry it."""
    for line in order.lines:
        share = min(shipping, line.paid.get("shipping", 0))
        if share:
            part = parts.setdefault(line.id, Part(line.id, 0, {}))
            part.amounts["shipping"] = share
            shipping -= share
    if shipping:
        raise UserError(["shipping", "amount"], "Shipping refund exceeds what was charged")


def _minor(written: object, order: Order, field: list[str]) -> int:
    try:
        return amounts.minor(written, order.currency)
    except ValueError:
        raise UserError(field, "Amount is invalid") from None
