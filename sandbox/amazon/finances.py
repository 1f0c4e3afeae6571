"""Finances 2024-06-19: money that has moved, told when it has settled."""

from datetime import datetime, timedelta

from sandbox import amounts
from sandbox.amazon.pieces import MARKETPLACE, date_of, moment, read_token, token
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Order, Part, Refund

PAGE = 100
DISTANCE = timedelta(minutes=2)
LONGEST = timedelta(days=180)


def list_transactions(scene: Scene, request: Request) -> Answer:
    """By posting date, or by order; only ORDER_ID filters here."""
    name, value = request.one("relatedIdentifierName"), request.one("relatedIdentifierValue")
    after = date_of(request, "postedAfter")
    if not after and not (name and value):
        raise Unreadable("Start date cannot be null")
    before = date_of(request, "postedBefore") or scene.now - DISTANCE
    found = [
        (posted, transaction)
        for posted, order, transaction in _all(scene)
        if (name != "ORDER_ID" or order == value)
        and (not after or scene.clock(posted) >= after)
        and scene.clock(posted) < before
    ]
    if after and before - after > LONGEST:
        found = []
    found.sort(key=lambda pair: pair[0])
    text = request.one("nextToken")
    start = read_token(text)["start"] if text else 0
    page = [transaction for _, transaction in found[start : start + PAGE]]
    payload: dict = {"transactions": scene.handed_over(page)}
    if start + PAGE < len(found):
        payload["nextToken"] = token({"start": start + PAGE})
    return told({"payload": payload})


def _all(scene: Scene) -> list[tuple[datetime, str, dict]]:
    found = []
    for order in scene.shop.orders.values():
        if order.shipments:
            posted = order.shipments[0].shipped_at
            parts = [Part(line.id, line.quantity, line.paid) for line in order.lines]
            told_ = _transaction(scene, order, "Shipment", "Order Payment", posted, parts, 1, "")
            found.append((posted, order.reference, told_))
    for refund in scene.shop.refunds.values():
        if refund.state == "settled":
            order = scene.shop.orders[refund.order]
            found.append((refund.settled_at, order.reference, _refund(scene, order, refund)))
    return found


def _refund(scene: Scene, order: Order, refund: Refund) -> dict:
    return _transaction(
        scene, order, "Refund", "Refund Order", refund.settled_at, refund.parts, -1, refund.id
    )


def _transaction(
    scene: Scene, order: Order, kind: str, words: str, posted: datetime, parts: list[Part],
    sign: int, refund: str,
) -> dict:  # fmt: skip
    seller = scene.shop.credentials["seller_id"]
    related = [{"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order.reference}]
    if refund:
        related.append({"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": refund})
    total = sign * sum(part.total for part in parts)
    return {
        "sellingPartnerMetadata": {
            "sellingPartnerId": seller,
            "accountType": "PAYABLE",
            "marketplaceId": MARKETPLACE["marketplaceId"],
        },
        "relatedIdentifiers": related,
        "transactionType": kind,
        "transactionId": f"T-{kind}-{refund or order.number}",
        "transactionStatus": "RELEASED",
        "description": words,
        "postedDate": moment(scene, posted),
        "totalAmount": _currency(total, order.currency),
        "marketplaceDetails": MARKETPLACE,
        "items": [_item(order, part, sign) for part in parts],
    }


def _item(order: Order, part: Part, sign: int) -> dict:
    line = order.line(part.line)
    network = "AFN" if order.fulfilment == "marketplace" else "MFN"
    return {
        "description": line.title,
        "totalAmount": _currency(sign * part.total, order.currency),
        "relatedIdentifiers": [
            {
                "itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID",
                "itemRelatedIdentifierValue": line.id,
            }
        ],
        "breakdowns": [
            {
                "breakdownType": kind,
                "breakdownAmount": _currency(sign * part.amounts[name], order.currency),
                "breakdowns": [],
            }
            for name, kind in _KINDS.items()
            if part.amounts.get(name)
        ],
        "contexts": [
            {
                "contextType": "ProductContext",
                "asin": line.asin,
                "sku": line.sku,
                "quantityShipped": line.shipped,
                "fulfillmentNetwork": network,
            }
        ],
    }


_KINDS = {"item": "Product Charges", "shipping": "Shipping", "tax": "Tax", "gift_wrap": "Gift wrap"}


def _currency(minor: int, currency: str) -> dict:
    return {"currencyAmount": amounts.number(minor, currency), "currencyCode": currency}
