"""What a record of an order file says, checked field by field. Pure.

docs/order-import.md describes the format. Amounts become minor units of the store's currency.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from helpdesk.json_records import Record
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
from marketplaces.money import InvalidAmount, Money

MOST_LINES = 500
LARGEST_AMOUNT = 10_000_000
#: A file tells of payments and refunds what they come to.
IN_ALL = "file"
_STATUSES = {
    "pending": OrderState.PENDING,
    "pending (item modified)": OrderState.PENDING,
    "pending (items modified)": OrderState.PENDING,
    "processed": OrderState.PROCESSED,
    "shipped": OrderState.SHIPPED,
    "delivered": OrderState.DELIVERED,
    "return requested": OrderState.RETURN_REQUESTED,
    "exchange requested": OrderState.EXCHANGE_REQUESTED,
    "cancelled": OrderState.CANCELLED,
}


class FileKind(StrEnum):
    PRODUCTS = "products"
    CUSTOMERS = "customers"
    ORDERS = "orders"


class RecordRefused(ValueError):
    """A record that cannot be taken in; ``field`` names where, the text what is possible."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field = field


def kind_of(value: object) -> FileKind | None:
    """Tell what a record is by its fields; None if it is nothing we know."""
    if not isinstance(value, dict):
        return None
    if "variants" in value:
        return FileKind.PRODUCTS
    if "items" in value or "payment_history" in value:
        return FileKind.ORDERS
    return FileKind.CUSTOMERS if "email" in value else None


def read_titles(record: Record) -> dict[str, str]:
    """Return the titles of a product's variants by item id.

    :raises RecordRefused: naming the field.
    """
    product = _object(record.value, "product")
    title = _text(product, "name", longest=250)
    variants = _object(product["variants"], "variants") if "variants" in product else {}
    return {_checked(item, "variants", longest=64): title for item in variants}


def read_customer(record: Record) -> Buyer:
    """Return the customer of a record that stands under their account.

    :raises RecordRefused: naming the field.
    """
    person = _object(record.value, "customer")
    email = _text(person, "email", longest=254, is_needed=False).lower()
    if email and not _is_address(email):
        raise RecordRefused("email", f"“{email[:60]}” is no address; possible: name@example.com.")
    account = _named(record, person, "user_id", longest=190)
    return Buyer(account, name=_name(person), email=email)


def read_order(record: Record, *, currency: str, titles: dict[str, str]) -> Order:
    """Return the order of a record. ``titles`` name items that do not name themselves.

    :raises RecordRefused: naming the field.
    """
    order = _object(record.value, "order")
    sums = _payments(order, currency)
    paid, refunded = (Money(sums[kind], currency) for kind in ("payment", "refund"))
    return Order(
        reference=_named(record, order, "order_id", longest=64),
        buyer=Buyer(_text(order, "user_id", longest=190)),
        status=_status(order),
        currency=currency,
        payments=(Payment(IN_ALL, paid, method=_payment_method(order)),),
        refunds=(Refund(IN_ALL, refunded, RefundState.SETTLED),) if refunded else (),
        ship_to=_texts(order.get("address", {}), "address"),
        lines=tuple(_lines(order, currency, titles)),
        placed_at=_moment(order),
        changed_at=None,
        shipments=_shipments(order),
    )


def _status(order: dict) -> str:
    text = _text(order, "status", longest=60).lower().replace("_", " ")
    if text not in _STATUSES:
        raise RecordRefused("status", f"“{text}” is unknown; possible: {', '.join(_STATUSES)}.")
    return _STATUSES[text]


def _payments(order: dict, currency: str) -> dict[str, int]:
    sums = {"payment": 0, "refund": 0}
    for place, entry in _entries(order, "payment_history"):
        kind = _text(entry, "transaction_type", longest=20, place=place)
        if kind not in sums:
            raise RecordRefused(f"{place}.transaction_type", "possible: payment, refund.")
        sums[kind] += _amount(entry, "amount", currency, place=place).minor
    if sums["refund"] > sums["payment"]:
        raise RecordRefused("payment_history", "more was refunded than paid.")
    return sums


def _payment_method(order: dict) -> str:
    """Say how it was paid, without the account's number: "Gift card" of gift_card_1725971."""
    for place, entry in _entries(order, "payment_history"):
        words = _text(entry, "payment_method_id", longest=80, is_needed=False, place=place)
        return " ".join(word for word in words.split("_") if not word.isdigit()).capitalize()
    return ""


