"""Returns: what buyers send back, and what a seller refunds for it."""

from sandbox import amounts
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Claim, Line, Order, Part
from sandbox.walmart.errors import refused
from sandbox.walmart.orders import customer_order
from sandbox.world import Refused

_STATES = {"open": "INITIATED", "answered": "DELIVERED"}


def list_returns(scene: Scene, request: Request) -> Answer:
    wanted = request.one("returnOrderId")
    found = [
        claim
        for claim in scene.shop.claims.values()
        if claim.kind == "return" and wanted in ("", claim.id)
    ]
    limit = min(int(request.one("limit", "10")), 200)
    start = int(request.one("offset", "0"))
    meta = {"totalCount": len(found), "limit": limit, "nextCursor": None}
    if start + limit < len(found):
        meta["nextCursor"] = f"?limit={limit}&offset={start + limit}"
    returns = [_return(scene, claim) for claim in found[start : start + limit]]
    return told({"meta": meta, "returnOrders": scene.handed_over(returns)})


def refund_return(scene: Scene, request: Request, returnOrderId: str) -> Answer:  # noqa: N803
    asked = request.json()
    try:
        claim = scene.shop.claims.get(returnOrderId)
        if claim is None or claim.kind != "return":
            raise Refused("no_order", f"There is no return {returnOrderId}.")
        order = scene.world.order(scene.shop, claim.order)
        parts = [_part(order, one) for one in asked["refundLines"]]
        scene.world.refund(scene.shop, order, parts, reason="return", note=claim.id)
        scene.world.change_claim(claim, "won")
    except Refused as error:
        return refused(error)
    except (KeyError, TypeError, IndexError) as error:
        raise Unreadable(f"refundLines: {error}") from None
    return told(
        {
            "returnOrderId": claim.id,
            "customerOrderId": customer_order(order),
            "refundLines": asked["refundLines"],
        }
    )


def _part(order: Order, asked: dict) -> Part:
    line = order.lines[int(asked["returnOrderLineNumber"]) - 1]
    count = int(asked["quantity"]["measurementValue"])
    share = {name: paid * count // line.quantity for name, paid in line.paid.items()}
    return Part(line.id, count, share)


def _return(scene: Scene, claim: Claim) -> dict:
    order = scene.shop.orders[claim.order]
    first, _, last = order.buyer.name.partition(" ")
    return {
        "returnOrderId": claim.id,
        "customerEmailId": order.buyer.email,
        "customerName": {"firstName": first, "lastName": last},
        "customerOrderId": customer_order(order),
        "returnOrderDate": _time(scene, claim.filed_at),
        "returnByDate": _time(scene, claim.answer_by) if claim.answer_by else None,
        "totalRefundAmount": _money(claim.amount, order.currency),
        "returnOrderLines": [
            _line(scene, claim, order, number, line) for number, line in enumerate(order.lines, 1)
        ],
        "returnChannel": {"channelName": "ONLINE"},
    }


def _line(scene: Scene, claim: Claim, order: Order, number: int, line: Line) -> dict:
    is_refunded = claim.state == "won"
    return {
        "returnOrderLineNumber": number,
        "salesOrderLineNumber": int(line.id),
        "returnReason": "DEFECTIVE",
        "returnDescription": claim.words,
        "purchaseOrderId": order.reference,
        "purchaseOrderLineNumber": int(line.id),
        "item": {"sku": line.sku, "productName": line.title},
        "unitPrice": _money(line.paid["item"] // line.quantity, order.currency),
        "currentRefundStatus": "REFUND_COMPLETED" if is_refunded else "REFUND_INITIATED",
        "quantity": {"unitOfMeasure": "EACH", "measurementValue": line.quantity},
        "returnExpectedFlag": True,
        "refundedQty": line.quantity if is_refunded else 0,
        "status": _STATES.get(claim.state, "COMPLETED"),
        "statusTime": _time(scene, claim.changed_at),
    }


def _money(minor: int, currency: str) -> dict:
    return {"currencyAmount": amounts.number(minor, currency), "currencyUnit": currency}


def _time(scene: Scene, at) -> str:
    return scene.clock(at).strftime("%Y-%m-%dT%H:%M:%S.000Z")
