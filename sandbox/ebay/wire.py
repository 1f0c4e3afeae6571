"""What eBay brings to the desk: its operations and its token."""

from base64 import b64decode
from functools import partial

from sandbox.ebay import disputes, listing, messages, refunds
from sandbox.ebay.pieces import refuse
from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Marketplace, Operation, Scene, shop_with
from sandbox.tokens import holder, issue
from sandbox.values import Shop
from sandbox.world import World

TOKEN_SECONDS = 7200
_SCOPE = "https://api.ebay.com/oauth/api_scope/"


def shop_of(world: World, request: Request) -> Shop | None:
    """``Bearer``; the Post-Order API also takes ``IAF`` and ``TOKEN``."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return holder(world, "ebay", token) if scheme in ("Bearer", "IAF", "TOKEN") else None


def give_token(scene: Scene, request: Request) -> Answer:
    """A user token by refresh token."""
    asked = request.form()
    shop = _client(scene, request)
    if shop is None:
        return _no("invalid_client", "client authentication failed", 401)
    is_known = shop.credentials["refresh_token"] == asked.get("refresh_token")
    if asked.get("grant_type") != "refresh_token" or not is_known:
        return _no("invalid_grant", "the provided authorization refresh token is invalid", 400)
    wanted = [one.removeprefix(_SCOPE) for one in asked.get("scope", "").split()]
    if not set(wanted) <= set(shop.scopes):
        return _no("invalid_scope", "The requested scope is invalid or exceeds the grant", 400)
    token = issue(scene.world, shop, seconds=TOKEN_SECONDS, prefix="v^1.1#")
    kind = "User Access Token"
    return told({"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": kind})


def tell_user(scene: Scene, request: Request) -> Answer:
    """GET /commerce/identity/v1/user/"""
    return told(
        {
            "userId": f"U{scene.shop.id}",
            "username": scene.shop.id,
            "accountType": "BUSINESS",
            "registrationMarketplaceId": "EBAY_US",
        }
    )


def _client(scene: Scene, request: Request) -> Shop | None:
    scheme, _, written = request.headers.get("authorization", "").partition(" ")
    try:
        known, _, secret = b64decode(written).decode().partition(":")
    except ValueError:
        return None
    shop = shop_with(scene.world, "ebay", "client_id", known)
    is_right = shop and scheme == "Basic" and shop.credentials["client_secret"] == secret
    return shop if is_right else None


def _no(code: str, words: str, status: int) -> Answer:
    return told({"error": code, "error_description": words}, status)


def connection(shop: Shop, address: str) -> dict:
    names = ("client_id", "client_secret", "refresh_token")
    return {
        "addresses": {"api": address, "apiz": address},
        "credentials": {name: shop.credentials[name] for name in names},
        "options": {"seller_id": shop.id},
    }


_SELLING = partial(Operation, scope="sell.fulfillment")
_DISPUTING = partial(Operation, scope="sell.payment.dispute")
_TALKING = partial(Operation, scope="commerce.message")
_SELL = "/sell/fulfillment/v1"
_ORDER = _SELL + "/order/{orderId}"
_MESSAGE = "/commerce/message/v1"
EBAY = Marketplace(
    name="ebay",
    operations=(
        Operation("token", "POST", "/identity/v1/oauth2/token", give_token, is_open=True),
        Operation("getUser", "GET", "/commerce/identity/v1/user", tell_user),
        _SELLING("getOrders", "GET", _SELL + "/order", listing.get_orders),
        _SELLING("getOrder", "GET", _ORDER, listing.get_order),
        _SELLING(
            "getShippingFulfillments", "GET", _ORDER + "/shipping_fulfillment",
            listing.get_fulfillments,
        ),
        _SELLING("issueRefund", "POST", _ORDER + "/issue_refund", refunds.issue_refund),
        _DISPUTING(
            "getPaymentDisputeSummaries", "GET", _SELL + "/payment_dispute_summary",
            disputes.list_disputes,
        ),
        _DISPUTING(
            "getPaymentDispute", "GET", _SELL + "/payment_dispute/{disputeId}",
            disputes.one_dispute,
        ),
        _DISPUTING(
            "contestPaymentDispute", "POST", _SELL + "/payment_dispute/{disputeId}/contest",
            disputes.contest,
        ),
        Operation(
            "searchInquiries", "GET", "/post-order/v2/inquiry/search", disputes.search_inquiries
        ),
        _TALKING(
            "getConversations", "GET", _MESSAGE + "/conversation", messages.get_conversations
        ),
        _TALKING(
            "getConversation", "GET", _MESSAGE + "/conversation/{conversationId}",
            messages.get_conversation,
        ),
        _TALKING("sendMessage", "POST", _MESSAGE + "/send_message", messages.send_message),
    ),
    shop_of=shop_of,
    refuse=refuse,
    connection=connection,
)  # fmt: skip
