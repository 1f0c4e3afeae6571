"""Disputes of Shopify Payments: a bank's inquiry, or a chargeback.

Disputes carry no time of change and come in no order of it, so each walk goes over all of them.
"""

from marketplaces.gateways.answers import moment, needed, read, read_each
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.shapes import Claim, ClaimKind, ClaimState, Page
from marketplaces.gateways.shopify import queries
from marketplaces.gateways.shopify.client import Client
from marketplaces.gateways.shopify.mapping import number_of
from marketplaces.money import Money

PAGE = 50

STATES = {
    "NEEDS_RESPONSE": ClaimState.ANSWER_NEEDED,
    "UNDER_REVIEW": ClaimState.UNDER_REVIEW,
    "WON": ClaimState.WON,
    "LOST": ClaimState.LOST,
    "ACCEPTED": ClaimState.LOST,
    "CHARGE_REFUNDED": ClaimState.CLOSED,
    "PREVENTED": ClaimState.CLOSED,
}


def pull(client: Client, cursor: str) -> Page[Claim]:
    return walk(cursor, lambda place: _page(client, place))


def _page(client: Client, place: Cursor) -> Page[Claim]:
    operation = "pull_claims"
    variables = {"first": PAGE, "after": place.token or None}
    data = client.ask(operation, queries.DISPUTES, variables)
    nodes, token = read(operation, _nodes_and_token, data)
    items, unread = read_each(operation, claim_of, nodes, reference=lambda n: number_of(n["id"]))
    return Page(items, Cursor(token=token).text(), has_more=bool(token), unread=unread)


def claim_of(node) -> Claim:
    """Its last change is the latest of its own times; a due date is the end of that day."""
    began = needed(node["initiatedAt"])
    times = [_time(node[name]) for name in ("evidenceSentOn", "finalizedOn")]
    return Claim(
        external_id=number_of(node["id"]),
        kind=ClaimKind.CHARGEBACK if node["type"] == "CHARGEBACK" else ClaimKind.INQUIRY,
        order_reference=number_of(node["order"]["id"]) if node["order"] else "",
        state=STATES[node["status"]],
        filed_at=began,
        changed_at=max([began, *filter(None, times)]),
        amount=Money.parse(node["amount"]["amount"], node["amount"]["currencyCode"]),
        answer_by=_time(node["evidenceDueBy"], end="T23:59:59Z"),
        words=node["reasonDetails"]["reason"].lower(),
    )


def _time(text: str | None, *, end: str = "T00:00:00Z"):
    """Read a date (to version 2026-01) or a time (from 2026-04 on)."""
    return moment(text + end if text and "T" not in text else text)


def _nodes_and_token(data) -> tuple[list, str]:
    account = data["shopifyPaymentsAccount"]
    if account is None:  # a shop that takes its money otherwise
        return [], ""
    found = account["disputes"]
    info = found["pageInfo"]
    return list(found["nodes"]), info["endCursor"] if info["hasNextPage"] else ""
