"""Amazon's orders (Orders API 2026-01-01) in our vocabulary. Pure.

Amounts are totals for the quantity, and positive. Amazon tells that a parcel arrived, not when.
"""

from marketplaces.gateways.answers import moment, needed
from marketplaces.gateways.shapes import (
    Buyer,
    Component,
    Fulfilment,
    Line,
    Order,
    OrderState,
    Shipment,
)
from marketplaces.money import Money

#: What is neither price, shipping nor tax (cash on delivery, others) belongs to the price.
COMPONENTS = {
    "ITEM": Component.ITEM,
    "SHIPPING": Component.SHIPPING,
    "GIFT_WRAP": Component.GIFT_WRAP,
    "TAX": Component.TAX,
    "DISCOUNT": Component.ITEM,
    "COD_FEE": Component.ITEM,
    "OTHER": Component.ITEM,
}
STATES = {
    "PENDING_AVAILABILITY": OrderState.PENDING,
    "PENDING": OrderState.PENDING,
    "UNSHIPPED": OrderState.PROCESSED,
    "PARTIALLY_SHIPPED": OrderState.PROCESSED,
    "SHIPPED": OrderState.SHIPPED,
    "CANCELLED": OrderState.CANCELLED,
    "UNFULFILLABLE": OrderState.CANCELLED,
}


def order_of(order) -> Order:
    fulfillment = order["fulfillment"]
    recipient = (order.get("recipient") or {}).get("deliveryAddress") or {}
    lines = tuple(map(line_of, order["orderItems"]))
    return Order(
        reference=order["orderId"],
        status=state_of(order),
        buyer=buyer_of(order, recipient),
        currency=currency_of(order),
        lines=lines,
        placed_at=needed(order["createdTime"]),
        changed_at=needed(order["lastUpdatedTime"]),
        fulfilment=(
            Fulfilment.MARKETPLACE
            if fulfillment["fulfilledBy"] == "AMAZON"
            else Fulfilment.MERCHANT
        ),
        shipments=shipments_of(order),
        ship_to=address_of(recipient),
        deliver_by=moment((fulfillment.get("deliverByWindow") or {}).get("latestDateTime")),
    )


def state_of(order) -> OrderState:
    state = STATES[order["fulfillment"]["fulfillmentStatus"]]
    packages = order.get("packages") or ()
    statuses = {(package.get("packageStatus") or {}).get("status") for package in packages}
    is_there = state == OrderState.SHIPPED and statuses == {"DELIVERED"}
    return OrderState.DELIVERED if is_there else state


def buyer_of(order, recipient) -> Buyer:
    """The relay address is the only name Amazon has for a buyer."""
    buyer = order.get("buyer") or {}
    email = buyer.get("buyerEmail") or ""
    name = buyer.get("buyerName") or recipient.get("name") or ""
    identity = email.lower() or f"order-{order['orderId']}"
    return Buyer(identity, name, email, recipient.get("phone") or "")


def line_of(item) -> Line:
    product = item["product"]
    return Line(
        external_id=item["orderItemId"],
        sku=product.get("sellerSku") or "",
        title=product.get("title") or "",
        quantity=item["quantityOrdered"],
        paid=paid_of(item),
        asin=product.get("asin") or "",
        quantity_shipped=(item.get("fulfillment") or {}).get("quantityFulfilled") or 0,
    )


def paid_of(item) -> dict[Component, Money]:
    """Nothing is told of what a pending order will cost."""
    paid: dict[Component, Money] = {}
    for part in (item.get("proceeds") or {}).get("breakdowns") or ():
        component, amount = COMPONENTS[part["type"]], money(part["subtotal"])
        if part["type"] == "DISCOUNT" and amount.minor > 0:
            amount = -amount
        paid[component] = paid[component] + amount if component in paid else amount
    return {name: amount for name, amount in paid.items() if amount or name == Component.ITEM}


def money(found) -> Money:
    return Money.parse(found["amount"], found["currencyCode"])


def currency_of(order) -> str:
    total = (order.get("proceeds") or {}).get("grandTotal")
    if total:
        return total["currencyCode"]
    prices = (item["product"].get("price") or {} for item in order["orderItems"])
    return next((price["unitPrice"]["currencyCode"] for price in prices if price), "")


def shipments_of(order) -> tuple[Shipment, ...]:
    return tuple(
        Shipment(
            tracking_number=package.get("trackingNumber") or "",
            carrier=package.get("carrier") or "",
            shipped_at=moment(package.get("shipTime") or package.get("createdTime")),
        )
        for package in order.get("packages") or ()
    )


def address_of(address) -> dict[str, str]:
    names = {
        "name": "name",
        "company": "companyName",
        "street": "addressLine1",
        "street2": "addressLine2",
        "city": "city",
        "state": "stateOrRegion",
        "postcode": "postalCode",
        "country": "countryCode",
        "phone": "phone",
    }
    return {ours: address[theirs] for ours, theirs in names.items() if address.get(theirs)}
