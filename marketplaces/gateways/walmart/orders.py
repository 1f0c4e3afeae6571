"""Purchase orders by their last change: the seller's own, and those Walmart or others ship."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from marketplaces.gateways.answers import read, read_each
from marketplaces.gateways.beginnings import beginning
from marketplaces.gateways.cursors import Cursor
from marketplaces.gateways.shapes import Order, Page, Shipment
from marketplaces.gateways.walmart.client import Client
from marketplaces.gateways.walmart.mapping import changed_at, order_of, shipments_of
from marketplaces.gateways.windows import Answered, next_stretch

OPERATION = "pull_orders"
PAGE = 100

#: Without one of these only the seller's own orders come.
NODES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")

#: Orders older than 180 days are not told; without a start only those of seven days are.
OLDEST = timedelta(days=179)


def pull(client: Client, begin: str, cursor: str) -> Page[Order]:
    stretch = next_stretch(
        Cursor.of(cursor),
        beginning(OPERATION, begin),
        lambda since, until: _ask(client, since, until),
        lambda since, until: _ask(client, since, until, all_pages=True),
    )
    items, unread = read_each(
        OPERATION, order_of, stretch.items, reference=lambda order: order["purchaseOrderId"]
    )
    ordered = tuple(sorted(items, key=lambda order: order.changed_at))
    return Page(ordered, stretch.cursor.text(), has_more=stretch.has_more, unread=unread)


def get(client: Client, reference: str) -> Order:
    return read("get_order", order_of, one(client, "get_order", reference))


def tracking(client: Client, reference: str) -> tuple[Shipment, ...]:
    order = one(client, "tracking", reference)
    return read("tracking", lambda found: shipments_of(found["orderLines"]["orderLine"]), order)


def one(client: Client, operation: str, reference: str) -> dict:
    answer = client.get(operation, f"/v3/orders/{reference}")
    return read(operation, lambda found: found["order"], answer)


def _ask(
    client: Client, since: datetime, until: datetime | None, *, all_pages: bool = False
) -> Answered:
    orders, total = [], 0
    for node in NODES:
        found, count = _of_node(client, _params(since, until, node), all_pages)
        orders, total = orders + found, total + count
    moments = [read(OPERATION, changed_at, order) for order in orders]
    return Answered(orders, total, moments)


def _of_node(client: Client, params: dict[str, str], all_pages: bool) -> tuple[list, int]:
    orders: list = []
    while True:
        answer = client.get(OPERATION, "/v3/orders", params)
        found, total, following = read(OPERATION, _orders_of, answer)
        orders += found
        if not (all_pages and following):
            return orders, total
        params = params | dict(parse_qsl(following.lstrip("?")))


def _orders_of(answer) -> tuple[list, int, str]:
    found = answer["list"]
    listed = (found.get("elements") or {}).get("order") or []
    orders = {order["purchaseOrderId"]: order for order in listed}
    return (
        list(orders.values()),
        int(found["meta"]["totalCount"]),
        found["meta"].get("nextCursor") or "",
    )


def _params(since: datetime, until: datetime | None, node: str) -> dict[str, str]:
    params = {
        "limit": str(PAGE),
        "shipNodeType": node,
        "createdStartDate": _iso(since - OLDEST),
        "lastModifiedStartDate": _iso(since),
    }
    return params | ({"lastModifiedEndDate": _iso(until)} if until else {})


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
