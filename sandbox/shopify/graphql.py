"""POST graphql.json: parse, check, reckon the cost, run; and the token of a custom app."""

from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Scene, shop_with
from sandbox.shopify.execution import Invalid, Query
from sandbox.shopify.graphql_text import Document, Operation, SyntaxProblem, read
from sandbox.shopify.queries import mutations_of, root_of
from sandbox.tokens import issue

#: Points per second and size of the bucket of a Standard shop; the size as answers tell it.
RESTORE_RATE, MAXIMUM = 100.0, 2000.0
LARGEST_QUERY = 1000
TOKEN_SECONDS = 86399
#: From this version on refundCreate wants a key.
KEYS_ARE_NEEDED_FROM = "2026-04"
_DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"
_SCOPES = {
    "orders": "read_orders",
    "order": "read_orders",
    "refundCreate": "write_orders",
    "disputes": "read_shopify_payments_disputes",
    "dispute": "read_shopify_payments_disputes",
}


def graphql(scene: Scene, request: Request, version: str) -> Answer:
    """Run one operation."""
    asked = request.json()
    if not isinstance(asked.get("query"), str):
        return told({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    try:
        query = _query(asked)
        cost = _cost(query)
    except SyntaxProblem as problem:
        return told({"errors": [{"message": str(problem)}]})
    except Invalid as invalid:
        return told({"errors": [_error(invalid)]})
    if cost > LARGEST_QUERY:
        return told({"errors": [_too_expensive(cost)]})
    key = f"shopify.points.{scene.shop.id}"
    if not scene.rates.take(key, RESTORE_RATE, MAXIMUM, scene.monotonic, cost):
        return throttled(scene, cost)
    return _run(scene, query, version, cost, key)


def throttled(scene: Scene, cost: int) -> Answer:
    error = {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": _DOCUMENTATION},
    }
    return told({"errors": [error], "extensions": {"cost": _status(scene, cost, None)}})


def give_token(scene: Scene, request: Request) -> Answer:
    """POST /admin/oauth/access_token by client credentials."""
    asked = request.form() if b"{" not in request.body[:1] else request.json()
    shop = shop_with(scene.world, "shopify", "client_id", asked.get("client_id", ""))
    is_right = shop and shop.credentials["client_secret"] == asked.get("client_secret")
    if not is_right or asked.get("grant_type") != "client_credentials":
        return told(
            {"error": "invalid_client", "error_description": "The client is not known."}, 400
        )
    token = issue(scene.world, shop, seconds=TOKEN_SECONDS, prefix="shpat_")
    scope = ",".join(shop.scopes)
    return told({"access_token": token, "scope": scope, "expires_in": TOKEN_SECONDS})


def _query(asked: dict) -> Query:
    document: Document = read(asked["query"])
    name = asked.get("operationName")
    found = [one for one in document.operations if not name or one.name == name]
    if len(found) != 1:
        raise Invalid("An operation name is required", "operationNameMissing")
    return Query(found[0], document, asked.get("variables") or {})


def _root(operation: Operation) -> str:
    return "Mutation" if operation.kind == "mutation" else "Query"


def _cost(query: Query) -> int:
    return query.cost(query.operation.selections, _root(query.operation))


def _run(scene: Scene, query: Query, version: str, cost: int, key: str) -> Answer:
    data, errors = {}, []
    for one in query.fields(query.operation.selections):
        try:
            data[one.alias] = _field(scene, query, one, version)
        except Invalid as invalid:
            data[one.alias] = None
            errors.append(_error(invalid))
    body = {"data": data, "extensions": {"cost": _status(scene, cost, cost)}}
    return told(body | ({"errors": errors} if errors else {}))


def _field(scene: Scene, query: Query, one, version: str) -> object:
    scope = _SCOPES.get(one.name)
    if scope and scope not in scene.shop.scopes:
        raise Invalid(
            f"Access denied for {one.name} field. Required access: `{scope}` access scope.",
            "ACCESS_DENIED", [one.alias],
        )  # fmt: skip
    root = _root(query.operation)
    if root == "Query":
        values = root_of(scene)
    else:
        key = str(query.value(one.directives.get("idempotent", {}).get("key")) or "")
        if not key and version >= KEYS_ARE_NEEDED_FROM:
            raise Invalid(
                f"The @idempotent directive is required for {one.name}.", "BAD_REQUEST", [one.alias]
            )
        values = mutations_of(scene, key)
    return query.pick(values, (one,), root)[one.alias]


def _error(invalid: Invalid) -> dict:
    return {
        "message": str(invalid),
        "path": invalid.path,
        "extensions": {"code": invalid.code},
    }


def _too_expensive(cost: int) -> dict:
    return {
        "message": f"Query cost is {cost}, which exceeds the single query max cost limit "
        f"({LARGEST_QUERY}).",
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": cost,
            "maxCost": LARGEST_QUERY,
            "documentation": _DOCUMENTATION,
        },
    }


def _status(scene: Scene, requested: int, actual: int | None) -> dict:
    left = scene.rates.left(f"shopify.points.{scene.shop.id}")
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": MAXIMUM,
            "currentlyAvailable": int(left),
            "restoreRate": RESTORE_RATE,
        },
    }
