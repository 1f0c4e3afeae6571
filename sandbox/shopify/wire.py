"""What Shopify brings to the desk."""

import re

from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Marketplace, Operation, shop_with
from sandbox.shopify.graphql import give_token, graphql
from sandbox.tokens import holder
from sandbox.values import Shop
from sandbox.world import World

_REFUSALS = {
    "unauthorized": (
        401,
        "[API] Invalid API key or access token (unrecognized login or wrong password)",
    ),
    "not_found": (404, "Not Found"),
    "unreadable": (400, "Bad Request"),
    "error": (500, "Internal Server Error"),
}
_ROOT_FIELD = re.compile(
    rb"\b(refundCreate|orders|order|refund|dispute\w*|shop\w*|currentApp\w+)\b"
)


def root_field(request: Request) -> str:
    """Return the first root field asked for: what an operation is called in faults and counts."""
    behind = request.body[request.body.find(b"{", request.body.find(b'"query"')) :]
    found = _ROOT_FIELD.search(behind)
    return found.group().decode() if found else "graphql"


def shop_of(world: World, request: Request) -> Shop | None:
    token = request.headers.get("x-shopify-access-token", "")
    return shop_with(world, "shopify", "access_token", token) or holder(world, "shopify", token)


def refuse(kind: str, words: str) -> Answer:
    """Shopify throttles GraphQL with a 200; the 429 is what its edge says under a flood."""
    if kind == "too_many":
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        return told({"errors": [error]}, 429)
    status, message = _REFUSALS[kind]
    return told({"errors": message}, status)


def connection(shop: Shop, address: str) -> dict:
    """Where and with what a store is connected to this shop."""
    names = ("access_token", "client_id", "client_secret")
    return {
        "addresses": {"api": address},
        "credentials": {name: shop.credentials[name] for name in names},
        "options": {"version": "2026-04"},
    }


SHOPIFY = Marketplace(
    name="shopify",
    operations=(
        Operation(
            "graphql",
            "POST",
            "/admin/api/{version}/graphql.json",
            graphql,
            told_apart=root_field,
        ),
        Operation("access_token", "POST", "/admin/oauth/access_token", give_token, is_open=True),
    ),
    shop_of=shop_of,
    refuse=refuse,
    connection=connection,
)
