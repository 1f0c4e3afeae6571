"""What Amazon brings to the desk: its operations with their rates, its token, its headers."""

from functools import partial

from sandbox.amazon import feeds, finances, listing, messaging, notifications, processing, reports
from sandbox.amazon.pieces import refuse
from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Marketplace, Operation, Scene, shop_with
from sandbox.tokens import holder, issue
from sandbox.values import Shop
from sandbox.world import World

TOKEN_SECONDS = 3600


def shop_of(world: World, request: Request) -> Shop | None:
    return holder(world, "amazon", request.headers.get("x-amz-access-token", ""))


def give_token(scene: Scene, request: Request) -> Answer:
    """Login with Amazon: by refresh token, or without a seller by client credentials."""
    asked = request.form()
    shop = shop_with(scene.world, "amazon", "client_id", asked.get("client_id", ""))
    if not shop or shop.credentials["client_secret"] != asked.get("client_secret"):
        return _no("invalid_client", "Client authentication failed", 401)
    kind = asked.get("grant_type")
    if kind == "refresh_token" and asked.get("refresh_token") != shop.credentials["refresh_token"]:
        return _no("invalid_grant", "The request has an invalid grant parameter", 400)
    if kind not in ("refresh_token", "client_credentials"):
        return _no("unsupported_grant_type", "The grant type is not supported", 400)
    token = issue(scene.world, shop, seconds=TOKEN_SECONDS, prefix="Atza|")
    given = {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS}
    if kind == "refresh_token":
        return told(given | {"refresh_token": asked["refresh_token"]})
    return told(given | {"scope": asked.get("scope", "")})


def dress(scene: Scene, operation: Operation, key: str) -> dict[str, str]:
    limit = {"x-amzn-RateLimit-Limit": str(operation.rate[0])} if operation.rate else {}
    return {"x-amzn-RequestId": f"request-{scene.rates.calls.get(key, 0)}", **limit}


def connection(shop: Shop, address: str) -> dict:
    names = ("client_id", "client_secret", "refresh_token")
    return {
        "addresses": {"api": address, "token": address},
        "credentials": {name: shop.credentials[name] for name in names},
        "options": {"seller_id": shop.credentials["seller_id"], "marketplace": "ATVPDKIKX0DER"},
    }


def _no(code: str, words: str, status: int) -> Answer:
    return told({"error": code, "error_description": words}, status)


_ORDERS = partial(Operation, scope="orders")
_FEEDS = partial(Operation, scope="feeds")
_MESSAGES = partial(Operation, scope="messaging", rate=(1, 5))
_ASK = partial(Operation, scope="solicitations", rate=(1, 5))
_REPORTS = partial(Operation, scope="reports")
_NEWS = partial(Operation, rate=(1, 5))
_FEED, _REPORT = "/feeds/2021-06-30", "/reports/2021-06-30"
_MESSAGE = "/messaging/v1/orders/{amazonOrderId}"
_SOLICIT = "/solicitations/v1/orders/{amazonOrderId}"
_SUBSCRIPTION = "/notifications/v1/subscriptions/{kind}"
_ORDER = "/orders/2026-01-01/orders"

AMAZON = Marketplace(
    name="amazon",
    operations=(
        Operation("token", "POST", "/auth/o2/token", give_token, is_open=True),
        _ORDERS("searchOrders", "GET", _ORDER, listing.search_orders, (0.0056, 20)),
        _ORDERS("getOrder", "GET", _ORDER + "/{orderId}", listing.get_order, (0.5, 30)),
        _FEEDS(
            "createFeedDocument", "POST", _FEED + "/documents", feeds.create_document, (0.5, 15)
        ),
        _FEEDS(
            "getFeedDocument", "GET", _FEED + "/documents/{documentId}", feeds.get_document,
            (0.0222, 10),
        ),
        _FEEDS("createFeed", "POST", _FEED + "/feeds", feeds.create_feed, (0.0083, 15)),
        _FEEDS("getFeeds", "GET", _FEED + "/feeds", feeds.get_feeds, (0.0222, 10)),
        _FEEDS("getFeed", "GET", _FEED + "/feeds/{feedId}", feeds.get_feed, (2, 15)),
        _FEEDS("cancelFeed", "DELETE", _FEED + "/feeds/{feedId}", feeds.cancel_feed, (2, 15)),
        Operation("uploadFile", "PUT", "/files/{documentId}", feeds.put_file, is_open=True),
        Operation("downloadFile", "GET", "/files/{documentId}", feeds.get_file, is_open=True),
        Operation(
            "listTransactions", "GET", "/finances/2024-06-19/transactions",
            finances.list_transactions, (0.5, 10), scope="finances",
        ),
        _MESSAGES("getMessagingActionsForOrder", "GET", _MESSAGE, messaging.list_messages),
        _MESSAGES("GetAttributes", "GET", _MESSAGE + "/attributes", messaging.attributes),
        _MESSAGES("createMessage", "POST", _MESSAGE + "/messages/{kind}", messaging.send),
        _ASK("getSolicitationActionsForOrder", "GET", _SOLICIT, messaging.list_solicitations),
        _ASK(
            "createProductReviewAndSellerFeedbackSolicitation", "POST",
            _SOLICIT + "/solicitations/" + messaging.REVIEW, messaging.solicit,
        ),
        _REPORTS("createReport", "POST", _REPORT + "/reports", reports.create_report, (0.0167, 15)),
        _REPORTS("getReports", "GET", _REPORT + "/reports", reports.get_reports, (0.0222, 10)),
        _REPORTS("getReport", "GET", _REPORT + "/reports/{reportId}", reports.get_report, (2, 15)),
        _REPORTS(
            "getReportDocument", "GET", _REPORT + "/documents/{documentId}",
            reports.get_document, (0.0167, 15),
        ),
        _NEWS(
            "createDestination", "POST", "/notifications/v1/destinations",
            notifications.create_destination,
        ),
        _NEWS(
            "getDestinations", "GET", "/notifications/v1/destinations",
            notifications.list_destinations,
        ),
        _NEWS("createSubscription", "POST", _SUBSCRIPTION, notifications.create_subscription),
        _NEWS("getSubscription", "GET", _SUBSCRIPTION, notifications.get_subscription),
        _NEWS(
            "deleteSubscriptionById", "DELETE", _SUBSCRIPTION + "/{number}",
            notifications.delete_subscription,
        ),
    ),
    shop_of=shop_of,
    refuse=refuse,
    connection=connection,
    dress=dress,
    turns={"feed begins": processing.begin, "feed ends": processing.end, "report": reports.make},
    tells_wait=False,
)  # fmt: skip
