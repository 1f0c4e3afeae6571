"""Walmart's purchase orders in our vocabulary, and our refunds in Walmart's. Pure.

Amounts of a refund are negative at Walmart, times are milliseconds since 1970.
"""

from collections.abc import Iterable
from datetime import datetime

from marketplaces.gateways.answers import moment_of_ms
from marketplaces.gateways.shapes import (
    Buyer,
    Component,
    Fulfilment,
    Line,
    Order,
    OrderState,
    Refund,
    RefundState,
    Shipment,
)
from marketplaces.money import Money

#: A FEE is one the state asks for (recycling, tyres): it is passed on like a tax.
COMPONENTS = {
    "PRODUCT": Component.ITEM,
    "SHIPPING": Component.SHIPPING,
    "FEE": Component.TAX,
}
GONE = {"Shipped", "Delivered", "Refund"}


def order_of(order) -> Order:
    lines = order["orderLines"]["orderLine"]
    info = order["shippingInfo"]
    return Order(
        reference=str(order["purchaseOrderId"]),
        number=str(order["customerOrderId"]),
        status=state_of(lines),
        buyer=buyer_of(order),
        currency=lines[0]["charges"]["charge"][0]["chargeAmount"]["currency"],
        lines=tuple(map(line_of, lines)),
        placed_at=moment_of_ms(order["orderDate"]),
        changed_at=changed_at(order),
        fulfilment=fulfilment_of(order),
        shipments=shipments_of(lines),
        refunds=tuple(refund for line in lines for refund in refunds_of(line)),
        ship_to=address_of(info),
        deliver_by=moment_of_ms(info.get("estimatedDeliveryDate")),
    )


def changed_at(order) -> datetime:
    """Walmart tells no change of an order, but when each line got its status."""
    times = [order["orderDate"], *(x["statusDate"] for x in order["orderLines"]["orderLine"])]
    return max(map(moment_of_ms, times))


def state_of(lines) -> OrderState:
    statuses = {part["status"] for line in lines for part in _statuses(line)}
    if statuses == {"Cancelled"}:
        return OrderState.CANCELLED
    statuses.discard("Cancelled")
    if statuses <= GONE:
        return OrderState.DELIVERED if statuses <= {"Delivered", "Refund"} else OrderState.SHIPPED
    return OrderState.PROCESSED


def fulfilment_of(order) -> Fulfilment:
    by_walmart = (order.get("shipNode") or {}).get("type") == "WFSFulfilled"
    return Fulfilment.MARKETPLACE if by_walmart else Fulfilment.MERCHANT


def buyer_of(order) -> Buyer:
    """Walmart names no account: the relay address stands for the buyer."""
    email = order.get("customerEmailId") or ""
    info = order["shippingInfo"]
    name = (info.get("postalAddress") or {}).get("name") or ""
    identity = email.lower() or f"order-{order['customerOrderId']}"
    return Buyer(identity, name, email, info.get("phone") or "")


def line_of(line) -> Line:
    return Line(
        external_id=str(line["lineNumber"]),
        sku=line["item"]["sku"],
        title=line["item"]["productName"],
        quantity=int(line["orderLineQuantity"]["amount"]),
        paid=paid_of(line["charges"]["charge"]),
        quantity_shipped=sum(
            int(part["statusQuantity"]["amount"])
            for part in _statuses(line)
            if part["status"] in GONE
        ),
    )


def paid_of(charges) -> dict[Component, Money]:
    paid: dict[Component, Money] = {}
    for charge in charges:
        _add(paid, COMPONENTS[charge["chargeType"]], money(charge["chargeAmount"]))
        if charge.get("tax"):
            _add(paid, Component.TAX, money(charge["tax"]["taxAmount"]))
    return paid


def money(found) -> Money:
    return Money.parse(found["amount"], found["currency"])


def shipments_of(lines) -> tuple[Shipment, ...]:
    """One parcel for each tracking number, whatever lines are in it."""
    parcels: dict[str, Shipment] = {}
    for line in lines:
        for part in _statuses(line):
            if found := part.get("trackingInfo"):
                parcels[found["trackingNumber"]] = _shipment(found, part, line)
    return tuple(parcels.values())


def _shipment(found, part, line) -> Shipment:
    carrier = found.get("carrierName") or {}
    is_there = part["status"] == "Delivered"
    return Shipment(
        tracking_number=found["trackingNumber"],
        carrier=carrier.get("carrier") or carrier.get("otherCarrier") or "",
        shipped_at=moment_of_ms(found.get("shipDateTime")),
        delivered_at=moment_of_ms(line["statusDate"]) if is_there else None,
    )


def raw_refunds_of(line) -> Iterable[dict]:
    """The order's line holds its refund, or a list of them when it had several."""
    found = line.get("refund") or []
    return [found] if isinstance(found, dict) else found


def refunds_of(line) -> Iterable[Refund]:
    for refund in raw_refunds_of(line):
        amounts = [
            amount
            for charge in refund["refundCharges"]["refundCharge"]
            for amount in _refunded(charge["charge"])
        ]
        yield Refund(
            reference=str(refund["refundId"]),
            amount=sum(amounts, Money(0, amounts[0].currency)),
            state=RefundState.SETTLED,
            note=refund.get("refundComments") or "",
        )


def _refunded(charge) -> Iterable[Money]:
    yield -money(charge["chargeAmount"])
    if charge.get("tax"):
        yield -money(charge["tax"]["taxAmount"])


def address_of(info) -> dict[str, str]:
    names = {
        "name": "name",
        "street": "address1",
        "street2": "address2",
        "city": "city",
        "state": "state",
        "postcode": "postalCode",
        "country": "country",
    }
    found = info.get("postalAddress") or {}
    address = {ours: found[theirs] for ours, theirs in names.items() if found.get(theirs)}
    return address | ({"phone": info["phone"]} if info.get("phone") else {})


def _statuses(line):
    return line["orderLineStatuses"]["orderLineStatus"]


def _add(paid, component, amount) -> None:
    paid[component] = paid[component] + amount if component in paid else amount
