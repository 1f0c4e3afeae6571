"""What is wrong with a business calendar, as sentences for the person who edits it. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from escalations.business_hours import opening_periods
from escalations.opening_hours import (
    MINUTES_A_DAY,
    MINUTES_A_WEEK,
    Block,
    Calendar,
    Hours,
    Minutes,
    SpecialDay,
)
from escalations.time_zones import known_zones

#: A calendar has to open once within this time.
OPENS_WITHIN = timedelta(days=2 * 365 + 1)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Problem:
    """A field of the calendar, what kind of problem it has, and a sentence about it."""

    field: str
    code: str
    message: str


def validate(
    calendar: Calendar, *, since: date, overnight: Collection[Block] | None = None
) -> list[Problem]:
    """Return what is wrong with the calendar; an empty list when it can be saved.

    ``overnight`` names the blocks that are meant to run over midnight; every other one that ends
    before it starts is a problem. None: ending before the start always means over midnight.
    ``since`` is the local date from which the calendar has to open within two years.
    """
    problems = [
        *_zone_problems(calendar.zone),
        *_week_problems(calendar.week, overnight),
        *_recurring_problems(calendar.recurring),
        *_exception_problems(calendar.exceptions),
    ]
    return problems or list(_never_opens(calendar, since))


def _zone_problems(zone: str) -> Iterator[Problem]:
    if zone not in known_zones():
        message = f"“{zone}” is not a time zone; an example is Europe/Berlin."
        yield Problem("zone", "unknown_zone", message)


def _week_problems(
    week: tuple[Block, ...], overnight: Collection[Block] | None
) -> Iterator[Problem]:
    wrong = [problem for block in week for problem in _block_problems(block, overnight)]
    yield from wrong
    if not wrong:
        yield from _overlaps_in_week(week)


def _block_problems(block: Block, overnight: Collection[Block] | None) -> Iterator[Problem]:
    if not 0 <= block.weekday <= 6:
        yield Problem(
            "week", "no_such_weekday", f"Weekdays are 0 to 6; {block.weekday} is not one."
        )
        return
    day = _WEEKDAYS[block.weekday]
    yield from _hours_problems("week", day, block.hours)
    if overnight is not None and block.ends <= block.starts and block not in overnight:
        where = f"{day} {span(block.hours)}"
        message = f"{where} ends before it starts, and is not said to run over midnight."
        yield Problem("week", "ends_before_start", message)


def _hours_problems(field: str, day: str, hours: Hours) -> Iterator[Problem]:
    if not (0 <= hours.starts < MINUTES_A_DAY and 0 <= hours.ends <= MINUTES_A_DAY):
        given = f"minute {hours.starts} to {hours.ends}"
        message = f"{day}, {given}: not within a day, which is 0 (00:00) to 1440 (24:00)."
        yield Problem(field, "minute_out_of_range", message)


def _overlaps_in_week(week: tuple[Block, ...]) -> Iterator[Problem]:
    taken = [(b.weekday * MINUTES_A_DAY, b.hours, _WEEKDAYS[b.weekday]) for b in week]
    pieces = [(mid + h.starts, mid + h.until, f"{day} {span(h)}") for mid, h, day in taken]
    pieces.sort()
    if len(pieces) > 1:
        starts, ends, where = pieces[0]
        pieces.append((starts + MINUTES_A_WEEK, ends + MINUTES_A_WEEK, where))
    yield from _overlaps("week", pieces)


def _overlaps(field: str, pieces: list[tuple[int, int, str]]) -> Iterator[Problem]:
    reached, holder = -1, ""
    for starts, ends, where in pieces:
        if starts < reached:
            yield Problem(field, "overlapping_blocks", f"{holder} and {where} overlap.")
        if ends > reached:
            reached, holder = ends, where


def _recurring_problems(recurring: Iterable[tuple[Minutes, str]]) -> Iterator[Problem]:
    for (month, day), name in recurring:
        try:
            date(2000, month, day)  # A leap year: 29 February is a date.
        except ValueError:
            message = f"There is no day {day} in month {month} (“{name}”)."
            yield Problem("recurring", "no_such_date", message)


def _exception_problems(exceptions: tuple[SpecialDay, ...]) -> Iterator[Problem]:
    seen = set()
    for day in exceptions:
        if day.on in seen:
            message = f"{day.on} has two exceptions; one date has one plan."
            yield Problem("exceptions", "date_twice", message)
        seen.add(day.on)
        for hours in day.hours:
            yield from _hours_problems("exceptions", f"{day.on}", hours)
        pieces = sorted((h.starts, h.until, f"{day.on} {span(h)}") for h in day.hours)
        yield from _overlaps("exceptions", pieces)


def _never_opens(calendar: Calendar, since: date) -> Iterator[Problem]:
    start = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1)
    if next(opening_periods(calendar, start, start + OPENS_WITHIN), None) is None:
        message = (
            "This calendar does not open once in the next two years; nothing would ever be due."
        )
        yield Problem("week", "never_opens", message)


def span(hours: Hours) -> str:
    """Return hours as people write them: “22:00–06:00”."""
    return f"{_wall(hours.starts)}–{_wall(hours.ends)}"


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
