"""getOrders, getOrder, getShippingFulfillments."""

import re
from datetime import datetime

from sandbox.ebay.orders import fulfillment_of, order_of
from sandbox.ebay.pieces import page, refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Order
from sandbox.world import Refused

LARGEST_PAGE = 200
_RANGE = re.compile(r"(creationdate|lastmodifieddate):\[([^.\]]+(?:\.\d+Z?)?)?\.\.([^\]]*)\]")
_STATUS = re.compile(r"orderfulfillmentstatus:\{([^}]*)\}")


def get_orders(scene: Scene, request: Request) -> Answer:
    """Filter and page; oldest first by what is filtered on, as far as a filter says."""
    wanted = request.many("orderIds")
    text = request.one("filter")
    orders = [
        order
        for order in scene.shop.orders.values()
        if (not wanted or order.reference in wanted) and _matches(scene, order, text)
    ]
    if "lastmodifieddate" in text:
        orders.sort(key=lambda order: (order.changed_at, order.number))
    else:
        orders.sort(key=lambda order: (order.placed_at, order.number))
    orders = [order_of(scene, order) for order in orders]
    return told(page(scene, request, "orders", orders, limit=50, most=LARGEST_PAGE))


def get_order(scene: Scene, request: Request, orderId: str) -> Answer:  # noqa: N803
    try:
        return told(order_of(scene, scene.world.order(scene.shop, orderId)))
    except Refused as error:
        return refuse("not_found", error.words)


def get_fulfillments(scene: Scene, request: Request, orderId: str) -> Answer:  # noqa: N803
    try:
        order = scene.world.order(scene.shop, orderId)
    except Refused as error:
        return refuse("not_found", error.words)
    parcels = [fulfillment_of(scene, one) for one in order.shipments]
    return told({"fulfillments": parcels, "total": len(parcels)})


def _matches(scene: Scene, order: Order, text: str) -> bool:
    moments = {"creationdate": order.placed_at, "lastmodifieddate": order.changed_at}
    for name, begin, end in _RANGE.findall(text):
        moment = scene.clock(moments[name])
        if begin and moment < _moment(begin) or end and moment > _moment(end):
            return False
    statuses = _STATUS.search(text)
    told_status = order_of(scene, order)["orderFulfillmentStatus"] if statuses else ""
    return not statuses or told_status in statuses.group(1).split("|")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{text} is no date of a filter.") from None
    return found if found.tzinfo else datetime.fromisoformat(text + "+00:00")
