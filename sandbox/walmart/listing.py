"""GET /v3/orders and one order: filters, pages, acknowledgement."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Order
from sandbox.walmart.errors import refused
from sandbox.walmart.orders import customer_order, node_of, order_of
from sandbox.world import Refused

LARGEST_PAGE = 200
OLDEST = timedelta(days=180)
#: Without a start only these days are told.
USUAL = timedelta(days=7)


def list_orders(scene: Scene, request: Request) -> Answer:
    """Page by ``nextCursor``, which is a whole query to be asked instead of the first one."""
    limit = min(int(request.one("limit", "100")), LARGEST_PAGE)
    found = [order for order in scene.shop.orders.values() if _is_wanted(scene, request, order)]
    found.sort(key=lambda order: (order.placed_at, order.number))
    start = int(request.one("soIndex", "0"))
    page = found[start : start + limit]
    meta = {"totalCount": len(found), "limit": limit}
    if start + limit < len(found):
        meta["nextCursor"] = _next(request, limit, start + limit)
    orders = [order_of(scene, order) for order in page]
    return told({"list": {"meta": meta, "elements": {"order": scene.handed_over(orders)}}})


def one_order(scene: Scene, request: Request, purchaseOrderId: str) -> Answer:  # noqa: N803
    try:
        order = scene.world.order(scene.shop, purchaseOrderId)
    except Refused as error:
        return refused(error)
    return told({"order": order_of(scene, order)})


def _next(request: Request, limit: int, start: int) -> str:
    kept = {name: values[0] for name, values in request.query.items() if name != "soIndex"}
    more = {"limit": limit, "hasMoreElements": "true", "soIndex": start}
    return "?" + urlencode(kept | more)


def _is_wanted(scene: Scene, request: Request, order: Order) -> bool:
    placed, changed = scene.clock(order.placed_at), scene.clock(order.changed_at)
    begin = _moment(request, "createdStartDate") or scene.now - USUAL
    ranges = (
        placed >= max(begin, scene.now - OLDEST),
        _is_before(placed, _moment(request, "createdEndDate")),
        _is_after(changed, _moment(request, "lastModifiedStartDate")),
        _is_before(changed, _moment(request, "lastModifiedEndDate")),
    )
    names = {
        "purchaseOrderId": order.reference,
        "customerOrderId": customer_order(order),
        "shipNodeType": node_of(order),
    }
    node = request.one("shipNodeType", "SellerFulfilled")
    asked = {name: request.one(name, value) for name, value in names.items()}
    asked["shipNodeType"] = node
    return all(ranges) and asked == names


def _is_after(moment: datetime, limit: datetime | None) -> bool:
    return limit is None or moment >= limit


def _is_before(moment: datetime, limit: datetime | None) -> bool:
    return limit is None or moment <= limit


def _moment(request: Request, name: str) -> datetime | None:
    text = request.one(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{name} is no date: {text}") from None
    return found if found.tzinfo else datetime.fromisoformat(text + "T00:00:00+00:00")
