"""Messaging v1 and Solicitations v1: fixed kinds of messages to the buyer of one order, one way."""

import re
from collections.abc import Iterable
from datetime import timedelta

from sandbox.amazon.pieces import MARKETPLACE, refuse
from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Scene
from sandbox.values import Order
from sandbox.world import Refused

#: Longest text by kind of message.
LONGEST = {
    "confirmCustomizationDetails": 800,
    "confirmDeliveryDetails": 2000,
    "confirmOrderDetails": 2000,
    "confirmServiceDetails": 2000,
    "unexpectedProblem": 2000,
    "digitalAccessKey": 400,
    "legalDisclosure": 0,
    "warranty": 0,
    "invoice": 0,
}
REVIEW = "productReviewAndSellerFeedback"
#: Days after the delivery date in which a review may be asked for.
REVIEW_FROM, REVIEW_UNTIL = timedelta(days=5), timedelta(days=30)
_FORBIDDEN = re.compile(r"<\w|https?://|www\.|[\w.+-]+@[\w-]+\.\w")


def list_messages(scene: Scene, request: Request, amazonOrderId: str) -> Answer:  # noqa: N803
    return _list(scene, "messaging", amazonOrderId, lambda order: LONGEST)


def send(scene: Scene, request: Request, amazonOrderId: str, kind: str) -> Answer:  # noqa: N803
    """201 and no number: nothing finds the message again."""
    if kind not in LONGEST:
        return refuse("not_found", kind)
    asked = request.json()
    text = asked.get("text") or ""
    if LONGEST[kind] and not 0 < len(text) <= LONGEST[kind]:
        return refuse("unreadable", f"The text must have 1 to {LONGEST[kind]} characters.")
    if _FORBIDDEN.search(text) or len(asked.get("attachments") or []) > 5:
        return refuse("unreadable", "No HTML, links or e-mail addresses; five attachments.")
    try:
        order = scene.world.order(scene.shop, amazonOrderId)
    except Refused as error:
        return refuse("not_found", error.words)
    scene.world.write(scene.shop, order, text, from_buyer=False, kind=kind)
    return told({}, 201)


def attributes(scene: Scene, request: Request, amazonOrderId: str) -> Answer:  # noqa: N803
    if amazonOrderId not in scene.shop.orders:
        return refuse("not_found", amazonOrderId)
    return told({"buyer": {"locale": "en-US"}})


def list_solicitations(scene: Scene, request: Request, amazonOrderId: str) -> Answer:  # noqa: N803
    return _list(
        scene, "solicitations", amazonOrderId,
        lambda order: [REVIEW] if _may_ask(scene, order) else [],
    )  # fmt: skip


def solicit(scene: Scene, request: Request, amazonOrderId: str) -> Answer:  # noqa: N803
    """Once per order, in the days after delivery."""
    order = scene.shop.orders.get(amazonOrderId)
    if order is None:
        return refuse("not_found", amazonOrderId)
    if not _may_ask(scene, order):
        return refuse("forbidden", "A review cannot be asked for now, or not again.")
    scene.world.write(scene.shop, order, "", from_buyer=False, kind=REVIEW)
    return told({}, 201)


def _may_ask(scene: Scene, order: Order) -> bool:
    asked = any(m.kind == REVIEW and m.order == order.reference for m in scene.shop.messages)
    earliest = order.deliver_by - timedelta(days=3) + REVIEW_FROM
    return not asked and earliest <= scene.world.now <= order.deliver_by + REVIEW_UNTIL


def _list(scene: Scene, api: str, number: str, kinds) -> Answer:
    order = scene.shop.orders.get(number)
    if order is None:
        return refuse("not_found", number)
    return told(_links(api, number, kinds(order)))


def _links(api: str, number: str, kinds: Iterable[str]) -> dict:
    where, which = f"/{api}/v1/orders/{number}", f"marketplaceIds={MARKETPLACE['marketplaceId']}"
    folder = "messages" if api == "messaging" else "solicitations"
    links = [{"href": f"{where}/{folder}/{kind}?{which}", "name": kind} for kind in kinds]
    schemas = [
        {
            "_links": {
                "schema": {"href": f"{where}/{folder}/{link['name']}/schema", "name": link["name"]},
                "self": link,
            }
        }
        for link in links
    ]
    return {
        "_links": {"actions": links, "self": {"href": f"{where}?{which}"}},
        "_embedded": {"actions": schemas},
    }
