"""What Walmart brings to the desk: its operations, its token, its headers."""

from base64 import b64decode
from functools import partial

from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Marketplace, Operation, Scene, shop_with
from sandbox.tokens import holder, issue
from sandbox.values import Shop
from sandbox.walmart import listing, performance, refunds, returns
from sandbox.walmart.errors import refuse
from sandbox.world import World

TOKEN_SECONDS = 900
#: Documented for Walmart's own sandbox; a production figure was not found.
REFUNDS = (30 / 3600, 30)
_SCOPES = ("inventory", "orders", "returns", "insights", "items", "price", "reports")


def shop_of(world: World, request: Request) -> Shop | None:
    """The token is good only with the two headers each call must have."""
    needed = ("wm_svc.name", "wm_qos.correlation_id")
    if not all(request.headers.get(name) for name in needed):
        return None
    return holder(world, "walmart", request.headers.get("wm_sec.access_token", ""))


def give_token(scene: Scene, request: Request) -> Answer:
    scheme, _, written = request.headers.get("authorization", "").partition(" ")
    try:
        known, _, secret = b64decode(written).decode().partition(":")
    except ValueError:
        known, secret = "", ""
    shop = shop_with(scene.world, "walmart", "client_id", known)
    is_right = shop and scheme == "Basic" and shop.credentials["client_secret"] == secret
    if not is_right or request.form().get("grant_type") != "client_credentials":
        return refuse("unauthorized", "Unauthorized token or incorrect authorization header.")
    token = issue(scene.world, shop, seconds=TOKEN_SECONDS, prefix="eyJraWQi")
    return told({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})


def tell_token(scene: Scene, request: Request) -> Answer:
    """What the token may do."""
    scopes = {one: "full_access" if one in scene.shop.scopes else "no_access" for one in _SCOPES}
    now = int(scene.now.timestamp())
    return told({"is_valid": True, "issued_at": str(now), "expire_at": str(now), "scopes": scopes})


def dress(scene: Scene, operation: Operation, key: str) -> dict[str, str]:
    if not operation.rate:
        return {}
    left, wait = scene.rates.left(key), scene.rates.seconds_until(key, operation.rate[0])
    moment = scene.now.timestamp() + wait
    return {
        "x-current-token-count": str(int(left)),
        "X-Next-Replenishment-Time": str(int(moment * 1000)),
    }


def connection(shop: Shop, address: str) -> dict:
    names = ("client_id", "client_secret")
    return {
        "addresses": {"api": address},
        "credentials": {name: shop.credentials[name] for name in names},
        "options": {"market": "us"},
    }


_ORDERS = partial(Operation, scope="orders")
_RETURNS = partial(Operation, scope="returns")
_MEASURES = partial(Operation, scope="insights")
_ORDER = "/v3/orders/{purchaseOrderId}"
_INSIGHTS = "/v3/insights/performance"
WALMART = Marketplace(
    name="walmart",
    operations=(
        Operation("token", "POST", "/v3/token", give_token, is_open=True),
        Operation("tokenDetail", "GET", "/v3/token/detail", tell_token),
        _ORDERS("getAllOrders", "GET", "/v3/orders", listing.list_orders),
        _ORDERS("getAnOrder", "GET", _ORDER, listing.one_order),
        _ORDERS("acknowledgeOrders", "POST", _ORDER + "/acknowledge", listing.one_order),
        _ORDERS("refundOrderLines", "POST", _ORDER + "/refund", refunds.refund_lines, REFUNDS),
        _RETURNS("getReturns", "GET", "/v3/returns", returns.list_returns),
        _RETURNS(
            "issueRefund", "POST", "/v3/returns/{returnOrderId}/refund",
            returns.refund_return, REFUNDS,
        ),
        _MEASURES("getSrr", "GET", _INSIGHTS + "/srr/summary", performance.response_rate),
        _MEASURES(
            "getNegativeFeedback", "GET", _INSIGHTS + "/negativeFeedback/summary",
            performance.negative_feedback,
        ),
    ),
    shop_of=shop_of,
    refuse=refuse,
    connection=connection,
    dress=dress,
)  # fmt: skip
