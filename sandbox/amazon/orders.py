"""Orders of the world as the orders of Orders 2026-01-01; datasets come only if asked for."""

from datetime import timedelta

from sandbox.amazon.pieces import MARKETPLACE, moment, money
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Shipment

_STATUS = {
    "unshipped": "UNSHIPPED",
    "partially_shipped": "PARTIALLY_SHIPPED",
    "shipped": "SHIPPED",
    "delivered": "SHIPPED",
    "cancelled": "CANCELLED",
}
_KINDS = {"item": "ITEM", "shipping": "SHIPPING", "gift_wrap": "GIFT_WRAP", "tax": "TAX"}
_DETAILED = {"in_transit": "PICKED_UP", "out_for_delivery": "OUT_FOR_DELIVERY"}


def status_of(order: Order) -> str:
    return _STATUS[order.state]


def order_of(scene: Scene, order: Order, included: set[str]) -> dict:
    """``included`` are values of ``includedData``."""
    told = {
        "orderId": order.reference,
        "orderAliases": [],
        "createdTime": moment(scene, order.placed_at),
        "lastUpdatedTime": moment(scene, order.changed_at),
        "programs": [],
        "associatedOrders": [],
        "salesChannel": {"channelName": "AMAZON", **MARKETPLACE},
        "orderItems": [_item(scene, order, line, included) for line in order.lines],
    }
    datasets = {
        "BUYER": ("buyer", _buyer),
        "RECIPIENT": ("recipient", _recipient),
        "PROCEEDS": ("proceeds", _proceeds),
        "FULFILLMENT": ("fulfillment", _fulfillment),
        "PACKAGES": ("packages", _packages),
        "PAYMENT": ("payment", _payment),
    }
    for dataset, (name, make) in datasets.items():
        if dataset in included:
            told[name] = make(scene, order)
    return told


def _buyer(scene: Scene, order: Order) -> dict:
    return {"buyerName": order.buyer.name, "buyerEmail": order.buyer.email}


def _recipient(scene: Scene, order: Order) -> dict:
    there = order.ship_to
    address = {
        "name": there.get("name"),
        "addressLine1": there.get("street"),
        "city": there.get("city"),
        "stateOrRegion": there.get("state"),
        "postalCode": there.get("postcode"),
        "countryCode": there.get("country"),
        "phone": there.get("phone"),
        "addressType": "RESIDENTIAL",
    }
    return {"deliveryAddress": address}


def _proceeds(scene: Scene, order: Order) -> dict:
    sums: dict[str, int] = {}
    for line in order.lines:
        for component, minor in line.paid.items():
            sums[component] = sums.get(component, 0) + minor
    return {
        "grandTotal": money(order.paid, order.currency),
        "breakdowns": _breakdowns(sums, order.currency),
    }


def _breakdowns(paid: dict[str, int], currency: str) -> list[dict]:
    return [
        {"type": _KINDS[component], "subtotal": money(minor, currency)}
        for component, minor in paid.items()
        if minor or component == "item"
    ]


def _fulfillment(scene: Scene, order: Order) -> dict:
    placed, due = order.placed_at, order.deliver_by
    return {
        "fulfillmentStatus": status_of(order),
        "fulfilledBy": "AMAZON" if order.fulfilment == "marketplace" else "MERCHANT",
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {
            "earliestDateTime": moment(scene, placed),
            "latestDateTime": moment(scene, placed + timedelta(days=2)),
        },
        "deliverByWindow": {
            "earliestDateTime": moment(scene, due - timedelta(days=3)),
            "latestDateTime": moment(scene, due),
        },
    }


def _packages(scene: Scene, order: Order) -> list[dict]:
    return [_package(scene, shipment) for shipment in order.shipments]


def _package(scene: Scene, shipment: Shipment) -> dict:
    """When a parcel was delivered is not told, only that it was."""
    last = shipment.events[-1].status
    status = "DELIVERED" if shipment.delivered_at else "IN_TRANSIT"
    return {
        "packageReferenceId": shipment.id,
        "createdTime": moment(scene, shipment.shipped_at),
        "packageStatus": {"status": status, "detailedStatus": _DETAILED.get(last, "DELIVERED")},
        "carrier": shipment.carrier,
        "shipTime": moment(scene, shipment.shipped_at),
        "shippingService": f"{shipment.carrier} Ground",
        "trackingNumber": shipment.tracking,
        "packageItems": [
            {"orderItemId": line, "quantity": count} for line, count in shipment.quantities.items()
        ],
    }


def _payment(scene: Scene, order: Order) -> dict:
    paid = money(order.paid, order.currency)
    return {"paymentExecutions": [{"paymentMethod": "CreditCard", "paymentAmount": paid}]}


def _item(scene: Scene, order: Order, line: Line, included: set[str]) -> dict:
    unit = line.paid.get("item", 0) // line.quantity
    told = {
        "orderItemId": line.id,
        "quantityOrdered": line.quantity,
        "programs": [],
        "product": {
            "asin": line.asin,
            "title": line.title,
            "sellerSku": line.sku,
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
            "price": {"unitPrice": money(unit, order.currency)},
        },
    }
    if "PROCEEDS" in included:
        told["proceeds"] = {
            "proceedsTotal": money(sum(line.paid.values()), order.currency),
            "breakdowns": _breakdowns(line.paid, order.currency),
        }
    if "FULFILLMENT" in included:
        left = line.quantity - line.shipped - line.cancelled
        told["fulfillment"] = {"quantityFulfilled": line.shipped, "quantityUnfulfilled": left}
    if "CANCELLATION" in included and line.cancelled:
        told["cancellation"] = {
            "cancellationExecution": {"cancelledBy": "BUYER", "cancelReason": "Buyer request"}
        }
    return told
