"""Orders and their parcels, oldest change first."""

from marketplaces.gateways.answers import needed, read, read_each
from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.shapes import Order, Page, Shipment
from marketplaces.gateways.shopify import queries
from marketplaces.gateways.shopify.client import Client
from marketplaces.gateways.shopify.mapping import gid, number_of, order_of, shipments_of

#: See queries.ORDER for why a page is this small.
PAGE = 10


def pull(client: Client, cursor: str) -> Page[Order]:
    return walk(cursor, lambda place: _page(client, place))


def get(client: Client, reference: str) -> Order:
    node = one(client, "get_order", queries.ONE_ORDER, reference)
    _complete(client, "get_order", node)
    return read("get_order", order_of, node)


def tracking(client: Client, reference: str) -> tuple[Shipment, ...]:
    node = one(client, "tracking", queries.TRACKING, reference)
    return read("tracking", lambda n: tuple(shipments_of(n["fulfillments"])), node)


def one(client: Client, operation: str, query: str, reference: str) -> dict:
    """Return an order's node.

    :raises GatewayRefused: if the shop has no such order.
    """
    data = client.ask(operation, query, {"id": gid("Order", reference)})
    node = read(operation, lambda found: found["order"], data)
    if node is None:
        raise GatewayRefused(operation, "Shopify has no such order", status=404, code="NOT_FOUND")
    return node


def _page(client: Client, place: Cursor) -> Page[Order]:
    operation = "pull_orders"
    begins = place.begins()
    since = begins.strftime("%Y-%m-%dT%H:%M:%SZ") if begins else ""
    variables = {
        "first": PAGE,
        "after": place.token or None,
        "query": f"updated_at:>='{since}'" if since else None,
    }
    data = client.ask(operation, queries.ORDERS, variables)
    nodes, token = read(operation, _nodes_and_token, data)
    for node in nodes:
        _complete(client, operation, node)
    items, unread = read_each(operation, order_of, nodes, reference=lambda n: number_of(n["id"]))
    # Sorted by change, an order that changes meanwhile moves behind what is still to come: the
    # newest change seen is a safe beginning for the next walk.
    for node in nodes:
        place = place.seen(read(operation, lambda n: needed(n["updatedAt"]), node))
    place = place.onwards(token)
    return Page(items, place.text(), has_more=bool(token), unread=unread)


def _nodes_and_token(data) -> tuple[list, str]:
    found = data["orders"]
    info = found["pageInfo"]
    return list(found["nodes"]), info["endCursor"] if info["hasNextPage"] else ""


def _complete(client: Client, operation: str, node) -> None:
    """Fetch the lines that did not fit into the page."""
    while after := read(operation, _more_after, node):
        data = client.ask(operation, queries.MORE_LINES, {"id": node["id"], "after": after})
        read(operation, lambda found: _append(node, found["order"]["lineItems"]), data)


def _more_after(node) -> str:
    info = node["lineItems"]["pageInfo"]
    return info["endCursor"] if info["hasNextPage"] else ""


def _append(node, lines) -> None:
    node["lineItems"] = {
        "nodes": node["lineItems"]["nodes"] + lines["nodes"],
        "pageInfo": lines["pageInfo"],
    }
