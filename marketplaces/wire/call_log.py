"""Writing calls down, masked: before they are made, and how they ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx

from marketplaces.masking.exchanges import mask_address, mask_body, mask_headers
from marketplaces.masking.words import is_about_errors, is_private
from marketplaces.models import Exchange, ExchangeOutcome
from marketplaces.rates import Bucket

#: Shorter ones stand in too many words to be told from them.
SHORTEST_SECRET = 6
_CODES = ("code", "errorCode", "errorId", "error")


@dataclass(frozen=True)
class Call:
    """One request on its way out, and what must not be written down of it."""

    store_id: int
    operation: str
    request: httpx.Request
    correlation: UUID
    secrets: frozenset[str]
    changes_something: bool = False

    def hidden(self) -> frozenset[str]:
        """Return the known secrets, with those the headers carry."""
        carried = {v for n, v in self.request.headers.items() if _is_secret_header(n)}
        words = {part for value in carried for part in (value, value.rpartition(" ")[2])}
        return frozenset(s for s in self.secrets | words if len(s) >= SHORTEST_SECRET)


def begin(call: Call, bucket: Bucket, *, is_paced: bool, at: datetime) -> Exchange:
    request, hidden = call.request, call.hidden()
    return Exchange.objects.create(
        store_id=call.store_id,
        operation=call.operation,
        correlation=call.correlation,
        method=request.method,
        address=mask_address(str(request.url), secrets=hidden),
        changes_something=call.changes_something,
        started_at=at,
        request_body=_body(request, hidden),
        bucket=bucket.key,
        cost=bucket.cost,
        is_paced=is_paced,
    )


def end(
    exchange: Exchange,
    call: Call,
    *,
    outcome: str,
    words: str = "",
    response: httpx.Response | None = None,
    not_before: datetime | None = None,
    at: datetime,
) -> None:
    """Write down how a call ended, unless a sweep has given it up already."""
    shown: dict[str, object] = {}
    if response is not None:
        hidden = call.hidden()
        shown = {
            "status": response.status_code,
            "response_body": _body(response, hidden),
            "headers": mask_headers(response.headers.items(), secrets=hidden),
        }
    Exchange.objects.filter(pk=exchange.pk).update(
        outcome=ExchangeOutcome(outcome),
        words=words[:300],
        ended_at=at,
        not_before=not_before,
        **shown,
    )


def error_code(response: httpx.Response) -> str:
    """Return the marketplace's own short code of an error; a sentence of it is none."""
    masked = mask_body(response.content, "application/json")
    try:
        return _code_in(json.loads(masked), of_error=False)
    except ValueError:
        return ""


def _code_in(tree: object, *, of_error: bool) -> str:
    if isinstance(tree, list):
        return next(filter(None, (_code_in(one, of_error=of_error) for one in tree)), "")
    if not isinstance(tree, dict):
        return ""
    for name in _CODES:
        value = tree.get(name)
        is_one = isinstance(value, (str, int)) and (of_error or name == "error")
        if is_one and "•" not in str(value):
            return str(value)[:80]
    below = ((value, of_error or is_about_errors(name)) for name, value in tree.items())
    return next(filter(None, (_code_in(one, of_error=inside) for one, inside in below)), "")


def _body(message: httpx.Request | httpx.Response, hidden: frozenset[str]) -> str:
    content = message.read()
    # PostgreSQL holds no null characters.
    masked = mask_body(content, message.headers.get("content-type", ""), secrets=hidden)
    return masked.replace("\x00", "").replace("\\u0000", "")


def _is_secret_header(name: str) -> bool:
    return is_private(name) or "cookie" in name.lower()
