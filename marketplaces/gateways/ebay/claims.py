"""Payment disputes: what a buyer's bank or PayPal asks back. They live on a host of their own.

They come in no order of change, so each walk goes over all that are open or were closed lately.
"""

from marketplaces.gateways.answers import moment, needed, read, read_each
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.ebay.client import Client
from marketplaces.gateways.ebay.mapping import money
from marketplaces.gateways.shapes import Claim, ClaimKind, ClaimState, Page

PATH = "/sell/fulfillment/v1/payment_dispute_summary"
PAGE = 200

#: A closed dispute's summary does not say who won.
STATES = {
    "ACTION_NEEDED": ClaimState.ANSWER_NEEDED,
    "OPEN": ClaimState.UNDER_REVIEW,
    "CLOSED": ClaimState.CLOSED,
}


def pull(client: Client, cursor: str) -> Page[Claim]:
    return walk(cursor, lambda place: _page(client, place))


def _page(client: Client, place: Cursor) -> Page[Claim]:
    operation = "pull_claims"
    offset = int(place.token or 0)
    params = {"limit": str(PAGE), "offset": str(offset)}
    answer = client.get(operation, PATH, params, address="apiz")
    found, has_more = read(operation, _disputes, answer)
    items, unread = read_each(
        operation, claim_of, found, reference=lambda one: one["paymentDisputeId"]
    )
    token = str(offset + PAGE) if has_more else ""
    return Page(items, Cursor(token=token).text(), has_more=has_more, unread=unread)


def claim_of(dispute) -> Claim:
    began = needed(dispute["openDate"])
    return Claim(
        external_id=str(dispute["paymentDisputeId"]),
        kind=ClaimKind.CHARGEBACK,
        order_reference=dispute["orderId"],
        state=STATES[dispute["paymentDisputeStatus"]],
        filed_at=began,
        changed_at=moment(dispute.get("closedDate")) or began,
        amount=money(dispute["amount"]),
        answer_by=moment(dispute.get("respondByDate")),
        words=(dispute.get("reason") or "").lower(),
    )


def _disputes(answer) -> tuple[list, bool]:
    return list(answer.get("paymentDisputeSummaries") or ()), bool(answer.get("next"))
