"""searchOrders by last update, and getOrder."""

from marketplaces.gateways.amazon.client import Client, Orders
from marketplaces.gateways.amazon.mapping import order_of, shipments_of
from marketplaces.gateways.answers import needed, read, read_each
from marketplaces.gateways.beginnings import beginning
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.shapes import Order, Page, Shipment

INCLUDED = ["BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT", "PACKAGES"]
PAGE = 100


def pull(client: Client, begin: str, cursor: str) -> Page[Order]:
    return walk(cursor, lambda place: _page(client, begin, place))


def get(client: Client, reference: str) -> Order:
    return read("getOrder", order_of, one(client, reference))


def tracking(client: Client, reference: str) -> tuple[Shipment, ...]:
    return read("getOrder", shipments_of, one(client, reference))


def one(client: Client, reference: str) -> dict:
    answer = client.ask(
        "getOrder", Orders, lambda api: api.get_order(reference, includedData=INCLUDED)
    )
    return read("getOrder", lambda found: found["order"], answer)


def _page(client: Client, begin: str, place: Cursor) -> Page[Order]:
    operation = "searchOrders"
    since = place.begins() or beginning(operation, begin)
    asked = {
        "lastUpdatedAfter": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "marketplaceIds": [client.marketplace],
        "maxResultsPerPage": PAGE,
        "includedData": INCLUDED,
    }
    if place.token:
        asked["paginationToken"] = place.token
    answer = client.ask(operation, Orders, lambda api: api.search_orders(**asked))
    found, token, until = read(operation, _parts, answer)
    items, unread = read_each(operation, order_of, found, reference=lambda one: one["orderId"])
    # Amazon says up to when the walk tells everything: there the next one begins.
    place = place.seen(until).onwards(token)
    return Page(items, place.text(), has_more=bool(token), unread=unread)


def _parts(answer):
    token = (answer.get("pagination") or {}).get("nextToken") or ""
    return list(answer["orders"]), token, needed(answer["lastUpdatedBefore"])
