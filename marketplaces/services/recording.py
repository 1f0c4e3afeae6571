"""Writing down what a marketplace or a file tells about orders. Twice the same is once.

A marketplace tells an order whole, as often as it likes, and not always in order: what is older
than what is known changes nothing, and what says the same again is not written again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from marketplaces import events
from marketplaces.gateways import shapes
from marketplaces.gateways.shapes import RefundState
from marketplaces.models import Order, Store
from marketplaces.services.buyers import Outcome, record_buyers
from marketplaces.services.order_parts import write_parts

_HEAD = (
    "number", "buyer", "status", "fulfilment", "currency", "paid_minor", "refunded_minor",
    "placed_at", "changed_at", "deliver_by", "ship_to", "payment", "imported_at", "digest",
)  # fmt: skip


@transaction.atomic
def record_orders(
    told: Iterable[shapes.Order], *, store: Store, at: datetime
) -> dict[str, Outcome]:
    """Bring orders in line with what was told; returns what happened by reference.

    Of one reference told twice the newer counts. Takes the store's lock: two that write the same
    store would make the same buyers. Sends ``buyers_recorded`` and ``orders_recorded``.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    newest = _newest(told)
    known = _known(store, newest)
    outcomes, to_write, confirmed = {}, [], []
    for reference, one in newest.items():
        order, digest = known.get(reference), digest_of(one)
        outcomes[reference] = _outcome(order, one, digest)
        if outcomes[reference] in (Outcome.CREATED, Outcome.UPDATED):
            order = order or Order(store=store, reference=reference)
            order.digest = digest
            to_write.append((order, one))
        elif _is_older(order.changed_at, one.changed_at):
            order.changed_at = one.changed_at
            confirmed.append(order)
    if confirmed:
        # It stood so at that moment, too: what is told of a moment between is older than this.
        Order.objects.bulk_update(confirmed, ["changed_at"])
    _write(to_write, store=store, at=at)
    return outcomes


def digest_of(told: shapes.Order) -> str:
    """Say in 64 characters everything that was told, but when it changed."""
    return hashlib.sha256(repr(replace(told, changed_at=None)).encode()).hexdigest()


def _newest(told: Iterable[shapes.Order]) -> dict[str, shapes.Order]:
    newest: dict[str, shapes.Order] = {}
    for one in told:
        other = newest.get(one.reference)
        if other is None or not _is_older(one.changed_at, other.changed_at):
            newest[one.reference] = one
    return newest


def _known(store: Store, references: Iterable[str]) -> dict[str, Order]:
    """Return the orders, locked in the order of their keys."""
    orders = Order.objects.filter(store=store, reference__in=list(references)).order_by("pk")
    locked = orders.select_for_update(no_key=True)
    return {order.reference: order for order in locked}


def _outcome(order: Order | None, told: shapes.Order, digest: str) -> Outcome:
    if order is None:
        return Outcome.CREATED
    if _is_older(told.changed_at, order.changed_at):
        return Outcome.OLDER
    return Outcome.UNCHANGED if order.digest == digest else Outcome.UPDATED


def _is_older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _write(pairs: list[tuple[Order, shapes.Order]], *, store: Store, at: datetime) -> None:
    buyers = record_buyers((told.buyer for _, told in pairs), store=store, at=at).buyers
    for order, told in pairs:
        order.buyer, order.imported_at = buyers[told.buyer.external_id], at
        for name, value in _head(told).items():
            setattr(order, name, value)
    fresh = [order for order, _ in pairs if order.pk is None]
    old = [order for order, _ in pairs if order.pk is not None]
    Order.objects.bulk_create(fresh)
    if old:
        Order.objects.bulk_update(old, _HEAD)
    write_parts(pairs, is_new={order.pk for order in fresh})
    if pairs:
        orders = [order for order, _ in pairs]
        events.orders_recorded.send(Order, store=store, orders=orders, at=at)


def _head(told: shapes.Order) -> dict:
    return {
        "number": told.number[:64],
        "status": told.status,
        "fulfilment": told.fulfilment,
        "currency": told.currency,
        "paid_minor": paid_minor(told),
        "refunded_minor": refunded_minor(told),
        "placed_at": told.placed_at,
        "changed_at": told.changed_at,
        "deliver_by": told.deliver_by,
        "ship_to": dict(told.ship_to),
        "payment": ", ".join(dict.fromkeys(one.method for one in told.payments if one.method))[:80],
    }


def paid_minor(told: shapes.Order) -> int:
    """What came in; where payments are not told, what the lines were charged."""
    if told.payments:
        return sum(one.amount.minor for one in told.payments)
    return sum(amount.minor for line in told.lines for amount in line.paid.values())


def refunded_minor(told: shapes.Order) -> int:
    """What went back or is on its way; a refund that failed went nowhere."""
    return sum(one.amount.minor for one in told.refunds if one.state != RefundState.FAILED)
