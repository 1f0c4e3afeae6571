"""Payment disputes (chargebacks) and inquiries of items that did not arrive."""

from datetime import datetime

from sandbox.ebay.orders import item_id
from sandbox.ebay.pieces import amount, moment, page, refuse
from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Scene
from sandbox.values import Claim

#: DisputeStateEnum
_DISPUTED = {"open": "ACTION_NEEDED", "answered": "OPEN"}
#: OutcomeEnum
_OUTCOMES = {"won": "SELLER_WIN", "lost": "SELLER_LOST", "withdrawn": "SELLER_WIN"}
_INQUIRED = {"open": "WAITING_SELLER_RESPONSE", "answered": "WAITING_BUYER_RESPONSE"}


def list_disputes(scene: Scene, request: Request) -> Answer:
    states = request.many("payment_dispute_status")
    order = request.one("order_id")
    found = [
        claim
        for claim in _claims(scene, "chargeback")
        if order in ("", claim.order) and (not states or _state(claim) in states)
    ]
    listed = [_summary(scene, claim) for claim in found]
    return told(page(scene, request, "paymentDisputeSummaries", listed, limit=200, most=200))


def one_dispute(scene: Scene, request: Request, disputeId: str) -> Answer:  # noqa: N803
    for claim in _claims(scene, "chargeback"):
        if claim.id == disputeId:
            return told(_dispute(scene, claim))
    return refuse("not_found", f"There is no payment dispute {disputeId}.")


def contest(scene: Scene, request: Request, disputeId: str) -> Answer:  # noqa: N803
    """The seller contests: 204, and eBay decides later."""
    claim = scene.shop.claims.get(disputeId)
    if claim is None or claim.kind != "chargeback":
        return refuse("not_found", f"There is no payment dispute {disputeId}.")
    if claim.state != "open":
        return refuse("unreadable", "The dispute waits for no answer.")
    scene.world.change_claim(claim, "answered")
    return Answer(204)


def search_inquiries(scene: Scene, request: Request) -> Answer:
    found = [_inquiry(scene, claim) for claim in _claims(scene, "inquiry")]
    size, start = int(request.one("limit", "25")), int(request.one("offset", "1"))
    shown = found[(start - 1) * size : start * size]
    pages = {
        "offset": start,
        "limit": size,
        "totalPages": -(-len(found) // size),
        "totalEntries": len(found),
    }
    return told(
        {"members": scene.handed_over(shown), "total": len(found), "paginationOutput": pages}
    )


def _claims(scene: Scene, kind: str) -> list[Claim]:
    return [claim for claim in scene.shop.claims.values() if claim.kind == kind]


def _state(claim: Claim) -> str:
    return _DISPUTED.get(claim.state, "CLOSED")


def _summary(scene: Scene, claim: Claim) -> dict:
    order = scene.shop.orders[claim.order]
    told_ = {
        "paymentDisputeId": claim.id,
        "paymentDisputeStatus": _state(claim),
        "reason": "ITEM_NOT_RECEIVED",
        "orderId": claim.order,
        "buyerUsername": order.buyer.id,
        "amount": amount(claim.amount, order.currency),
        "openDate": moment(scene, claim.filed_at),
        "respondByDate": moment(scene, claim.answer_by),
    }
    if _state(claim) == "CLOSED":
        told_["closedDate"] = moment(scene, claim.changed_at)
    return told_


def _dispute(scene: Scene, claim: Claim) -> dict:
    order = scene.shop.orders[claim.order]
    more = {
        "revision": 1,
        "availableChoices": ["CONTEST", "ACCEPT"] if claim.state == "open" else [],
        "lineItems": [{"itemId": item_id(x), "lineItemId": x.id} for x in order.lines],
        "note": claim.words,
        "evidence": [],
    }
    if outcome := _OUTCOMES.get(claim.state):
        more["resolution"] = {"reasonForClosure": outcome}
    return _summary(scene, claim) | more


def _inquiry(scene: Scene, claim: Claim) -> dict:
    order = scene.shop.orders[claim.order]
    line = order.lines[0]
    return {
        "inquiryId": claim.id,
        "inquiryStatusEnum": _INQUIRED.get(claim.state, "CLOSED"),
        "itemId": item_id(line),
        "transactionId": line.id,
        "buyer": order.buyer.id,
        "seller": scene.shop.id,
        "claimAmount": amount(claim.amount, order.currency),
        "creationDate": _date(scene, claim.filed_at),
        "lastModifiedDate": _date(scene, claim.changed_at),
        "respondByDate": _date(scene, claim.answer_by),
    }


def _date(scene: Scene, at: datetime | None) -> dict | None:
    return {"value": moment(scene, at)} if at else None
