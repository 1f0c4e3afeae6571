"""Numbers, moments, money, people and lines as Shopify writes them."""

from datetime import datetime

from sandbox import amounts
from sandbox.marketplace import Scene
from sandbox.values import Line, Order, Part


def gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def moment(scene: Scene, at: datetime | None) -> str | None:
    """Return ISO 8601 in whole seconds, as Shopify tells time."""
    return scene.clock(at).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def money(minor: int, currency: str) -> dict:
    return {"amount": amounts.text(minor, currency), "currencyCode": currency}


def bag(minor: int, currency: str) -> dict:
    return {"shopMoney": money(minor, currency), "presentmentMoney": money(minor, currency)}


def customer_of(order: Order) -> dict:
    first, _, last = order.buyer.name.partition(" ")
    return {
        "id": gid("Customer", order.buyer.id),
        "legacyResourceId": order.buyer.id,
        "displayName": order.buyer.name,
        "firstName": first,
        "lastName": last,
        "email": order.buyer.email,
        "phone": order.buyer.phone,
        "locale": "en",
        "defaultEmailAddress": {"emailAddress": order.buyer.email} if order.buyer.email else None,
        "defaultPhoneNumber": {"phoneNumber": order.buyer.phone} if order.buyer.phone else None,
    }


def address_of(order: Order) -> dict:
    there = order.ship_to
    first, _, last = there.get("name", "").partition(" ")
    return {
        "name": there.get("name"),
        "firstName": first,
        "lastName": last,
        "company": None,
        "address1": there.get("street"),
        "address2": None,
        "city": there.get("city"),
        "province": there.get("state"),
        "provinceCode": there.get("state"),
        "zip": there.get("postcode"),
        "country": there.get("country"),
        "countryCodeV2": there.get("country"),
        "phone": there.get("phone"),
    }


def line_of(order: Order, line: Line, parts: list[Part]) -> dict:
    item, of = line.paid.get("item", 0) + line.paid.get("gift_wrap", 0), order.currency
    gone = sum(part.quantity for part in parts if part.line == line.id)
    tax = line.paid.get("tax", 0)
    return {
        "id": gid("LineItem", line.id),
        "sku": line.sku,
        "title": line.title,
        "name": line.title,
        "quantity": line.quantity,
        "currentQuantity": line.quantity - line.cancelled - gone,
        "refundableQuantity": line.quantity - gone,
        "unfulfilledQuantity": line.quantity - line.shipped - line.cancelled,
        "variantTitle": " / ".join(line.options.values()) or None,
        "vendor": "Northvane Kitchen",
        "requiresShipping": True,
        "customAttributes": [],
        "discountAllocations": [],
        "variant": {
            "id": gid("ProductVariant", line.id),
            "sku": line.sku,
            "title": " / ".join(line.options.values()) or "Default Title",
            "selectedOptions": [{"name": k, "value": v} for k, v in line.options.items()],
        },
        "originalUnitPriceSet": bag(item // line.quantity, of),
        "discountedUnitPriceSet": bag(item // line.quantity, of),
        "originalTotalSet": bag(item, of),
        "discountedTotalSet": bag(item, of),
        "taxLines": [_tax(tax, item, of)] if tax else [],
    }


def _tax(tax: int, item: int, currency: str) -> dict:
    rate = round(tax / item, 4) if item else 0
    return {
        "title": "State Tax",
        "rate": rate,
        "ratePercentage": rate * 100,
        "priceSet": bag(tax, currency),
    }


def shipping_line_of(order: Order, shipping: int) -> dict:
    return {
        "id": gid("ShippingLine", order.number),
        "title": "Standard",
        "code": "standard",
        "originalPriceSet": bag(shipping, order.currency),
        "discountedPriceSet": bag(shipping, order.currency),
        "taxLines": [],
    }
