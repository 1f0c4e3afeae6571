"""Why a deadline is where it is: every open block, closed time, holiday and clock change. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from escalations.business_hours import add_working_time, instant, microseconds
from escalations.clock_changes import DAY_S, ConstantOffset, offsets_between
from escalations.open_time import open_time
from escalations.opening_hours import Calendar, LocalDates

_SECOND = 1_000_000
_DAY = DAY_S * _SECOND


class LineKind(StrEnum):
    """What a line is about; ``EXCEPTION`` and ``HOLIDAY`` are closed time with that reason."""

    COUNTED = "counted"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    CLOCK_CHANGE = "clock_change"


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of the way to a deadline; a clock change has no length.

    ``name`` is that of the holiday or the exception (also of counted time of an exception), and
    of a clock change how far the clocks go: “+1 h”, “−30 min”.
    """

    kind: LineKind
    start: datetime
    end: datetime
    working: timedelta = timedelta()
    name: str = ""


def explain_addition(calendar: Calendar, start: datetime, amount: timedelta) -> tuple[Line, ...]:
    """Return the lines from ``start`` to the deadline: no gaps, and ``working`` sums to ``amount``.

    Raises what ``add_working_time`` raises.
    """
    return explain_span(calendar, start, add_working_time(calendar, start, amount))


def explain_span(calendar: Calendar, start: datetime, end: datetime) -> tuple[Line, ...]:
    """Return the lines from ``start`` to ``end``: open time by local date, closed time joined."""
    dates = open_time(calendar).dates
    lines: list[Line] = []
    offset = None
    for constant in _offsets(calendar.zone, microseconds(start), microseconds(end)):
        if offset is not None:
            lines.append(_clock_change(constant, offset))
        offset = constant.offset
        for line in _lines_at(constant, dates):
            _append(lines, line)
    return tuple(lines)


def _offsets(zone: str, start: int, end: int) -> Iterator[ConstantOffset]:
    """Yield the constant offsets of the span, in microseconds."""
    for since, until, offset in offsets_between(zone, start // _SECOND, -(-end // _SECOND)):
        since, until = max(since * _SECOND, start), min(until * _SECOND, end)
        if since < until:
            yield ConstantOffset(since, until, offset * _SECOND)


def _lines_at(constant: ConstantOffset, dates: LocalDates) -> Iterator[Line]:
    since, until, offset = constant
    for day in range((since + offset) // _DAY, -(-(until + offset) // _DAY)):
        midnight = day * _DAY - offset
        kind, name = _reason(dates, day)
        reached = max(since, midnight)
        ends = min(until, midnight + _DAY)
        for opens, closes in dates.hours_on(day):
            opening = min(max(midnight + opens * 60 * _SECOND, reached), ends)
            closing = min(max(midnight + closes * 60 * _SECOND, reached), ends)
            if opening < closing:
                yield from _line(kind, reached, opening, name)
                yield from _line(LineKind.COUNTED, opening, closing, name)
                reached = closing
        yield from _line(kind, reached, ends, name)


def _reason(dates: LocalDates, day: int) -> tuple[LineKind, str]:
    """Return why the closed part of a date is closed."""
    exception = dates.exception_on(day)
    if exception:
        return LineKind.EXCEPTION, exception.name
    holiday = dates.holiday_on(day)
    return (LineKind.CLOSED, "") if holiday is None else (LineKind.HOLIDAY, holiday)


def _line(kind: LineKind, start: int, end: int, name: str) -> Iterator[Line]:
    if start < end:
        length = timedelta(microseconds=end - start)
        working = length if kind == LineKind.COUNTED else timedelta()
        yield Line(kind, instant(start), instant(end), working, name)


def _append(lines: list[Line], line: Line) -> None:
    """Add a line; closed time goes on from closed time: a night is one line, so is a weekend."""
    if lines and lines[-1].kind == line.kind == LineKind.CLOSED:
        lines[-1] = replace(lines[-1], end=line.end)
    else:
        lines.append(line)


def _clock_change(constant: ConstantOffset, offset: int) -> Line:
    at = instant(constant.since)
    return Line(LineKind.CLOCK_CHANGE, at, at, name=_jump((constant.offset - offset) // _SECOND))


def _jump(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    length = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return ("+" if seconds > 0 else "−") + (" ".join(length) or f"{abs(seconds)} s")
