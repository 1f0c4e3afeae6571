"""searchOrders and getOrder."""

from datetime import timedelta

from sandbox.amazon.orders import order_of, status_of
from sandbox.amazon.pieces import date_of, moment, read_token, refuse, token
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Order
from sandbox.world import Refused

LARGEST_PAGE = 100
#: Before this, nothing is shown; and no limit may lie later.
DISTANCE = timedelta(minutes=2)


def search_orders(scene: Scene, request: Request) -> Answer:
    """Orders created or updated in a stretch of time, a page at a time."""
    by = _by(request)
    size = int(request.one("maxResultsPerPage", "100"))
    if not 1 <= size <= LARGEST_PAGE:
        raise Unreadable("maxResultsPerPage must be between 1 and 100.")
    after = date_of(request, f"{by}After")
    before = date_of(request, f"{by}Before") or scene.now - DISTANCE
    last = read_token(request.one("paginationToken")) if request.one("paginationToken") else {}
    if last:
        before = date_of(Request("", "", {"before": [last["before"]]}), "before")
    elif before > scene.now - DISTANCE:
        raise Unreadable(f"{by}Before must be at least two minutes before now.")
    places = {
        _place(scene, order, by): order
        for order in scene.shop.orders.values()
        if after <= scene.clock(_moment(order, by)) <= before and _is_wanted(request, order)
    }
    found = sorted(pair for pair in places.items() if pair[0] > last.get("place", ""))
    page, included = found[:size], set(request.many("includedData"))
    orders = [order_of(scene, order, included) for _, order in page]
    answer = {"orders": scene.handed_over(orders), f"{by}Before": moment_text(before)}
    if len(found) > size:
        more = {"place": page[-1][0], "before": moment_text(before)}
        answer["pagination"] = {"nextToken": token(more)}
    return told(answer)


def get_order(scene: Scene, request: Request, orderId: str) -> Answer:  # noqa: N803
    try:
        order = scene.world.order(scene.shop, orderId)
    except Refused as error:
        return refuse("not_found", error.words)
    return told({"order": order_of(scene, order, set(request.many("includedData")))})


def moment_text(at) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _by(request: Request) -> str:
    given = [name for name in ("created", "lastUpdated") if request.one(f"{name}After")]
    if len(given) != 1:
        raise Unreadable("Provide exactly one of createdAfter and lastUpdatedAfter.")
    other = "created" if given[0] == "lastUpdated" else "lastUpdated"
    if request.one(f"{other}Before"):
        raise Unreadable(f"{other}Before does not go with {given[0]}After.")
    return given[0]


def _moment(order: Order, by: str):
    return order.placed_at if by == "created" else order.changed_at


def _place(scene: Scene, order: Order, by: str) -> str:
    return f"{moment(scene, _moment(order, by))}|{order.number:012d}"


def _is_wanted(request: Request, order: Order) -> bool:
    statuses, by = request.many("fulfillmentStatuses"), request.many("fulfilledBy")
    fulfilled_by = "AMAZON" if order.fulfilment == "marketplace" else "MERCHANT"
    return (not statuses or status_of(order) in statuses) and (not by or fulfilled_by in by)
