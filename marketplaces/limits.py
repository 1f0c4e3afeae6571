"""What a marketplace says about its limits, in the headers each of them uses. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

#: Nobody is believed who asks for more patience than this, in seconds.
LONGEST_WAIT = 6 * 3600.0
#: Of an answer that is larger, no cost is read.
MAX_COST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """``wait`` seconds before the next call; ``per_second`` and ``burst`` as they are now;
    ``left`` tokens at the moment of the answer, all three in ``unit``. ``is_throttled``: a refusal
    under another status.
    """

    wait: float | None = None
    per_second: float | None = None
    burst: float | None = None
    left: float | None = None
    is_throttled: bool = False
    unit: str = "requests"

    def counted_in(self, unit: str) -> "Told":
        """Leave out figures that count something else."""
        if self.unit == unit:
            return self
        return replace(self, per_second=None, burst=None, left=None, unit=unit)


ReadLimits = Callable[[httpx.Response, datetime], Told]


def read_limits(response: httpx.Response, now: datetime) -> Told:
    """Read whatever of the known headers is there; a header that makes no sense is not."""
    retry_after = _retry_after(response, now)
    points = _shopify(response)
    if points is not None:
        own = 1.0 if points.is_throttled else None
        return replace(points, wait=_longest(retry_after, own))
    left, wait = _walmart(response, now)
    return Told(
        wait=_longest(retry_after, wait),
        per_second=_positive(response.headers.get("x-amzn-ratelimit-limit")),
        left=left,
    )


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds, or a date by the clock of the other side, which its own ``Date`` tells."""
    said = response.headers.get("retry-after", "")
    seconds = _number(said)
    if seconds is not None:
        return _sensible(seconds)
    until = _http_date(said)
    if until is None:
        return None
    their_now = _http_date(response.headers.get("date", "")) or now
    return _sensible((until - their_now).total_seconds())


def _walmart(response: httpx.Response, now: datetime) -> tuple[float | None, float | None]:
    """Tokens that are left, and how long to wait when there is none."""
    left = _number(response.headers.get("x-current-token-count"))
    if left is None or left < 0:
        return None, None
    next_at = _number(response.headers.get("x-next-replenishment-time"))
    if left >= 1 or next_at is None:
        return left, None
    return left, _sensible(next_at / 1000 - now.timestamp())


def _shopify(response: httpx.Response) -> Told | None:
    """``extensions.cost.throttleStatus`` of GraphQL Admin, and THROTTLED among its errors.

    It counts points, not requests.
    """
    if len(response.content) > MAX_COST_BYTES or b'"extensions"' not in response.content:
        return None
    try:
        answer = response.json()
        errors = answer.get("errors") or []
        is_throttled = any(_code(error) == "THROTTLED" for error in errors)
        status = answer.get("extensions", {}).get("cost", {}).get("throttleStatus", {})
        return Told(
            per_second=_positive(status.get("restoreRate")),
            burst=_positive(status.get("maximumAvailable")),
            left=_number(status.get("currentlyAvailable")),
            is_throttled=is_throttled,
            unit="points",
        )
    except (AttributeError, TypeError, ValueError, RecursionError):
        return None


def _code(error: dict) -> str:
    return error.get("extensions", {}).get("code", "")


def _number(text: object) -> float | None:
    try:
        number = float(str(text))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _positive(text: object) -> float | None:
    number = _number(text)
    return number if number and 0 < number <= 1e6 else None


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _sensible(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _longest(*waits: float | None) -> float | None:
    return max((wait for wait in waits if wait is not None), default=None)
