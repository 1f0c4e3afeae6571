"""Orders of an imported file, with their lines and shipments."""

from collections.abc import Iterable
from datetime import datetime

from helpdesk.order_file import OrderRecord
from helpdesk.services.imported_customers import CREATED, UNCHANGED, UPDATED, buyers_of
from helpdesk.services.search import index_orders
from marketplaces.models import Buyer, Order, OrderLine, Shipment, Store

_HEAD = (
    "buyer", "status", "currency", "paid_minor", "refunded_minor", "payment", "ship_to",
    "placed_at",
)  # fmt: skip
_LINE = ("sku", "title", "options", "quantity", "item_minor")


def write_orders(records: Iterable[OrderRecord], *, store: Store, at: datetime) -> dict[str, str]:
    """Bring orders in line with the records; returns what happened by order number.

    An order that says the same already is not touched. Needs a transaction that holds the store's
    lock; takes the locks of the orders it looks at, in the order of their keys.
    """
    records = {record.reference: record for record in records}
    buyers = buyers_of((record.account for record in records.values()), store=store, at=at)
    known = {
        order.reference: order
        for order in Order.objects.filter(store=store, reference__in=records)
        .select_related("store", "buyer")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    }
    lines, shipments = _parts(OrderLine, known, "number"), _parts(Shipment, known, "pk")
    outcomes, to_write = {}, []
    for reference, record in records.items():
        buyer, order = buyers[record.account], known.get(reference)
        if order is not None and _says_the_same(order, record, buyer, lines, shipments):
            outcomes[reference] = UNCHANGED
            continue
        outcomes[reference] = UPDATED if order else CREATED
        order = order or Order(store=store, reference=reference)
        _take_over(order, record, buyer, at=at)
        to_write.append((order, record))
    _write(to_write)
    index_orders(known[record.reference] for _, record in to_write if record.reference in known)
    return outcomes


def _parts(model, orders: dict[str, Order], order_by: str) -> dict[int, list]:
    parts = {order.pk: [] for order in orders.values()}
    for part in model.objects.filter(order__in=orders.values()).order_by(order_by):
        parts[part.order_id].append(part)
    return parts


def _head(order: Order, record: OrderRecord, buyer: Buyer) -> dict:
    said = {name: getattr(record, name) for name in _HEAD if hasattr(record, name)}
    return said | {"buyer": buyer, "currency": order.store.currency}


def _says_the_same(order, record: OrderRecord, buyer: Buyer, lines: dict, shipments: dict) -> bool:
    return (
        all(getattr(order, name) == value for name, value in _head(order, record, buyer).items())
        and [_line(line) for line in lines[order.pk]] == [_line(line) for line in record.lines]
        and {part.tracking_number: part.carrier for part in shipments[order.pk]} == record.shipments
    )


def _line(line) -> tuple:
    return tuple(getattr(line, name) for name in _LINE)


def _take_over(order: Order, record: OrderRecord, buyer: Buyer, *, at: datetime) -> None:
    for name, value in _head(order, record, buyer).items():
        setattr(order, name, value)
    order.imported_at = at


def _write(pairs: list[tuple[Order, OrderRecord]]) -> None:
    """Write orders whole. A line keeps its row, for what may point to it."""
    old = [(order, record) for order, record in pairs if order.pk]
    Order.objects.bulk_create([order for order, _ in pairs if not order.pk])
    Order.objects.bulk_update([order for order, _ in old], [*_HEAD, "imported_at"])
    for order, record in old:
        order.lines.filter(number__gt=len(record.lines)).delete()
        order.shipments.exclude(tracking_number__in=record.shipments).delete()
    OrderLine.objects.bulk_create(
        [
            OrderLine(order=order, number=number, **{name: getattr(line, name) for name in _LINE})
            for order, record in pairs
            for number, line in enumerate(record.lines, 1)
        ],
        update_conflicts=True,
        unique_fields=["order", "number"],
        update_fields=_LINE,
    )
    Shipment.objects.bulk_create(
        [
            Shipment(order=order, tracking_number=number, carrier=carrier)
            for order, record in pairs
            for number, carrier in record.shipments.items()
        ],
        update_conflicts=True,
        unique_fields=["order", "tracking_number"],
        update_fields=["carrier"],
    )
