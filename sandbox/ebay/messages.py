"""Conversations between seller and buyer about a listing; a message names no order."""

from datetime import datetime

from sandbox.ebay.orders import item_id
from sandbox.ebay.pieces import error, moment, page, refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Message, Order


def conversation_id(order: Order) -> str:
    return str(5_000_000_000 + order.number)


def get_conversations(scene: Scene, request: Request) -> Answer:
    """Those with a message in the asked stretch of time, the latest first."""
    if request.one("conversation_type") not in ("FROM_MEMBERS", "FROM_EBAY"):
        return refuse("unreadable", "conversation_type is required.")
    begin, end = _moment(request, "start_time"), _moment(request, "end_time")
    user = request.one("other_party_username")
    found = []
    for order, messages in _conversations(scene):
        latest = scene.clock(messages[-1].at)
        is_in_time = (not begin or latest >= begin) and (not end or latest <= end)
        if is_in_time and user in ("", order.buyer.id):
            found.append((latest, _conversation(scene, order, messages)))
    found.sort(key=lambda pair: pair[0], reverse=True)
    if request.one("conversation_type") == "FROM_EBAY":
        found = []
    listed = [conversation for _, conversation in found]
    return told(page(scene, request, "conversations", listed, limit=25, most=50))


def get_conversation(scene: Scene, request: Request, conversationId: str) -> Answer:  # noqa: N803
    for order, messages in _conversations(scene):
        if conversation_id(order) == conversationId:
            details = [_message(scene, one) for one in reversed(messages)]
            shown = page(scene, request, "messages", details, limit=25, most=50)
            head = _conversation(scene, order, messages)
            names = ("conversationStatus", "conversationTitle", "conversationType")
            return told({name: head[name] for name in names} | shown)
    return refuse("not_found", f"There is no conversation {conversationId}.")


def send_message(scene: Scene, request: Request) -> Answer:
    asked = request.json()
    text = asked.get("messageText")
    if not text or len(text) > 2000:
        raise Unreadable("messageText is required, with at most 2000 characters.")
    order = _order_meant(scene, asked)
    if order is None:
        return error(400, 355011, "Invalid recipient", "No conversation and no user is named.")
    message = scene.world.write(scene.shop, order, text, from_buyer=False)
    return told(_message(scene, message))


def _order_meant(scene: Scene, asked: dict) -> Order | None:
    """The conversation's; or the newest order of the user, of the listing if one is named."""
    orders = list(scene.shop.orders.values())
    if number := asked.get("conversationId"):
        return next((one for one in orders if conversation_id(one) == str(number)), None)
    listing = (asked.get("reference") or {}).get("referenceId")
    wanted = [
        one
        for one in orders
        if one.buyer.id == asked.get("otherPartyUsername")
        and (not listing or any(item_id(line) == listing for line in one.lines))
    ]
    return max(wanted, key=lambda one: one.placed_at, default=None)


def _conversations(scene: Scene) -> list[tuple[Order, list[Message]]]:
    by_order: dict[str, list[Message]] = {}
    for message in scene.shop.messages:
        by_order.setdefault(message.order, []).append(message)
    return [(scene.shop.orders[number], messages) for number, messages in by_order.items()]


def _conversation(scene: Scene, order: Order, messages: list[Message]) -> dict:
    return {
        "conversationId": conversation_id(order),
        "conversationStatus": "ACTIVE",
        "conversationTitle": order.lines[0].title,
        "conversationType": "FROM_MEMBERS",
        "createdDate": moment(scene, messages[0].at),
        "latestMessage": _message(scene, messages[-1]),
        "referenceId": item_id(order.lines[0]),
        "referenceType": "LISTING",
        "unreadCount": sum(one.from_buyer and not one.is_read for one in messages),
    }


def _message(scene: Scene, message: Message) -> dict:
    people = (message.buyer, scene.shop.id)
    sender, recipient = people if message.from_buyer else reversed(people)
    return {
        "messageId": message.id,
        "messageBody": message.text,
        "messageMedia": [],
        "subject": message.subject,
        "createdDate": moment(scene, message.at),
        "readStatus": message.is_read,
        "senderUsername": sender,
        "recipientUsername": recipient,
    }


def _moment(request: Request, name: str) -> datetime | None:
    text = request.one(name)
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(f"{name} is no date: {text}") from None
