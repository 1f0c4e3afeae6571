"""Shopify's orders in our vocabulary. Pure.

Money is what the buyer saw and paid (presentment currency): a refund is given in it. Shipping is
charged for the order and not for a line, so it stands on the first line; a refund of it goes back
to the order as a whole, see :mod:`refunds`.
"""

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
    TrackingEvent,
)
from marketplaces.money import Money

#: returnStatus values under which a buyer waits for the end of a return.
RETURNING = {"RETURN_REQUESTED", "IN_PROGRESS", "INSPECTION_COMPLETE"}
FAILED = {"FAILURE", "ERROR"}


def gid(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}"


def number_of(identity: str) -> str:
    """``gid://shopify/Order/1`` → ``1``"""
    return identity.rsplit("/", 1)[1]


def money(money_set) -> Money:
    found = money_set["presentmentMoney"]
    return Money.parse(found["amount"], found["currencyCode"])


def order_of(node) -> Order:
    currency = node["presentmentCurrencyCode"]
    shipments = tuple(shipments_of(node["fulfillments"]))
    return Order(
        reference=number_of(node["id"]),
        number=node["name"],
        status=state_of(node, shipments),
        buyer=buyer_of(node),
        currency=currency,
        lines=lines_of(node, currency),
        placed_at=needed(node["createdAt"]),
        changed_at=needed(node["updatedAt"]),
        shipments=shipments,
        payments=tuple(payments_of(node["transactions"])),
        refunds=tuple(refund for refund in map(refund_of, node["refunds"]) if refund.amount),
        ship_to=address_of(node["shippingAddress"]),
    )


def state_of(node, shipments) -> OrderState:
    if node["cancelledAt"]:
        return OrderState.CANCELLED
    if node["returnStatus"] in RETURNING:
        return OrderState.RETURN_REQUESTED
    if node["displayFulfillmentStatus"] != "FULFILLED":
        return OrderState.PROCESSED
    arrived = shipments and all(shipment.delivered_at for shipment in shipments)
    return OrderState.DELIVERED if arrived else OrderState.SHIPPED


def buyer_of(node) -> Buyer:
    """A guest has no account: the e-mail names them, or the order when there is none."""
    customer = node["customer"] or {}
    email = node["email"] or (customer.get("defaultEmailAddress") or {}).get("emailAddress") or ""
    phone = node["phone"] or (customer.get("defaultPhoneNumber") or {}).get("phoneNumber") or ""
    guest = email.lower() or phone or f"order-{number_of(node['id'])}"
    name = customer.get("displayName") or (node["shippingAddress"] or {}).get("name") or ""
    return Buyer(number_of(customer["id"]) if customer else guest, name, email, phone)


def lines_of(node, currency: str) -> tuple[Line, ...]:
    taxes_included = node["taxesIncluded"]
    lines = [_line_of(line, currency, taxes_included) for line in node["lineItems"]["nodes"]]
    if lines and (shipping := _shipping(node, currency, taxes_included)):
        first = dict(lines[0]["paid"])
        for component, amount in shipping.items():
            first[component] = first.get(component, Money(0, currency)) + amount
        lines[0]["paid"] = first
    return tuple(Line(**line) for line in lines)


def _line_of(node, currency, taxes_included) -> dict:
    discounts = _sum(
        (money(d["allocatedAmountSet"]) for d in node["discountAllocations"]), currency
    )
    price = money(node["originalTotalSet"]) - discounts
    options = (node["variant"] or {}).get("selectedOptions") or []
    return {
        "external_id": number_of(node["id"]),
        "sku": node["sku"] or "",
        "title": node["title"],
        "quantity": node["quantity"],
        "quantity_shipped": node["quantity"] - node["unfulfilledQuantity"],
        "paid": _parts(Component.ITEM, price, _taxes(node, currency), taxes_included),
        "options": {
            **{option["name"]: option["value"] for option in options},
            **{extra["key"]: extra["value"] or "" for extra in node["customAttributes"]},
        },
    }


def _shipping(node, currency, taxes_included) -> dict[Component, Money]:
    found = node["shippingLines"]["nodes"]
    price = _sum((money(line["discountedPriceSet"]) for line in found), currency)
    taxes = _sum((_taxes(line, currency) for line in found), currency)
    return _parts(Component.SHIPPING, price, taxes, taxes_included)


def _parts(component, price, taxes, taxes_included) -> dict[Component, Money]:
    """Tax stands apart: where prices include it, it is taken out of them."""
    parts = {component: price - taxes if taxes_included else price, Component.TAX: taxes}
    return {name: amount for name, amount in parts.items() if amount or name == Component.ITEM}


def _taxes(node, currency) -> Money:
    return _sum((money(tax["priceSet"]) for tax in node["taxLines"]), currency)


def _sum(amounts, currency) -> Money:
    return sum(amounts, Money(0, currency))


def shipments_of(fulfillments):
    for node in fulfillments:
        if node["status"] == "CANCELLED":
            continue
        tracking = node["trackingInfo"] or [{"number": "", "company": ""}]
        for parcel in tracking:
            yield Shipment(
                tracking_number=parcel["number"] or "",
                carrier=parcel["company"] or "",
                shipped_at=moment(node["createdAt"]),
                delivered_at=moment(node["deliveredAt"]),
                events=tuple(sorted(map(event_of, node["events"]["nodes"]), key=lambda e: e.at)),
            )


def event_of(node) -> TrackingEvent:
    place = ", ".join(filter(None, (node["city"], node["province"], node["country"])))
    return TrackingEvent(
        needed(node["happenedAt"]), node["status"].lower(), node["message"] or "", place
    )


def payments_of(transactions):
    for node in transactions:
        if node["kind"] in ("SALE", "CAPTURE") and node["status"] == "SUCCESS":
            yield Payment(
                external_id=number_of(node["id"]),
                amount=money(node["amountSet"]),
                method=node["formattedGateway"] or node["gateway"] or "",
                at=moment(node["processedAt"]),
            )


def refund_of(node) -> Refund:
    """A refund of nothing is one that only takes goods back."""
    return Refund(
        reference=number_of(node["id"]),
        amount=money(node["totalRefundedSet"]),
        state=refund_state({part["status"] for part in node["transactions"]["nodes"]}),
        at=moment(node["createdAt"]),
        note=node["note"] or "",
    )


def refund_state(statuses: set[str]) -> RefundState:
    """A refund is settled when all its parts are, and failed when one of them is."""
    if statuses & FAILED:
        return RefundState.FAILED
    return RefundState.SETTLED if statuses <= {"SUCCESS"} else RefundState.PROCESSING


def address_of(node) -> dict[str, str]:
    names = {
        "name": "name",
        "street": "address1",
        "street2": "address2",
        "city": "city",
        "state": "provinceCode",
        "postcode": "zip",
        "country": "countryCodeV2",
        "phone": "phone",
    }
    return {ours: node[theirs] for ours, theirs in names.items() if (node or {}).get(theirs)}
