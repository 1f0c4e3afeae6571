"""Orders by their last change, with the parcels eBay tells apart from them."""

from datetime import datetime

from marketplaces.gateways.answers import needed, read, read_each
from marketplaces.gateways.beginnings import beginning
from marketplaces.gateways.cursors import Cursor
from marketplaces.gateways.ebay.client import Client
from marketplaces.gateways.ebay.mapping import order_of, shipment_of
from marketplaces.gateways.shapes import Order, Page, Shipment
from marketplaces.gateways.windows import Answered, next_stretch

PATH = "/sell/fulfillment/v1/order"
OPERATION = "pull_orders"

#: 200 is the most; with a call for the parcels of each order that left, fifty take long enough.
PAGE = 50


def pull(client: Client, begin: str, cursor: str) -> Page[Order]:
    stretch = next_stretch(
        Cursor.of(cursor),
        beginning(OPERATION, begin),
        lambda since, until: _ask(client, since, until, 0),
        lambda since, until: _ask_all(client, since, until),
    )
    wholes = [(order, _parcels(client, OPERATION, order)) for order in stretch.items]
    items, unread = read_each(
        OPERATION, lambda whole: order_of(*whole), wholes, reference=lambda w: w[0]["orderId"]
    )
    ordered = tuple(sorted(items, key=lambda order: order.changed_at))
    return Page(ordered, stretch.cursor.text(), has_more=stretch.has_more, unread=unread)


def get(client: Client, reference: str) -> Order:
    order = one(client, "get_order", reference)
    parcels = _parcels(client, "get_order", order)
    return read("get_order", lambda found: order_of(found, parcels), order)


def one(client: Client, operation: str, reference: str) -> dict:
    return client.get(operation, f"{PATH}/{reference}")


def tracking(client: Client, reference: str) -> tuple[Shipment, ...]:
    return tuple(shipment for _, shipment in _shipments(client, "tracking", reference))


def _ask(client: Client, since: datetime, until: datetime | None, offset: int) -> Answered:
    params = {
        "filter": f"lastmodifieddate:[{_iso(since)}..{_iso(until) if until else ''}]",
        "limit": str(PAGE),
        "offset": str(offset),
    }
    return read(OPERATION, _answered, client.get(OPERATION, PATH, params))


def _ask_all(client: Client, since: datetime, until: datetime | None) -> Answered:
    answered = _ask(client, since, until, 0)
    items, moments = answered.items, answered.moments
    for offset in range(PAGE, answered.total, PAGE):
        more = _ask(client, since, until, offset)
        items, moments = items + more.items, moments + more.moments
    return Answered(items, answered.total, moments)


def _answered(answer) -> Answered:
    orders = list({one["orderId"]: one for one in answer.get("orders") or ()}.values())
    return Answered(orders, answer["total"], [needed(one["lastModifiedDate"]) for one in orders])


def _parcels(client: Client, operation: str, order: dict) -> tuple:
    if not read(operation, lambda found: found.get("fulfillmentHrefs"), order):
        return ()
    return _shipments(client, operation, read(operation, lambda o: o["orderId"], order))


def _shipments(client: Client, operation: str, reference: str) -> tuple:
    answer = client.get(f"{operation}.parcels", f"{PATH}/{reference}/shipping_fulfillment")
    return read(
        operation, lambda found: tuple(map(shipment_of, found.get("fulfillments") or ())), answer
    )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
