"""Orders of the world as Walmart's purchase orders."""

from datetime import datetime

from sandbox import amounts
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Part, Refund, Shipment

_UNSHIPPED = {"cancelled": "Cancelled"}
_NAMES = {"item": ("PRODUCT", "ItemPrice"), "shipping": ("SHIPPING", "Shipping")}


def milliseconds(scene: Scene, at: datetime) -> int:
    return int(scene.clock(at).timestamp() * 1000)


def customer_order(order: Order) -> str:
    return str(200_000_000_000_000 + order.number)


def order_of(scene: Scene, order: Order) -> dict:
    return {
        "purchaseOrderId": order.reference,
        "customerOrderId": customer_order(order),
        "customerEmailId": order.buyer.email,
        "orderType": "REGULAR",
        "orderDate": milliseconds(scene, order.placed_at),
        "shippingInfo": {
            "phone": order.buyer.phone,
            "estimatedDeliveryDate": milliseconds(scene, order.deliver_by),
            "estimatedShipDate": milliseconds(scene, order.placed_at) + 2 * 86_400_000,
            "methodCode": "Standard",
            "postalAddress": {
                "name": order.ship_to.get("name"),
                "address1": order.ship_to.get("street"),
                "address2": None,
                "city": order.ship_to.get("city"),
                "state": order.ship_to.get("state"),
                "postalCode": order.ship_to.get("postcode"),
                "country": "USA",
                "addressType": "RESIDENTIAL",
            },
        },
        "orderLines": {"orderLine": [_line(scene, order, line) for line in order.lines]},
        "shipNode": {"type": node_of(order)},
    }


def node_of(order: Order) -> str:
    return "WFSFulfilled" if order.fulfilment == "marketplace" else "SellerFulfilled"


def _line(scene: Scene, order: Order, line: Line) -> dict:
    told = {
        "lineNumber": line.id,
        "item": {"productName": line.title, "sku": line.sku},
        "charges": {"charge": _charges(order, line)},
        "orderLineQuantity": _quantity(line.quantity),
        "statusDate": milliseconds(scene, order.changed_at),
        "orderLineStatuses": {"orderLineStatus": _statuses(scene, order, line)},
    }
    refunds = [
        _refund(order, refund, part)
        for refund in scene.shop.refunds_of(order)
        for part in refund.parts
        if part.line == line.id and refund.state != "failed"
    ]
    if refunds:
        told["refund"] = refunds[0] if len(refunds) == 1 else refunds
    return told


def _charges(order: Order, line: Line) -> list[dict]:
    charges = [_charge(order, "item", line.paid.get("item", 0), line.paid.get("tax", 0))]
    if line.paid.get("shipping"):
        charges.append(_charge(order, "shipping", line.paid["shipping"], 0))
    return charges


def _charge(order: Order, component: str, amount: int, tax: int) -> dict:
    kind, name = _NAMES[component]
    return {
        "chargeType": kind,
        "chargeName": name,
        "chargeAmount": money(amount, order.currency),
        "tax": {"taxName": "Tax1", "taxAmount": money(tax, order.currency)} if tax else None,
    }


def money(minor: int, currency: str) -> dict:
    return {"currency": currency, "amount": amounts.number(minor, currency)}


def _quantity(count: int) -> dict:
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def _statuses(scene: Scene, order: Order, line: Line) -> list[dict]:
    found = [
        _sent(scene, shipment, shipment.quantities[line.id])
        for shipment in order.shipments
        if line.id in shipment.quantities
    ]
    left = line.quantity - line.shipped
    if left:
        status = _UNSHIPPED.get(order.state, "Acknowledged")
        found.append({"status": status, "statusQuantity": _quantity(left), "trackingInfo": None})
    return found


def _sent(scene: Scene, shipment: Shipment, count: int) -> dict:
    return {
        "status": "Delivered" if shipment.delivered_at else "Shipped",
        "statusQuantity": _quantity(count),
        "trackingInfo": {
            "shipDateTime": milliseconds(scene, shipment.shipped_at),
            "carrierName": {"carrier": shipment.carrier, "otherCarrier": None},
            "methodCode": "Standard",
            "trackingNumber": shipment.tracking,
            "trackingURL": None,
        },
    }


def _refund(order: Order, refund: Refund, part: Part) -> dict:
    tax = part.amounts.get("tax", 0)
    charges = []
    for component in ("item", "shipping"):
        amount = part.amounts.get(component, 0)
        if amount or (component == "item" and tax):
            charge = _charge(order, component, -amount, -tax if component == "item" else 0)
            charges.append({"refundReason": refund.reason, "charge": charge})
    return {
        "refundId": refund.id,
        "refundComments": refund.note,
        "refundCharges": {"refundCharge": charges},
    }
