"""Amounts, moments and errors as eBay writes them."""

from datetime import datetime

from sandbox import amounts
from sandbox.exchange import Answer, told
from sandbox.marketplace import Scene

_REFUSALS = {
    "unauthorized": (401, 1001, "OAuth", "Invalid access token"),
    "not_found": (404, 32100, "API_FULFILLMENT", "Invalid order ID"),
    "too_many": (429, 2001, "ACCESS", "Too many requests"),
    "error": (500, 32800, "API_FULFILLMENT", "Internal error"),
    "unreadable": (400, 30700, "API_FULFILLMENT", "Invalid request"),
    "forbidden": (403, 1100, "ACCESS", "Access denied"),
}


def amount(minor: int, currency: str) -> dict:
    return {"value": amounts.text(minor, currency), "currency": currency}


def moment(scene: Scene, at: datetime | None) -> str | None:
    """Return ISO 8601 in milliseconds."""
    return scene.clock(at).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if at else None


def refuse(kind: str, words: str) -> Answer:
    status, number, domain, message = _REFUSALS[kind]
    return error(status, number, message, words, domain)


def error(
    status: int, number: int, message: str, words: str, domain: str = "API_FULFILLMENT"
) -> Answer:
    one = {
        "errorId": number,
        "domain": domain,
        "category": "REQUEST" if status < 500 else "APPLICATION",
        "message": message,
        "longMessage": words or message,
        "parameters": [],
    }
    return told({"errors": [one]}, status)


def page(scene: Scene, request, name: str, items: list, *, limit: int, most: int) -> dict:
    """Return a page by ``limit`` and ``offset`` with the links eBay gives."""
    size = max(1, min(int(request.one("limit", str(limit))), most))
    start = int(request.one("offset", "0"))
    shown = scene.handed_over(items[start : start + size])
    found = {"total": len(items), "limit": size, "offset": start, name: shown}
    found["href"] = _link(scene, request, size, start)
    if start + size < len(items):
        found["next"] = _link(scene, request, size, start + size)
    if start:
        found["prev"] = _link(scene, request, size, max(0, start - size))
    return found


def _link(scene: Scene, request, limit: int, offset: int) -> str:
    path = request.path.removeprefix("/ebay")
    return f"{scene.address}{path}?limit={limit}&offset={offset}"
