"""Working time: add it, subtract it, measure it, correct to the microsecond. Pure.

Every instant is an aware datetime, every answer is one in UTC. Open periods are half-open: a
calendar that closes at 17:00 is closed at 17:00, and a deadline that falls exactly on closing
time *is* closing time, not the next opening.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from escalations.open_time import open_time
from escalations.opening_hours import Calendar

#: Nothing is looked for further away than this.
HORIZON = timedelta(days=20 * 365 + 5)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HORIZON = HORIZON // _MICROSECOND
_YEARS = range(1971, 3000)


class NotAnInstant(ValueError):
    """A moment without a time zone, or of a year no clock here has to do with."""


class NegativeWorkingTime(ValueError):
    """Less than no time was to be added or subtracted."""


class WorkingTimeOutOfReach(ValueError):
    """The calendar does not have that much open time within the horizon of 20 years."""


def is_open(calendar: Calendar, at: datetime) -> bool:
    moment = microseconds(at)
    return any(True for _ in open_time(calendar).periods(moment, moment + 1))


def opening_periods(
    calendar: Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is open from ``start`` until before ``end``, cut there, touching ones joined."""
    for since, until in open_time(calendar).periods(microseconds(start), microseconds(end)):
        yield instant(since), instant(until)


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the open time from ``start`` to ``end``; negative when ``end`` is the earlier."""
    worked = open_time(calendar).between(microseconds(start), microseconds(end))
    return timedelta(microseconds=worked)


def add_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the earliest moment with ``amount`` of open time since ``start``.

    No amount at all changes nothing: it gives ``start``, also when that is closed.

    :raises WorkingTimeOutOfReach: when the calendar has not so much in 20 years.
    :raises NegativeWorkingTime: when the amount is negative.
    """
    moment, wanted = microseconds(start), _amount(amount)
    reached = moment
    if wanted:
        reached = open_time(calendar).forward(moment, wanted, moment + _HORIZON)
    return _within_reach(reached, amount)


def subtract_working_time(calendar: Calendar, end: datetime, amount: timedelta) -> datetime:
    """Return the latest moment with ``amount`` of open time until ``end``; none gives ``end``.

    :raises WorkingTimeOutOfReach: when the calendar has not so much in 20 years.
    :raises NegativeWorkingTime: when the amount is negative.
    """
    moment, wanted = microseconds(end), _amount(amount)
    reached = moment
    if wanted:
        reached = open_time(calendar).backward(moment, wanted, moment - _HORIZON)
    return _within_reach(reached, amount)


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """Return ``at`` itself when it is open, else when it opens; None: not within 20 years."""
    moment = microseconds(at)
    first = open_time(calendar).forward(moment, 1, moment + _HORIZON)
    return None if first is None else instant(first - 1)


def next_closing(calendar: Calendar, at: datetime) -> datetime | None:
    """Return the end of the open period ``at`` is in, or else of the next one.

    None: it does not open, or does not close again, within 20 years.
    """
    moment = microseconds(at)
    end = moment + _HORIZON
    _, until = next(open_time(calendar).periods(moment, end), (moment, end))
    return None if until == end else instant(until)


def microseconds(at: datetime) -> int:
    """Return an aware datetime as microseconds since 1970.

    :raises NotAnInstant: when it is naive or of a year before 1971 or after 2999.
    """
    if at.tzinfo is None or at.year not in _YEARS:
        raise NotAnInstant(f"“{at}” is not a moment with a time zone in {_years()}.")
    return (at - _EPOCH) // _MICROSECOND


def instant(moment: int) -> datetime:
    """Return microseconds since 1970 as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=moment)


def _amount(amount: timedelta) -> int:
    if amount < timedelta():
        raise NegativeWorkingTime(f"Working time is never negative; {amount} is.")
    return amount // _MICROSECOND


def _within_reach(moment: int | None, amount: timedelta) -> datetime:
    if moment is None:
        raise WorkingTimeOutOfReach(f"This calendar is not open for {amount} within 20 years.")
    return instant(moment)


def _years() -> str:
    return f"the years {_YEARS.start} to {_YEARS.stop - 1}"
