"""Changes in stretches of time so short that one answer holds each whole.

eBay and Walmart page by number and do not say in which order: an order that changes while pages are
walked shifts the others, and one falls between two pages. One answer is one moment: so the end of a
stretch is drawn nearer until everything in it fits into one answer, and the next stretch begins
there. What changes later lies in a later stretch. An end is never later than the newest moment the
marketplace has told, or changes of its own future would be passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from marketplaces.gateways.cursors import Cursor

#: Times are told in milliseconds at best, in seconds by filters: nothing shorter can be asked for.
SHORTEST = timedelta(seconds=1)
FINEST = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Answered:
    """One answer: what it holds (each thing once), of how many in all, and when each changed."""

    items: list[Any]
    total: int
    moments: list[datetime]

    @property
    def is_whole(self) -> bool:
        return len(self.items) >= self.total


#: Ask for what changed from a moment on, to another one or to now.
Ask = Callable[[datetime, datetime | None], Answered]


@dataclass(frozen=True)
class Stretch:
    items: list[Any]
    cursor: Cursor
    has_more: bool


def next_stretch(cursor: Cursor, begin: datetime, ask: Ask, ask_all: Ask) -> Stretch:
    """Return the changes behind the cursor that fit into one answer.

    ``begin`` is asked from at the very beginning. ``ask_all`` walks all pages of a stretch that
    cannot be drawn nearer: more changed in one moment than an answer holds, or what is told are
    moments before the change (Walmart tells that of the status).
    """
    begin = _beginning_of(cursor) or begin
    end = datetime.fromisoformat(cursor.token) if cursor.token else None
    answered = ask(begin, end)
    while not answered.is_whole:
        newest = max(answered.moments, default=begin)
        cursor = cursor.seen(newest)
        last = min(end, newest) if end else newest
        if last < begin:
            answered = ask_all(begin, end)
            break
        if last - begin <= SHORTEST:
            answered, end = ask_all(begin, last), last + FINEST
            break
        end = begin + (last - begin) / 2
        answered = ask(begin, end)
    for moment in answered.moments:
        cursor = cursor.seen(moment)
    return Stretch(answered.items, *_onwards(cursor, begin, end))


def _beginning_of(cursor: Cursor) -> datetime | None:
    """Stretches of one walk follow each other exactly; only a new walk overlaps the last one."""
    return datetime.fromisoformat(cursor.since) if cursor.until else cursor.begins()


def _onwards(cursor: Cursor, begin: datetime, end: datetime | None) -> tuple[Cursor, bool]:
    if end is None:
        return cursor.onwards(""), False
    newest = datetime.fromisoformat(cursor.until) if cursor.until else end
    farther = end + 2 * (end - begin)
    token = farther.astimezone(UTC).isoformat() if farther < newest else ""
    return replace(cursor, since=end.astimezone(UTC).isoformat(), token=token), True
