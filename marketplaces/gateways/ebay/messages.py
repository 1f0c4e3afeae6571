"""Messages between members, by eBay's Message API: conversations about a listing.

A conversation names the listing, never the order. Only what buyers wrote is taken in.
"""

from marketplaces.gateways.answers import needed, read, read_each
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.ebay.client import Client
from marketplaces.gateways.shapes import Buyer, BuyerMessage, OutgoingMessage, Page

PATH = "/commerce/message/v1"
FROM_MEMBERS = {"conversation_type": "FROM_MEMBERS"}
PAGE = 25


def receive(client: Client, seller: str, cursor: str) -> Page[BuyerMessage]:
    return walk(cursor, lambda place: _page(client, seller, place))


def send(client: Client, message: OutgoingMessage) -> str:
    """Answer in the conversation, or begin one with the buyer."""
    to = (
        {"conversationId": message.answers}
        if message.answers
        else {"otherPartyUsername": message.buyer_id}
    )
    answer = client.post(
        "send_message", f"{PATH}/send_message", {"messageText": message.text, **to}
    )
    return str(answer.get("messageId") or "")


def _page(client: Client, seller: str, place: Cursor) -> Page[BuyerMessage]:
    operation = "receive_messages"
    offset = int(place.token or 0)
    params = FROM_MEMBERS | {"limit": str(PAGE), "offset": str(offset)}
    if since := place.begins():
        params["start_time"] = since.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    answer = client.get(operation, f"{PATH}/conversation", params)
    conversations, has_more = read(operation, _conversations, answer)
    if not place.token:
        for found in conversations:
            place = place.seen(read(operation, _latest, found))
    items, unread = [], []
    for found in conversations:
        thread = read(operation, lambda f: f["conversationId"], found)
        messages, odd = _messages(client, operation, thread, seller, since)
        items += messages
        unread += odd
    items.sort(key=lambda message: message.at)
    place = place.onwards(str(offset + PAGE) if has_more else "")
    return Page(tuple(items), place.text(), has_more=has_more, unread=tuple(unread))


def _messages(client: Client, operation: str, thread: str, seller: str, since):
    """Return what the other side wrote in a conversation since then, page by page."""
    offset, items, unread = 0, [], []
    while True:
        params = FROM_MEMBERS | {"limit": str(PAGE), "offset": str(offset)}
        answer = client.get(f"{operation}.thread", f"{PATH}/conversation/{thread}", params)
        found = read(operation, lambda a: list(a.get("messages") or ()), answer)
        theirs = [one for one in found if read(operation, _sender, one) != seller]
        messages, odd = read_each(
            operation,
            lambda one: message_of(one, thread),
            theirs,
            reference=lambda one: one["messageId"],
        )
        items += [one for one in messages if since is None or one.at >= since]
        unread += odd
        offset += PAGE
        if not answer.get("next"):
            return items, unread


def message_of(message, thread: str) -> BuyerMessage:
    return BuyerMessage(
        external_id=str(message["messageId"]),
        buyer=Buyer(external_id=message["senderUsername"]),
        text=message["messageBody"],
        at=needed(message["createdDate"]),
        subject=message.get("subject") or "",
        thread=thread,
    )


def _conversations(answer) -> tuple[list, bool]:
    return list(answer.get("conversations") or ()), bool(answer.get("next"))


def _latest(conversation):
    return needed(conversation["latestMessage"]["createdDate"])


def _sender(message) -> str:
    return message["senderUsername"]
