"""Payment disputes: what a buyer's bank or PayPal asks back. They live on a host of their own.

They come in no order of change, so each walk goes over all that are open or were closed lately.
"""

from dataclasses import replace

from marketplaces.gateways.answers import moment, needed, read, read_each
from marketplaces.gateways.cursors import Cursor, walk
from marketplaces.gateways.ebay.client import Client
from marketplaces.gateways.ebay.mapping import money
from marketplaces.gateways.shapes import Claim, ClaimKind, ClaimState, Page

PATH = "/sell/fulfillment/v1/payment_dispute_summary"
ONE = "/sell/fulfillment/v1/payment_dispute/"
PAGE = 200

STATES = {
    "ACTION_NEEDED": ClaimState.ANSWER_NEEDED,
    "OPEN": ClaimState.UNDER_REVIEW,
    "CLOSED": ClaimState.CLOSED,
}


#: Who won stands in the details of a closed dispute; an outcome of another name is just its end.
OUTCOMES = {"SELLER_WIN": ClaimState.WON, "SELLER_LOST": ClaimState.LOST}


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
    items = tuple(_with_outcome(client, claim) for claim in items)
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


def _with_outcome(client: Client, claim: Claim) -> Claim:
    if claim.state != ClaimState.CLOSED:
        return claim
    outcome = client.remember(
        f"dispute-{claim.external_id}", lambda: _outcome(client, claim.external_id)
    )
    return replace(claim, state=OUTCOMES.get(outcome, ClaimState.CLOSED))


def _outcome(client: Client, number: str) -> str:
    answer = client.get("pull_claims.one", ONE + number, address="apiz")
    return read("pull_claims.one", _reason_for_closure, answer)


def _reason_for_closure(dispute) -> str:
    return str((dispute.get("resolution") or {}).get("reasonForClosure") or "")


def _disputes(answer) -> tuple[list, bool]:
    return list(answer.get("paymentDisputeSummaries") or ()), bool(answer.get("next"))
