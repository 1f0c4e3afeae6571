"""POST …/refund: charges with negative amounts become a refund of the world, every time."""

from sandbox import amounts
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Part
from sandbox.walmart.errors import refused
from sandbox.walmart.orders import order_of
from sandbox.world import Refused

_COMPONENTS = {"PRODUCT": "item", "SHIPPING": "shipping"}


def refund_lines(scene: Scene, request: Request, purchaseOrderId: str) -> Answer:  # noqa: N803
    asked = request.json().get("orderRefund") or {}
    try:
        order = scene.world.order(scene.shop, purchaseOrderId)
        lines = [_read(scene, order, one) for one in _lines(asked)]
        parts = [part for part, _, _ in lines]
        _, reason, comments = lines[0]
        scene.world.refund(scene.shop, order, parts, reason=reason, note=comments)
    except Refused as error:
        return refused(error)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Unreadable(f"orderRefund: {error}") from None
    return told({"order": order_of(scene, order)})


def _lines(asked: dict) -> list[dict]:
    found = asked["orderLines"]["orderLine"]
    if not found:
        raise ValueError("no lines")
    return found


def _read(scene: Scene, order: Order, asked: dict) -> tuple[Part, str, str]:
    line = order.line(str(asked["lineNumber"]))
    if line is None:
        raise Refused("no_line", f"Line {asked['lineNumber']} is not in the order.")
    if not line.shipped:
        raise Refused("not_shipped", f"Line {line.id} has not been shipped.")
    refunds = asked["refunds"]["refund"]
    charges = [c for refund in refunds for c in refund["refundCharges"]["refundCharge"]]
    given = _sum(order, charges)
    if asked.get("isFullRefund") or given.get("item") == line.paid["item"] > 0:
        given = dict(line.paid)
    part = Part(line.id, _pieces(line, given), given)
    return part, charges[0]["refundReason"], refunds[0].get("refundComments") or ""


def _sum(order: Order, charges: list[dict]) -> dict[str, int]:
    given: dict[str, int] = {}
    for one in charges:
        charge = one["charge"]
        component = _COMPONENTS[charge["chargeType"]]
        given[component] = given.get(component, 0) + _positive(order, charge["chargeAmount"])
        if charge.get("tax"):
            given["tax"] = given.get("tax", 0) + _positive(order, charge["tax"]["taxAmount"])
    return given


def _positive(order: Order, written: dict) -> int:
    if written["currency"] != order.currency:
        raise Refused("currency", f"The order is in {order.currency}.")
    minor = amounts.minor(written["amount"], order.currency)
    if minor > 0:
        raise Refused("positive", "Amounts of a refund must be negative.")
    return -minor


def _pieces(line: Line, given: dict[str, int]) -> int:
    return line.quantity if given.get("item") == line.paid["item"] else 0
