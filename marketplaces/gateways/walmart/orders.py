"""Purchase orders: first the seller's own, then those Walmart ships."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from marketplaces.gateways.answers import read, read_each
from marketplaces.gateways.beginnings import beginning
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.shapes import Order, Page, Shipment
from marketplaces.gateways.walmart.client import Client
from marketplaces.gateways.walmart.mapping import order_of, shipments_of

PAGE = 100

#: Without one of these only the seller's own orders come; each has its own pages.
NODES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")

#: Orders older than 180 days are not told; without a start only those of seven days are.
OLDEST = timedelta(days=179)


def pull(client: Client, begin: str, cursor: str) -> Page[Order]:
    return walk(cursor, lambda place: _page(client, begin, place))


def get(client: Client, reference: str) -> Order:
    return read("get_order", order_of, one(client, "get_order", reference))


def tracking(client: Client, reference: str) -> tuple[Shipment, ...]:
    order = one(client, "tracking", reference)
    return read("tracking", lambda found: shipments_of(found["orderLines"]["orderLine"]), order)


def one(client: Client, operation: str, reference: str) -> dict:
    answer = client.get(operation, f"/v3/orders/{reference}")
    return read(operation, lambda found: found["order"], answer)


def _page(client: Client, begin: str, place: Cursor) -> Page[Order]:
    operation = "pull_orders"
    node, _, rest = (place.token or NODES[0]).partition("|")
    params = dict(parse_qsl(rest.lstrip("?"))) if rest else _params(begin, place)
    answer = client.get(operation, "/v3/orders", params | {"shipNodeType": node})
    orders, following = read(operation, _orders_and_cursor, answer)
    items, unread = read_each(operation, order_of, orders, reference=_reference)
    if node == NODES[0] and not rest:
        # What changes while pages are walked may be missed behind the first page's newest change.
        for order in items:
            place = place.seen(order.changed_at)
    place = place.onwards(_next_token(node, following))
    ordered = tuple(sorted(items, key=lambda order: order.changed_at))
    return Page(ordered, place.text(), has_more=bool(place.token), unread=unread)


def _params(begin: str, place: Cursor) -> dict[str, str]:
    params = {"limit": str(PAGE)}
    if since := place.begins():
        created = since - OLDEST
        return params | {"lastModifiedStartDate": _iso(since), "createdStartDate": _iso(created)}
    return params | {"createdStartDate": _iso(beginning("pull_orders", begin))}


def _next_token(node: str, following: str) -> str:
    if following:
        return f"{node}|{following}"
    later = NODES[NODES.index(node) + 1 :]
    return f"{later[0]}|" if later else ""


def _orders_and_cursor(answer) -> tuple[list, str]:
    found = answer["list"]
    orders = (found.get("elements") or {}).get("order") or []
    return list(orders), found["meta"].get("nextCursor") or ""


def _reference(order) -> str:
    return order["purchaseOrderId"]


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
