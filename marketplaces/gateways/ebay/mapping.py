"""eBay's orders in our vocabulary. Pure. Shapes of the Fulfillment API v1.20."""

from dataclasses import replace

from marketplaces.gateways.answers import moment, needed
from marketplaces.gateways.shapes import (
    Buyer,
    Component,
    Line,
    Order,
    OrderState,
    Payment,
    Refund,
    RefundState,
    Shipment,
)
from marketplaces.money import Money

REFUND_STATES = {
    "PENDING": RefundState.PROCESSING,
    "REFUNDED": RefundState.SETTLED,
    "FAILED": RefundState.FAILED,
}


def order_of(order, shipments=()) -> Order:
    lines = tuple(line_of(line, shipments) for line in order["lineItems"])
    payment = order["paymentSummary"]
    step = _ship_to(order)
    return Order(
        reference=order["orderId"],
        status=state_of(order, shipments),
        buyer=buyer_of(order, step),
        currency=order["pricingSummary"]["total"]["currency"],
        lines=lines,
        placed_at=needed(order["creationDate"]),
        changed_at=needed(order["lastModifiedDate"]),
        shipments=tuple(shipment for _, shipment in shipments),
        payments=tuple(map(payment_of, payment.get("payments") or ())),
        refunds=refunds_of(order),
        ship_to=address_of(step),
        deliver_by=_deliver_by(order),
    )


def state_of(order, shipments) -> OrderState:
    """eBay tells no delivery with an order, so an order that left stays on its way."""
    if (order.get("cancelStatus") or {}).get("cancelState") == "CANCELED":
        return OrderState.CANCELLED
    if order["orderPaymentStatus"] in ("PENDING", "FAILED"):
        return OrderState.PENDING
    if order["orderFulfillmentStatus"] == "FULFILLED":
        arrived = shipments and all(shipment.delivered_at for _, shipment in shipments)
        return OrderState.DELIVERED if arrived else OrderState.SHIPPED
    return OrderState.PROCESSED


def buyer_of(order, step) -> Buyer:
    buyer = order["buyer"]
    registered = buyer.get("buyerRegistrationAddress") or {}
    phone = (step.get("primaryPhone") or registered.get("primaryPhone") or {}).get("phoneNumber")
    return Buyer(
        external_id=buyer["username"],
        name=registered.get("fullName") or step.get("fullName") or "",
        email=registered.get("email") or step.get("email") or "",
        phone=phone or "",
    )


def line_of(line, shipments=()) -> Line:
    sent = sum(counts.get(line["lineItemId"], 0) for counts, _ in shipments)
    return Line(
        external_id=line["lineItemId"],
        sku=line.get("sku") or "",
        title=line["title"],
        quantity=line["quantity"],
        paid=paid_of(line),
        options={one["name"]: one["value"] for one in line.get("variationAspects") or ()},
        quantity_shipped=sent,
    )


def paid_of(line) -> dict[Component, Money]:
    """What eBay collects and remits itself is told apart, and is paid by the buyer all the same."""
    item = money(line.get("discountedLineItemCost") or line["lineItemCost"])
    nothing = Money(0, item.currency)
    cost = line.get("deliveryCost") or {}
    shipping = [money(cost[name]) for name in ("shippingCost", "handlingCost") if cost.get(name)]
    taxes = [*(line.get("taxes") or ()), *(line.get("ebayCollectAndRemitTaxes") or ())]
    paid = {
        Component.ITEM: item,
        Component.SHIPPING: sum(shipping, nothing),
        Component.TAX: sum((money(tax["amount"]) for tax in taxes), nothing),
    }
    return {name: amount for name, amount in paid.items() if amount or name == Component.ITEM}


def money(found) -> Money:
    return Money.parse(found["value"], found["currency"])


def payment_of(payment) -> Payment:
    return Payment(
        external_id=payment.get("paymentReferenceId") or "",
        amount=money(payment["amount"]),
        method=payment.get("paymentMethod") or "",
        at=moment(payment.get("paymentDate")),
    )


def refunds_of(order) -> tuple[Refund, ...]:
    """An order's refunds stand with its payment, a line's with the line, some with both."""
    whole = {one["refundId"]: _refund(one) for one in order["paymentSummary"].get("refunds") or ()}
    by_line: dict[str, Refund] = {}
    for line in order["lineItems"]:
        for one in line.get("refunds") or ():
            made, before = _refund(one), by_line.get(one["refundId"])
            amount = made.amount + before.amount if before else made.amount
            by_line[made.reference] = replace(made, amount=amount)
    return tuple((by_line | whole).values())


def _refund(one) -> Refund:
    """A line's refund tells no status, but a date once the money is there."""
    at = moment(one.get("refundDate"))
    untold = RefundState.SETTLED if at else RefundState.PROCESSING
    state = REFUND_STATES[one["refundStatus"]] if one.get("refundStatus") else untold
    return Refund(one["refundId"], money(one["amount"]), state, at)


def shipment_of(fulfillment) -> tuple[dict[str, int], Shipment]:
    """Return how much of which line is in a parcel, and the parcel."""
    counts = {one["lineItemId"]: one.get("quantity", 1) for one in fulfillment["lineItems"]}
    return counts, Shipment(
        tracking_number=fulfillment.get("shipmentTrackingNumber") or "",
        carrier=fulfillment.get("shippingCarrierCode") or "",
        shipped_at=moment(fulfillment.get("shippedDate")),
    )


def address_of(step) -> dict[str, str]:
    names = {
        "street": "addressLine1",
        "street2": "addressLine2",
        "city": "city",
        "state": "stateOrProvince",
        "postcode": "postalCode",
        "country": "countryCode",
    }
    found = step.get("contactAddress") or {}
    address = {ours: found[theirs] for ours, theirs in names.items() if found.get(theirs)}
    phone = (step.get("primaryPhone") or {}).get("phoneNumber")
    named = {"name": step.get("fullName"), "phone": phone}
    return address | {name: text for name, text in named.items() if text}


def _instructions(order) -> dict:
    return next(iter(order.get("fulfillmentStartInstructions") or ()), {})


def _ship_to(order) -> dict:
    return (_instructions(order).get("shippingStep") or {}).get("shipTo") or {}


def _deliver_by(order):
    return moment(_instructions(order).get("maxEstimatedDeliveryDate"))
