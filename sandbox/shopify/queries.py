"""The root of the schema: which orders, which dispute, what a refund may do."""

import re
from collections.abc import Callable
from datetime import datetime

from sandbox.marketplace import Scene
from sandbox.shopify.execution import Invalid, Listed, cursor, read_cursor
from sandbox.shopify.money_back import dispute_of, refund_of
from sandbox.shopify.orders import order_of
from sandbox.shopify.pieces import gid, moment
from sandbox.shopify.refunds import create_refund, find_order
from sandbox.values import Order

_TERM = re.compile(r"(\w+):(>=|<=|>|<)?\s*(?:'([^']*)'|\"([^\"]*)\"|(\S+))")
_COMPARED = {
    "": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_SORTED_BY: dict[str, Callable[[Scene, Order], str]] = {
    "UPDATED_AT": lambda scene, order: moment(scene, order.changed_at),
    "CREATED_AT": lambda scene, order: moment(scene, order.placed_at),
    "PROCESSED_AT": lambda scene, order: moment(scene, order.placed_at),
    "ID": lambda scene, order: f"{order.number:012d}",
    "ORDER_NUMBER": lambda scene, order: f"{order.number:012d}",
}


def root_of(scene: Scene) -> dict:
    """Return the fields of ``Query``; each is asked for with its arguments."""
    shop = scene.shop
    claims = [c for c in shop.claims.values() if c.kind in ("chargeback", "inquiry")]

    def disputes(arguments: dict) -> list:
        return [_dispute(scene, claim) for claim in scene.handed_over(claims)]

    return {
        "orders": lambda arguments: _orders(scene, arguments),
        "order": lambda arguments: _order(scene, arguments.get("id")),
        "refund": lambda arguments: _refund(scene, arguments.get("id")),
        "disputes": disputes,
        "dispute": lambda arguments: _dispute_with(scene, claims, arguments.get("id")),
        "shopifyPaymentsAccount": {"id": gid("ShopifyPaymentsAccount", 1), "disputes": disputes},
        "shop": {
            "id": gid("Shop", shop.id.partition("-")[2]),
            "name": shop.name,
            "myshopifyDomain": f"{shop.id}.myshopify.com",
            "currencyCode": shop.currency,
            "email": f"owner@{shop.id}.example",
        },
        "currentAppInstallation": {
            "id": gid("AppInstallation", 1),
            "accessScopes": [{"handle": one, "description": one} for one in shop.scopes],
        },
    }


def mutations_of(scene: Scene, key: str) -> dict:
    return {
        "refundCreate": lambda arguments: create_refund(scene, arguments.get("input") or {}, key)
    }


def _orders(scene: Scene, arguments: dict) -> Listed:
    sort = _SORTED_BY.get(arguments.get("sortKey") or "PROCESSED_AT")
    if sort is None:
        raise Invalid("Argument 'sortKey' has an invalid value", "argumentLiteralsIncompatible")
    wanted = _filter(arguments.get("query") or "")
    found = [order for order in scene.shop.orders.values() if wanted(scene, order)]
    places = sorted(
        ((f"{sort(scene, order)}|{order.number:012d}", order) for order in found),
        key=lambda pair: pair[0],
        reverse=bool(arguments.get("reverse")),
    )
    after = read_cursor(arguments.get("after"))
    if after:
        is_behind = _COMPARED["<" if arguments.get("reverse") else ">"]
        places = [pair for pair in places if is_behind(pair[0], after)]
    first = arguments.get("first") or arguments.get("last")
    page = [{**order_of(scene, o), "__cursor": cursor(place)} for place, o in places[:first]]
    return Listed(scene.handed_over(page), len(places) > first, is_paged=True)


def _filter(text: str) -> Callable[[Scene, Order], bool]:
    terms = [(n, o, a or b or c) for n, o, a, b, c in _TERM.findall(text)]

    def wanted(scene: Scene, order: Order) -> bool:
        return all(_holds(scene, order, *term) for term in terms)

    return wanted


def _holds(scene: Scene, order: Order, name: str, operator: str, value: str) -> bool:
    """A term Shopify does not know is ignored by it, and so it is here."""
    moments = {"updated_at": order.changed_at, "created_at": order.placed_at}
    if name in moments:
        return _COMPARED[operator](
            datetime.fromisoformat(moment(scene, moments[name])), _moment_of(value)
        )
    texts = {"name": order.reference, "id": str(order.number), "email": order.buyer.email}
    return texts[name].lstrip("#") == value.lstrip("#") if name in texts else True


def _moment_of(value: str) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid(f"Invalid timestamp {value!r} in query", "BAD_REQUEST") from None
    return read if read.tzinfo else datetime.fromisoformat(value + "+00:00")


def _order(scene: Scene, order_id: object) -> dict | None:
    order = find_order(scene, order_id)
    return order_of(scene, order) if order else None


def _refund(scene: Scene, refund_id: object) -> dict | None:
    for refund in scene.shop.refunds.values():
        if gid("Refund", refund.id) == refund_id:
            order = scene.shop.orders[refund.order]
            return refund_of(scene, order, refund, lambda order: order_of(scene, order))
    return None


def _dispute(scene: Scene, claim) -> dict:
    return dispute_of(scene, claim, lambda order: order_of(scene, order))


def _dispute_with(scene: Scene, claims: list, dispute_id: object) -> dict | None:
    found = (c for c in claims if gid("ShopifyPaymentsDispute", c.id) == dispute_id)
    claim = next(found, None)
    return _dispute(scene, claim) if claim else None
