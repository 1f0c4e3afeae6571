"""The parts of orders: lines, payments, refunds, shipments with what the carrier saw.

Parts come whole with their order. What is told no longer goes; what stays keeps its row, for what
may point to it. A line keeps its row by the marketplace's own number of it, whatever its place
in the list; in a file, where lines have none, by its place.
"""

from collections.abc import Iterable
from itertools import count

from django.db.models import Model

from marketplaces.gateways import shapes
from marketplaces.gateways.shapes import Component
from marketplaces.models import (
    MarketplaceRefund,
    Order,
    OrderLine,
    Payment,
    Shipment,
    TrackingEvent,
)

Pairs = list[tuple[Order, shapes.Order]]

_LINE = (
    "external_id", "sku", "asin", "title", "options", "quantity", "shipped", "item_minor",
    "shipping_minor", "tax_minor", "gift_wrap_minor",
)  # fmt: skip
_PAYMENT = ("amount_minor", "method", "at")
_REFUND = ("amount_minor", "state", "note", "at")
_SHIPMENT = ("carrier", "shipped_at", "delivered_at")
_EVENT = ("words", "place")


def write_parts(pairs: Pairs, *, is_new: set[int]) -> None:
    """Bring the parts in line with what was told. ``is_new``: orders that have none yet."""
    old = [order.pk for order, _ in pairs if order.pk not in is_new]
    places = _places(old)
    lines = [line for order, told in pairs for line in _lines(order, told, places.get(order.pk))]
    _replace(lines, "number", _LINE, old)
    _replace([one for pair in pairs for one in _payments(*pair)], "external_id", _PAYMENT, old)
    _replace([one for pair in pairs for one in _refunds(*pair)], "reference", _REFUND, old)
    told = {(order.pk, one.tracking_number): one for order, said in pairs for one in said.shipments}
    shipments = [_shipment(pk, one) for (pk, _), one in told.items()]
    _replace(shipments, "tracking_number", _SHIPMENT, old, model=Shipment)
    seen = [
        event
        for shipment in shipments
        for event in _events(shipment, told[shipment.order_id, shipment.tracking_number].events)
    ]
    TrackingEvent.objects.bulk_create(
        seen,
        update_conflicts=True,
        unique_fields=["shipment", "at", "status"],
        update_fields=_EVENT,
    )


def _replace(rows: list, key: str, fields: tuple, old: list[int], *, model=None) -> None:
    model: type[Model] = model or _MODELS[key]
    # Told twice in one order it is one row, and one statement may name a row once.
    rows = list({(row.order_id, getattr(row, key)): row for row in rows}.values())
    if old:
        kept = {(row.order_id, getattr(row, key)) for row in rows}
        there = model.objects.filter(order__in=old).values_list("pk", "order_id", key)
        gone = [pk for pk, order_id, name in there if (order_id, name) not in kept]
        if gone:
            model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["order", key], update_fields=fields
    )


_MODELS = {"number": OrderLine, "external_id": Payment, "reference": MarketplaceRefund}


def _places(orders: list[int]) -> dict[int, dict[str, int]]:
    """Return which number a line of the marketplace has with us, by order."""
    places: dict[int, dict[str, int]] = {}
    if orders:
        lines = OrderLine.objects.filter(order__in=orders).exclude(external_id="")
        for order_id, external_id, number in lines.values_list("order_id", "external_id", "number"):
            places.setdefault(order_id, {})[external_id] = number
    return places


def _numbered(
    lines: Iterable[shapes.Line], places: dict[str, int] | None
) -> Iterable[tuple[int, shapes.Line]]:
    """Number lines from 1 on; one that is known keeps its number, and nobody else gets it."""
    places = places or {}
    fresh = (number for number in count(1) if number not in places.values())
    for line in lines:
        yield places.get(line.external_id) or next(fresh), line


def _lines(order: Order, told: shapes.Order, places: dict[str, int] | None) -> Iterable[OrderLine]:
    for number, line in _numbered(told.lines, places):
        yield OrderLine(
            order=order,
            number=number,
            external_id=line.external_id,
            sku=line.sku[:64],
            asin=line.asin,
            title=line.title[:250],
            options=dict(line.options),
            quantity=line.quantity,
            shipped=line.quantity_shipped,
            item_minor=component_minor(line, Component.ITEM),
            shipping_minor=component_minor(line, Component.SHIPPING),
            tax_minor=component_minor(line, Component.TAX),
            gift_wrap_minor=component_minor(line, Component.GIFT_WRAP),
        )


def component_minor(line: shapes.Line, component: Component) -> int:
    """What the line was charged under the component in minor units; 0 where nothing."""
    amount = line.paid.get(component)
    return amount.minor if amount else 0


def _payments(order: Order, told: shapes.Order) -> Iterable[Payment]:
    for one in told.payments:
        if one.amount:
            yield Payment(
                order=order,
                external_id=one.external_id,
                amount_minor=one.amount.minor,
                method=one.method[:80],
                at=one.at,
            )


def _refunds(order: Order, told: shapes.Order) -> Iterable[MarketplaceRefund]:
    for one in told.refunds:
        if one.amount:
            yield MarketplaceRefund(
                order=order,
                reference=one.reference,
                amount_minor=one.amount.minor,
                state=one.state,
                note=one.note[:250],
                at=one.at,
            )


def _shipment(order_id: int, told: shapes.Shipment) -> Shipment:
    return Shipment(
        order_id=order_id,
        tracking_number=told.tracking_number[:64],
        carrier=told.carrier[:40],
        shipped_at=told.shipped_at,
        delivered_at=told.delivered_at,
    )


def _events(shipment: Shipment, told: Iterable[shapes.TrackingEvent]) -> Iterable[TrackingEvent]:
    for one in {(one.at, one.status[:40]): one for one in told}.values():
        yield TrackingEvent(
            shipment=shipment,
            at=one.at,
            status=one.status[:40],
            words=one.words[:250],
            place=one.place[:120],
        )
