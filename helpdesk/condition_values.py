"""Values that conditions compare with: read from JSON, written one way. Pure; no clock.

Moments and spans stay words ("7 days ago", "last 7 days") until somebody reads the view:
``moment_at`` and ``span_at`` turn them into times.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from datetime import tzinfo as Zone  # noqa: N812

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from helpdesk.whole_numbers import BIGGEST_ID
from marketplaces.money import InvalidAmount, Money

MAX_VALUES = 50
MAX_TEXT = 200
YEARS = range(1970, 2200)

_AMOUNT = r"(?P<count>[0-9]{1,4}) (?P<unit>minute|hour|day|week)s?"
_MOMENT = re.compile(rf"(?:(?P<ahead>in) )?{_AMOUNT}(?: (?P<back>ago))?")
_SPAN = re.compile(rf"(?P<side>last|next) {_AMOUNT}")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: Days by their distance from the reader's own; as a moment the beginning of one.
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
MOMENT_EXAMPLES = "“now”, “today”, “7 days ago”, “in 4 hours”, “2026-01-31”, “2026-01-31T09:00Z”"

Read = Callable[[object], object]


class ValueRefused(ValueError):
    """The sentence says what is possible."""


def one_of(names: tuple[str, ...], *, also: Read | None = None) -> Read:
    """Read one of the names, or else what ``also`` reads."""

    def read(value: object) -> object:
        if isinstance(value, str) and value in names:
            return value
        if also is not None:
            return also(value)
        raise ValueRefused(_("Possible: %(possible)s.") % {"possible": ", ".join(names)})

    return read


def several(read: Read) -> Read:
    """Read a list of values, each once."""

    def read_list(value: object) -> list:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
            raise ValueRefused(_("Give a list of 1 to %(limit)d values.") % {"limit": MAX_VALUES})
        return list(dict.fromkeys(read(each) for each in value))

    return read_list


def key(value: object) -> int:
    """A key of the database."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= BIGGEST_ID:
        raise ValueRefused(_("Give an id, a whole number from 1 on."))
    return value


def text(value: object) -> str:
    """Words without leading and trailing space."""
    words = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(words) <= MAX_TEXT or "\x00" in words or not _is_unicode(words):
        raise ValueRefused(_("Give a text of 1 to %(limit)d characters.") % {"limit": MAX_TEXT})
    return words


def money(value: object) -> dict[str, str]:
    """An amount that is not negative, as ``{"amount": "12.50", "currency": "EUR"}``."""
    given = value if isinstance(value, dict) else {}
    amount, currency = given.get("amount"), given.get("currency")
    try:
        if set(given) != {"amount", "currency"} or not _CURRENCY.fullmatch(str(currency)):
            raise ValueError
        read = Money.parse(str(amount)[:40], currency)
    except (InvalidAmount, ValueError) as error:
        raise ValueRefused(
            _('Give an amount like {"amount": "12.50", "currency": "EUR"}.')
        ) from error
    if not 0 <= read.minor <= BIGGEST_ID:
        raise ValueRefused(_("Give an amount that is not negative and not astronomic."))
    return {"amount": format(read.amount, "f"), "currency": read.currency}


def as_money(value: dict[str, str]) -> Money:
    return Money.parse(value["amount"], value["currency"])


def moment(value: object) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    relative = _MOMENT.fullmatch(words)
    if words in ("now", *_DAYS) or (relative and bool(relative["ahead"]) != bool(relative["back"])):
        return words
    if _absolute(words) is None:
        raise ValueRefused(_("Give a moment, e.g. %(examples)s.") % {"examples": MOMENT_EXAMPLES})
    return words


def moment_at(words: str, *, at: datetime, zone: Zone) -> datetime:
    """Turn the words of a moment into a time; a day begins in the reader's zone."""
    relative = _MOMENT.fullmatch(words)
    if relative:
        length = _length(relative)
        return at + length if relative["ahead"] else at - length
    if words in _DAYS:
        return _midnight(at, _DAYS[words], zone)
    absolute = None if words == "now" else _absolute(words)
    if absolute is None:
        return at
    return absolute if absolute.tzinfo else absolute.replace(tzinfo=zone)


def span(value: object) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if words not in _DAYS and not _SPAN.fullmatch(words):
        raise ValueRefused(_("Give a span, e.g. “last 7 days”, “next 4 hours” or “today”."))
    return words


def span_at(words: str, *, at: datetime, zone: Zone) -> tuple[datetime, datetime]:
    """Turn the words of a span into its first and last moment; a day is the reader's."""
    if words in _DAYS:
        ends = _midnight(at, _DAYS[words] + 1, zone)
        return _midnight(at, _DAYS[words], zone), ends - timedelta(microseconds=1)
    found = _SPAN.fullmatch(words)
    length = _length(found)
    return (at - length, at) if found["side"] == "last" else (at, at + length)


def _midnight(at: datetime, days: int, zone: Zone) -> datetime:
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=days), time(), tzinfo=zone)


def _length(found: re.Match) -> timedelta:
    return timedelta(**{f"{found['unit']}s": int(found["count"])})


def _absolute(words: str) -> datetime | None:
    if len(words) > 40 or not words.isascii():
        return None
    try:
        day = parse_date(words) if len(words) == 10 else None
        read = datetime.combine(day, time()) if day else parse_datetime(words)
        # The edges of the calendar cannot be moved to another zone.
        if read is None or read.year not in YEARS:
            return None
        return read.astimezone(UTC) if read.tzinfo else read
    except (ValueError, OverflowError):
        return None


def _is_unicode(words: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in words)
