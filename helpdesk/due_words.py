"""What somebody means by a deadline: ``overdue``, ``today``, ``<2h``, ``2026-01-31``. Pure.

One reader for the search (``due:``), the filters of a list and REST (``due=``). Several with
commas are alternatives.
"""

import re
from datetime import date, datetime, time, timedelta
from datetime import tzinfo as Zone  # noqa: N812
from typing import NamedTuple

from django.utils.translation import gettext as _

#: Without a span of time: no deadline runs at all, or what is promised rests.
NONE, PAUSED = "none", "paused"
OVERDUE = "overdue"
DAYS = {"today": 0, "tomorrow": 1}
NAMES = (OVERDUE, *DAYS, PAUSED, NONE)
#: What is possible, for a reader who asked for something else.
EXAMPLES = (*NAMES, "<2h", ">3d", "2026-01-31", "<2026-01-31")

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LEFT = re.compile(r"(?P<side>[<>])(?P<count>[0-9]{1,4})(?P<unit>[mhdw])")
_DAY = re.compile(r"(?P<side>[<>]?)(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
#: Years that survive being moved to any other zone, and that anybody could mean.
_YEARS = range(1970, 2200)


class Due(NamedTuple):
    """``value`` as it is written shortest. ``side`` is "<" or ">" of the length that is left, or
    of the day; a day without a side is that day.
    """

    value: str
    side: str = ""
    length: timedelta | None = None
    day: date | None = None


class Between(NamedTuple):
    """From the first moment until before the second; None where there is no end."""

    since: datetime | None
    until: datetime | None


def read_due(words: str) -> Due | None:
    """Read one value, or None if it means nothing."""
    value = "".join(words.split()).lower()
    if value in NAMES:
        return Due(value)
    left = _LEFT.fullmatch(value)
    if left:
        length = timedelta(**{_UNITS[left["unit"]]: int(left["count"])})
        return Due(value, left["side"], length)
    named = _DAY.fullmatch(value)
    day = _date(named["day"]) if named else None
    return Due(value, named["side"], day=day) if named and day else None


def read_dues(words: str) -> tuple[list[Due], str]:
    """Read values with commas between them; with the first that means nothing, or ""."""
    parts = [part for part in (part.strip() for part in words.split(",")) if part]
    read = [(part, read_due(part)) for part in parts]
    wrong = next((part for part, due in read if due is None), "")
    return [due for _part, due in read if due is not None], wrong


def between(due: Due, *, at: datetime, zone: Zone) -> Between:
    """Return when a deadline lies that is meant so, read at ``at`` by somebody in ``zone``.

    What is left is counted from now on: ``<2h`` is not what was missed.
    """
    if due.value == OVERDUE:
        return Between(None, at)
    if due.length is not None:
        limit = at + due.length
        return Between(at, limit) if due.side == "<" else Between(limit, None)
    day = due.day or at.astimezone(zone).date() + timedelta(days=DAYS[due.value])
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    whole = {"<": Between(None, begins), ">": Between(ends, None)}
    return whole.get(due.side, Between(begins, ends))


def due_in_words(value: str) -> str:
    """Say a value that stands in no list of choices; what cannot be read stays as it is."""
    due = read_due(value)
    if due is None or not due.side:
        return value
    rest = due.value[1:]
    if due.day is not None:
        said = _("before %(day)s") if due.side == "<" else _("after %(day)s")
        return said % {"day": rest}
    left = _("less than %(length)s left") if due.side == "<" else _("more than %(length)s left")
    return left % {"length": f"{rest[:-1]} {rest[-1]}"}


def _midnight(day: date, zone: Zone) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _date(text: str) -> date | None:
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read if read.year in _YEARS else None