def _lines(order: dict, currency: str, titles: dict[str, str]) -> Iterator[Line]:
    items = list(_entries(order, "items"))
    if not 1 <= len(items) <= MOST_LINES:
        raise RecordRefused("items", f"there are {len(items)}; possible: 1 to {MOST_LINES}.")
    for place, item in items:
        sku = _text(item, "item_id", longest=64, place=place)
        title = _text(item, "name", longest=250, is_needed=False, place=place)
        yield Line(
            external_id="",
            sku=sku,
            title=title or titles.get(sku, sku),
            options=_texts(item.get("options", {}), f"{place}.options"),
            quantity=_quantity(item, place),
            paid={Component.ITEM: _amount(item, "price", currency, place=place)},
        )


def _quantity(item: dict, place: str) -> int:
    quantity = item.get("quantity", 1)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 10_000:
        raise RecordRefused(f"{place}.quantity", "possible: a whole number from 1 to 10000.")
    return quantity


def _shipments(order: dict) -> tuple[Shipment, ...]:
    shipments = {}
    for place, parcel in _entries(order, "fulfillments"):
        carrier = _text(parcel, "carrier", longest=40, is_needed=False, place=place)
        numbers = parcel.get("tracking_id", [])
        if not isinstance(numbers, list):
            raise RecordRefused(f"{place}.tracking_id", "possible: a list of tracking numbers.")
        for number in numbers:
            tracking = _checked(number, f"{place}.tracking_id", longest=64)
            shipments[tracking] = Shipment(tracking, carrier=carrier)
    return tuple(shipments.values())


def _moment(order: dict) -> datetime | None:
    text = _text(order, "placed_at", longest=40, is_needed=False)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9999:
        raise RecordRefused("placed_at", "possible: a moment like 2026-03-02T09:00:00+00:00.")
    return moment


def _amount(entry: dict, name: str, currency: str, *, place: str) -> Money:
    place, amount = f"{place}.{name}", entry.get(name)
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise RecordRefused(place, "possible: a number like 12.50.")
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise RecordRefused(place, f"possible: from 0 to {LARGEST_AMOUNT:,}.")
    try:
        return Money.parse(amount, currency)
    except InvalidAmount as error:
        raise RecordRefused(place, str(error)) from error


def _named(record: Record, value: dict, name: str, *, longest: int) -> str:
    """Return what the record is called: its field, or the name it stands under."""
    said = _text(value, name, longest=longest, is_needed=False)
    key = _checked(record.key, name, longest=longest) if record.key else ""
    if said and key and said != key:
        raise RecordRefused(name, f"“{said}” stands under “{key}”; possible: twice the same.")
    if not said and not key:
        raise RecordRefused(name, "is missing.")
    return said or key


def _name(person: dict) -> str:
    """Read "name" as a text, or as an object with first and last name."""
    name = person.get("name", "")
    if isinstance(name, dict):
        parts = (
            _text(name, part, longest=90, is_needed=False, place="name")
            for part in ("first_name", "last_name")
        )
        return " ".join(filter(None, parts))
    return _text(person, "name", longest=190, is_needed=False)


def _entries(value: dict, name: str) -> Iterator[tuple[str, dict]]:
    """Yield the objects of a list with their places, e.g. ``items[2]``; nothing if it is absent."""
    entries = value.get(name, [])
    if not isinstance(entries, list):
        raise RecordRefused(name, "possible: a list.")
    for number, entry in enumerate(entries):
        place = f"{name}[{number}]"
        yield place, _object(entry, place)


def _object(value: object, place: str) -> dict:
    if not isinstance(value, dict):
        raise RecordRefused(place, "possible: an object with named fields.")
    return value


def _texts(value: object, place: str) -> dict[str, str]:
    texts = _object(value, place)
    return {
        _checked(name, place, longest=60): _checked(text, f"{place}.{name}"[:80], longest=250)
        for name, text in texts.items()
    }


def _text(value: dict, name: str, *, longest: int, is_needed: bool = True, place: str = "") -> str:
    where = f"{place}.{name}" if place else name
    if value.get(name) in (None, ""):
        if is_needed:
            raise RecordRefused(where, "is missing.")
        return ""
    return _checked(value[name], where, longest=longest)


def _checked(text: object, place: str, *, longest: int) -> str:
    """Return a text the database can keep."""
    if not isinstance(text, str):
        raise RecordRefused(place, "possible: a text in quotes.")
    text = text.strip()
    if len(text) > longest:
        raise RecordRefused(place, f"has {len(text)} characters; possible: {longest}.")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise RecordRefused(place, "holds characters that are none (NUL or half a pair).")
    return text


def _is_address(email: str) -> bool:
    local, _, domain = email.rpartition("@")
    return bool(local) and "." in domain and not any(c.isspace() for c in email)
