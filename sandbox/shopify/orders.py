"""Orders of the world as Shopify's objects."""

from functools import partial

from sandbox.marketplace import Scene
from sandbox.shopify.fulfillments import fulfillment_of
from sandbox.shopify.money_back import DISPUTED, given_back, initiated, refund_of, sale_of
from sandbox.shopify.pieces import (
    address_of,
    bag,
    customer_of,
    gid,
    line_of,
    moment,
    shipping_line_of,
)
from sandbox.values import COMPONENTS, Order

_FULFILLED = {
    "unshipped": "UNFULFILLED",
    "partially_shipped": "PARTIALLY_FULFILLED",
    "shipped": "FULFILLED",
    "delivered": "FULFILLED",
    "cancelled": "UNFULFILLED",
}


def order_of(scene: Scene, order: Order) -> dict:
    shop, of = scene.shop, partial(bag, currency=order.currency)
    told = partial(order_of, scene)
    paid = {name: sum(line.paid.get(name, 0) for line in order.lines) for name in COMPONENTS}
    refunds, refunded = shop.refunds_of(order), shop.refunded(order)
    parts = [p for r in refunds if r.state != "failed" for p in r.parts]
    is_cancelled = order.state == "cancelled"
    return {
        "id": gid("Order", order.number),
        "legacyResourceId": str(order.number),
        "name": order.reference,
        "number": order.number,
        "createdAt": moment(scene, order.placed_at),
        "processedAt": moment(scene, order.placed_at),
        "updatedAt": moment(scene, order.changed_at),
        "cancelledAt": moment(scene, order.changed_at) if is_cancelled else None,
        "cancelReason": "CUSTOMER" if is_cancelled else None,
        "closedAt": None,
        "closed": False,
        "confirmed": True,
        "test": False,
        "email": order.buyer.email,
        "phone": order.buyer.phone,
        "note": None,
        "tags": [],
        "sourceName": "web",
        "currencyCode": order.currency,
        "presentmentCurrencyCode": order.currency,
        "displayFinancialStatus": _financial(order.paid, refunded),
        "displayFulfillmentStatus": _FULFILLED[order.state],
        "returnStatus": "NO_RETURN",
        "paymentGatewayNames": ["shopify_payments"],
        "fullyPaid": True,
        "taxesIncluded": False,
        "customer": customer_of(order),
        "shippingAddress": address_of(order),
        "billingAddress": address_of(order),
        "lineItems": [line_of(order, line, parts) for line in order.lines],
        "shippingLines": [shipping_line_of(order, paid["shipping"])],
        "shippingLine": shipping_line_of(order, paid["shipping"]),
        "subtotalPriceSet": of(paid["item"] + paid["gift_wrap"]),
        "totalPriceSet": of(order.paid),
        "currentTotalPriceSet": of(order.paid - refunded),
        "totalTaxSet": of(paid["tax"]),
        "totalShippingPriceSet": of(paid["shipping"]),
        "totalReceivedSet": of(order.paid),
        "totalOutstandingSet": of(0),
        "netPaymentSet": of(order.paid - refunded),
        "totalRefundedSet": of(refunded),
        "totalRefundedShippingSet": of(sum(p.amounts.get("shipping", 0) for p in parts)),
        "transactions": [sale_of(scene, order), *(given_back(scene, order, r) for r in refunds)],
        "refunds": [refund_of(scene, order, r, told) for r in refunds],
        "fulfillments": [fulfillment_of(scene, order, one) for one in order.shipments],
        "disputes": [
            {"id": gid("ShopifyPaymentsDispute", c.id), "initiatedAs": initiated(c),
             "status": DISPUTED[c.state]}
            for c in shop.claims.values() if c.order == order.reference
        ],
    }  # fmt: skip


def _financial(paid: int, refunded: int) -> str:
    if not refunded:
        return "PAID"
    return "REFUNDED" if refunded == paid else "PARTIALLY_REFUNDED"
