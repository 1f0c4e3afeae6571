"""Refunds by line. eBay takes them in and settles later; there is no key against a repeat.

An order tells its refunds by number and amount, without our comment. So a refund is found by its
number, and after a lost answer by its amount among those that are not known otherwise: rather one
too many taken for ours than one paid twice.
"""

from marketplaces.gateways.answers import read
from marketplaces.gateways.base import OutcomeUnknown
from marketplaces.gateways.ebay.client import Client
from marketplaces.gateways.ebay.mapping import REFUND_STATES, refunds_of
from marketplaces.gateways.ebay.orders import PATH, one
from marketplaces.gateways.refunding import RefundAnswer, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Refund,
    RefundState,
)
from marketplaces.money import Money

REASONS = {
    RefundReason.NOT_RECEIVED: "ITEM_NOT_RECEIVED",
    RefundReason.LATE: "OTHER_ADJUSTMENT",
    RefundReason.DAMAGED: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.DEFECTIVE: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.NOT_AS_DESCRIBED: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.WRONG_ITEM: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.RETURNED: "BUYER_RETURN",
    RefundReason.CANCELLED: "BUYER_CANCEL",
    RefundReason.OUT_OF_STOCK: "SELLER_CANCEL",
    RefundReason.PRICE: "OTHER_ADJUSTMENT",
    RefundReason.GOODWILL: "OTHER_ADJUSTMENT",
    RefundReason.OTHER: "OTHER_ADJUSTMENT",
}

LONGEST_COMMENT = 100


def issue(client: Client, refund: RefundRequest) -> RefundAnswer:
    operation = "issue_refund"
    if not refund.is_first and (made := _look(client, operation, refund, "")):
        return made
    path = f"{PATH}/{refund.order_reference}/issue_refund"
    answer = client.post(operation, path, body_of(refund), signed=True)
    return read(operation, _answer, answer, changed_something=True)


def look_up(client: Client, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    return _look(client, "look_up_refund", refund, reference)


def body_of(refund: RefundRequest) -> dict:
    return {
        "reasonForRefund": REASONS[refund.reason],
        "comment": refund.note[:LONGEST_COMMENT],
        "refundItems": [
            {"lineItemId": line.line_id, "refundAmount": _amount(line, refund.currency)}
            for line in refund.lines
        ],
    }


def find(order, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    """:raises OutcomeUnknown: if several might be it."""
    refunds = refunds_of(order)
    if reference:
        found = [made for made in refunds if made.reference == reference]
    else:
        found = [made for made in refunds if _might_be(made, refund)]
    if len(found) > 1:
        raise OutcomeUnknown("look_up_refund", f"{len(found)} refunds of that amount are there")
    if not found:
        return None
    return RefundAnswer(found[0].state, found[0].reference, amount=found[0].amount)


def _look(client, operation: str, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    order = one(client, operation, refund.order_reference)
    return read(operation, lambda found: find(found, refund, reference), order)


def _might_be(made: Refund, refund: RefundRequest) -> bool:
    is_other = made.reference in refund.known or made.state == RefundState.FAILED
    return not is_other and made.amount == refund.total


def _amount(line, currency: str) -> dict[str, str]:
    total = sum(line.amounts.values(), Money(0, currency))
    return {"value": str(total.amount), "currency": currency}


def _answer(made) -> RefundAnswer:
    state = REFUND_STATES.get(made.get("refundStatus"), RefundState.SUBMITTED)
    return RefundAnswer(state, made["refundId"])
