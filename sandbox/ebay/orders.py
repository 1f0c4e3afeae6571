"""Orders of the world as eBay's orders."""

from sandbox.ebay.pieces import amount, moment
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Refund, Shipment

_FULFILLED = {
    "unshipped": "NOT_STARTED",
    "partially_shipped": "IN_PROGRESS",
    "shipped": "FULFILLED",
    "delivered": "FULFILLED",
    "cancelled": "NOT_STARTED",
}
_SETTLED = {"pending": "PENDING", "settled": "REFUNDED", "failed": "FAILED"}


def item_id(line: Line) -> str:
    """The number of the listing a line was bought from."""
    return f"11{int.from_bytes(line.sku.encode()[-4:], 'big') % 10**10:010d}"


def order_of(scene: Scene, order: Order) -> dict:
    of = order.currency
    sums = {
        name: sum(line.paid.get(name, 0) for line in order.lines)
        for name in ("item", "gift_wrap", "shipping", "tax")
    }
    refunds = scene.shop.refunds_of(order)
    is_cancelled = order.state == "cancelled"
    return {
        "orderId": order.reference,
        "legacyOrderId": order.reference,
        "creationDate": moment(scene, order.placed_at),
        "lastModifiedDate": moment(scene, order.changed_at),
        "orderFulfillmentStatus": _FULFILLED[order.state],
        "orderPaymentStatus": _payment(order, refunds),
        "sellerId": scene.shop.id,
        "buyer": {
            "username": order.buyer.id,
            "buyerRegistrationAddress": {"fullName": order.buyer.name},
        },
        "pricingSummary": {
            "priceSubtotal": amount(sums["item"] + sums["gift_wrap"], of),
            "deliveryCost": amount(sums["shipping"], of),
            "tax": amount(sums["tax"], of),
            "total": amount(order.paid, of),
        },
        "cancelStatus": {
            "cancelState": "CANCELED" if is_cancelled else "NONE_REQUESTED",
            "cancelRequests": [],
        },
        "paymentSummary": _payments(scene, order, refunds),
        "fulfillmentStartInstructions": [_instructions(scene, order)],
        "fulfillmentHrefs": [
            f"{scene.address}/sell/fulfillment/v1/order/{order.reference}"
            f"/shipping_fulfillment/{one.tracking}"
            for one in order.shipments
        ],
        "lineItems": [_line(scene, order, line, refunds) for line in order.lines],
        "ebayCollectAndRemitTax": False,
        "salesRecordReference": str(order.number),
        "totalFeeBasisAmount": amount(order.paid, of),
    }


def fulfillment_of(scene: Scene, shipment: Shipment) -> dict:
    return {
        "fulfillmentId": shipment.tracking,
        "shipmentTrackingNumber": shipment.tracking,
        "shippingCarrierCode": shipment.carrier,
        "shippedDate": moment(scene, shipment.shipped_at),
        "lineItems": [
            {"lineItemId": line, "quantity": count} for line, count in shipment.quantities.items()
        ],
    }


def _payment(order: Order, refunds: list[Refund]) -> str:
    if any(refund.state == "failed" for refund in refunds):
        return "FAILED"
    given = sum(refund.amount for refund in refunds if refund.state == "settled")
    if not given:
        return "PAID"
    return "FULLY_REFUNDED" if given == order.paid else "PARTIALLY_REFUNDED"


def _payments(scene: Scene, order: Order, refunds: list[Refund]) -> dict:
    return {
        "totalDueSeller": amount(order.paid - scene.shop.refunded(order), order.currency),
        "payments": [
            {
                "paymentMethod": "EBAY",
                "paymentReferenceId": f"P-{order.number}",
                "paymentDate": moment(scene, order.placed_at),
                "amount": amount(order.paid, order.currency),
                "paymentStatus": "PAID",
            }
        ],
        "refunds": [_refund(scene, order, r, r.amount) for r in refunds if not r.parts],
    }


def _refund(scene: Scene, order: Order, refund: Refund, minor: int) -> dict:
    told = {
        "refundId": refund.id,
        "amount": amount(minor, order.currency),
        "refundStatus": _SETTLED[refund.state],
    }
    if refund.settled_at:
        told["refundDate"] = moment(scene, refund.settled_at)
        told["refundReferenceId"] = f"R-{refund.id}"
    return told


def _instructions(scene: Scene, order: Order) -> dict:
    there = order.ship_to
    return {
        "fulfillmentInstructionsType": "SHIP_TO",
        "minEstimatedDeliveryDate": moment(scene, order.placed_at),
        "maxEstimatedDeliveryDate": moment(scene, order.deliver_by),
        "ebaySupportedFulfillment": False,
        "shippingStep": {
            "shippingCarrierCode": "USPS",
            "shippingServiceCode": "USPSPriority",
            "shipTo": {
                "fullName": there.get("name"),
                "contactAddress": {
                    "addressLine1": there.get("street"),
                    "city": there.get("city"),
                    "stateOrProvince": there.get("state"),
                    "postalCode": there.get("postcode"),
                    "countryCode": there.get("country"),
                },
                "primaryPhone": {"phoneNumber": there.get("phone")},
                "email": order.buyer.email,
            },
        },
    }


def _line(scene: Scene, order: Order, line: Line, refunds: list[Refund]) -> dict:
    item, of = line.paid.get("item", 0) + line.paid.get("gift_wrap", 0), order.currency
    tax = line.paid.get("tax", 0)
    status = "FULFILLED" if line.shipped == line.quantity else "NOT_STARTED"
    return {
        "lineItemId": line.id,
        "legacyItemId": item_id(line),
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": "EBAY_US",
        "purchaseMarketplaceId": "EBAY_US",
        "lineItemFulfillmentStatus": "IN_PROGRESS" if 0 < line.shipped < line.quantity else status,
        "lineItemCost": amount(item, of),
        "total": amount(sum(line.paid.values()), of),
        "deliveryCost": {"shippingCost": amount(line.paid.get("shipping", 0), of)},
        "appliedPromotions": [],
        "taxes": [{"amount": amount(tax, of), "taxType": "STATE_SALES_TAX"}] if tax else [],
        "variationAspects": [{"name": k, "value": v} for k, v in line.options.items()],
        "properties": {"buyerProtection": True},
        "lineItemFulfillmentInstructions": {"guaranteedDelivery": False},
        "refunds": [
            _refund(scene, order, refund, part.total)
            for refund in refunds
            for part in refund.parts
            if part.line == line.id
        ],
    }
