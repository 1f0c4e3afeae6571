"""Amounts, moments, tokens of pages and errors as SP-API writes them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from sandbox import amounts
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene

MARKETPLACE = {"marketplaceId": "ATVPDKIKX0DER", "marketplaceName": "Amazon.com"}
_REFUSALS = {
    "unauthorized": (403, "Unauthorized", "Access to requested resource is denied."),
    "forbidden": (403, "Unauthorized", "Access to requested resource is denied."),
    "not_found": (404, "NotFound", "The resource specified does not exist."),
    "too_many": (429, "QuotaExceeded", "You exceeded your quota for the requested resource."),
    "error": (500, "InternalFailure", "We encountered an internal error. Please try again."),
    "unreadable": (400, "InvalidInput", "Request has missing or invalid parameters."),
}


def refuse(kind: str, words: str) -> Answer:
    status, code, message = _REFUSALS[kind]
    return told({"errors": [{"code": code, "message": message, "details": words}]}, status)


def money(minor: int, currency: str) -> dict:
    return {"amount": amounts.text(minor, currency), "currencyCode": currency}


def moment(scene: Scene, at: datetime | None) -> str | None:
    """Return ISO 8601 in whole seconds."""
    return scene.clock(at).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def date_of(request: Request, name: str) -> datetime | None:
    """:raises Unreadable: if it is no date."""
    text = request.one(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{name} is not in ISO 8601: {text}") from None
    return found if found.tzinfo else datetime.fromisoformat(f"{text[:10]}T00:00:00+00:00")


def token(value: dict) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def read_token(text: str) -> dict:
    try:
        return json.loads(urlsafe_b64decode(text))
    except ValueError:
        raise Unreadable("The token is not one of ours.") from None
