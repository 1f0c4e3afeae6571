"""Where a stream of changes was left: the moment, and the marketplace's own place within a page.

A marketplace pages by a token that grows old; the moment does not. So a cursor keeps both, and a
token that is refused costs one walk from the moment, never a change.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.shapes import Page

T = TypeVar("T")

#: Marketplaces show a change a little after the moment they give it; so a walk begins earlier.
#: Two minutes are what Amazon's searchOrders asks for between now and the end of a period.
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Cursor:
    """``since`` is where the walk began, ``until`` where the next one may begin."""

    since: str = ""
    token: str = ""
    until: str = ""

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Read what :meth:`text` wrote; ``""`` is the beginning."""
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def begins(self) -> datetime | None:
        """Return the moment to ask from, with the overlap; nothing at the very beginning."""
        return datetime.fromisoformat(self.since) - OVERLAP if self.since else None

    def seen(self, until: datetime | None) -> "Cursor":
        """Remember that everything up to ``until`` will have been seen when this walk ends."""
        known = datetime.fromisoformat(self.until) if self.until else None
        if until is None or (known and known >= until):
            return self
        return replace(self, until=until.astimezone(UTC).isoformat())

    def onwards(self, token: str) -> "Cursor":
        """Go to the next page, or end the walk when there is none."""
        if token:
            return replace(self, token=token)
        return Cursor(since=max(self.since, self.until, key=_moment_or_beginning))


def _moment_or_beginning(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def walk(text: str, fetch: Callable[[Cursor], Page[T]]) -> Page[T]:
    """Fetch one page; from the moment again when the marketplace refuses the token."""
    cursor = Cursor.of(text)
    if not cursor.token:
        return fetch(cursor)
    try:
        return fetch(cursor)
    except GatewayRefused as refused:
        if refused.status not in (400, 404, 410, 422, None):
            raise
    return fetch(Cursor(since=cursor.since))
