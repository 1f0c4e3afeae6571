"""issueRefund: an order's amount or lines' amounts; accepted now, settled later, each time anew."""

from sandbox import amounts
from sandbox.ebay.pieces import error, refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Part
from sandbox.world import Refused

REASONS = {
    "BUYER_CANCEL",
    "SELLER_CANCEL",
    "ITEM_NOT_RECEIVED",
    "BUYER_RETURN",
    "ITEM_NOT_AS_DESCRIBED",
    "OTHER_ADJUSTMENT",
    "SHIPPING_DISCOUNT",
}
LONGEST_COMMENT = 100
_NUMBER = {"too_much": 34906, "reason": 34902, "comment": 34903, "which": 34904}


def issue_refund(scene: Scene, request: Request, orderId: str) -> Answer:  # noqa: N803
    asked = request.json()
    try:
        order = scene.world.order(scene.shop, orderId)
        _check(asked)
        parts, total = _parts(order, asked)
        refund = scene.world.refund(
            scene.shop, order, parts, amount=total,
            reason=asked["reasonForRefund"], note=asked.get("comment") or "",
        )  # fmt: skip
    except Refused as refused:
        if refused.code == "no_order":
            return refuse("not_found", refused.words)
        return error(400, _NUMBER.get(refused.code, 34900), refused.words, refused.words)
    except (KeyError, TypeError) as problem:
        raise Unreadable(f"{problem} is missing or wrong.") from None
    return told({"refundId": refund.id, "refundStatus": "PENDING"})


def _check(asked: dict) -> None:
    if asked.get("reasonForRefund") not in REASONS:
        raise Refused("reason", "reasonForRefund is not one of its values.")
    if len(asked.get("comment") or "") > LONGEST_COMMENT:
        raise Refused("comment", "The comment is longer than 100 characters.")
    if bool(asked.get("orderLevelRefundAmount")) == bool(asked.get("refundItems")):
        raise Refused("which", "Give either orderLevelRefundAmount or refundItems.")


def _parts(order: Order, asked: dict) -> tuple[list[Part], int]:
    if whole := asked.get("orderLevelRefundAmount"):
        return [], _minor(order, whole)
    parts = []
    for one in asked["refundItems"]:
        line = order.line(str(one["lineItemId"]))
        if line is None:
            raise Refused("no_line", f"Line item {one['lineItemId']} is not in the order.")
        parts.append(_spread(line, _minor(order, one["refundAmount"])))
    return parts, sum(part.total for part in parts)


def _spread(line: Line, minor: int) -> Part:
    """eBay does not say what a line's refund is made of: the item first, then the rest."""
    left, given = minor, {}
    for component in ("item", "gift_wrap", "shipping", "tax"):
        given[component] = min(left, line.paid.get(component, 0))
        left -= given[component]
    if left:
        raise Refused("too_much", "The amount is larger than what was paid for the line item.")
    return Part(line.id, 0, given)


def _minor(order: Order, written: dict) -> int:
    if written["currency"] != order.currency:
        raise Refused("currency", f"The order is in {order.currency}.")
    minor = amounts.minor(written["value"], order.currency)
    if minor <= 0:
        raise Refused("negative", "An amount must be above zero.")
    return minor
