"""What a business calendar says in wall time: weekly blocks, holidays and exceptions. Pure.

How the three meet, for every local date:

* An **exception** wins over all: it is the whole plan of its date, and of the night that begins
  on it. A night before it ends at its midnight.
* A **holiday** wins over the week: it closes its date from 00:00 to 24:00 and nothing else. So the
  night shift that began the evening before ends at midnight, and the one of the holiday itself is
  open again from the midnight that ends the holiday.
* Otherwise the week decides; a block over midnight reaches into the next date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY

#: From minute, to minute of one local date.
Minutes = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Open from ``starts`` until before ``ends``, in minutes since midnight (0 to 1440).

    An end at or before the start is an end on the next date.
    """

    starts: int
    ends: int

    @property
    def until(self) -> int:
        """Minutes from the first midnight to the end: above 1440 when it is on the next date."""
        return self.ends if self.ends > self.starts else self.ends + MINUTES_A_DAY


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Hours of every week; ``weekday`` is 0 for Monday to 6 for Sunday, the day they begin on."""

    weekday: int
    starts: int
    ends: int

    @property
    def hours(self) -> Hours:
        return Hours(self.starts, self.ends)


@dataclass(frozen=True, slots=True, order=True)
class SpecialDay:
    """The whole plan of one date, whatever the week and the holidays say; no hours: closed."""

    on: date
    hours: tuple[Hours, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """When people work. Hashable: equal calendars share what has been computed for them.

    ``holidays`` (date → name) and ``recurring`` ((month, day) → name) may be given as mappings and
    are kept as sorted pairs. A recurring 29 February is a holiday in leap years only.
    """

    zone: str
    week: tuple[Block, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()
    recurring: tuple[tuple[tuple[int, int], str], ...] = ()
    exceptions: tuple[SpecialDay, ...] = ()

    def __post_init__(self):
        for field in ("week", "holidays", "recurring", "exceptions"):
            given = getattr(self, field)
            pairs = given.items() if isinstance(given, Mapping) else given
            object.__setattr__(self, field, tuple(sorted(pairs)))


def with_breaks(blocks: Iterable[Block], breaks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks without the breaks: 09–17 with a break 12–13 is 09–12 and 13–17."""
    pieces = [_of_the_week(block) for block in blocks]
    for pause in map(_of_the_week, breaks):
        for weeks in (-MINUTES_A_WEEK, 0, MINUTES_A_WEEK):
            since, until = pause[0] + weeks, pause[1] + weeks
            pieces = [left for piece in pieces for left in _without(piece, since, until)]
    return tuple(sorted({_as_block(*piece) for piece in pieces}))


def _of_the_week(block: Block) -> Minutes:
    midnight = block.weekday * MINUTES_A_DAY
    return midnight + block.starts, midnight + block.hours.until


def _without(piece: Minutes, since: int, until: int) -> list[Minutes]:
    starts, ends = piece
    left = [(starts, min(ends, since)), (max(starts, until), ends)]
    return [(a, b) for a, b in left if a < b] if since < ends and starts < until else [piece]


def _as_block(starts: int, ends: int) -> Block:
    day, starts = divmod(starts, MINUTES_A_DAY)
    ends -= day * MINUTES_A_DAY
    return Block(day % 7, starts, ends if ends <= MINUTES_A_DAY else ends - MINUTES_A_DAY)


class LocalDates:
    """What a calendar says about each local date; dates are counted in days since 1970-01-01."""

    def __init__(self, calendar: Calendar):
        self._holidays = {_number(on): name for on, name in calendar.holidays}
        self._recurring = dict(calendar.recurring)
        self._exceptions = {_number(day.on): day for day in calendar.exceptions}
        by_weekday = [[b.hours for b in calendar.week if b.weekday == day] for day in range(7)]
        self._own = [_own(hours) for hours in by_weekday]
        self._week = [_joined(own + _night(by_weekday[i - 1])) for i, own in enumerate(self._own)]

    def hours_on(self, day: int) -> tuple[Minutes, ...]:
        """Return the open minutes of a local date, in order, touching ones joined."""
        if day in self._exceptions:
            return _joined(_own(self._exceptions[day].hours))
        if self.holiday_on(day) is not None:
            return ()
        weekday = (day + 3) % 7  # 1970-01-01 was a Thursday.
        before = self._exceptions.get(day - 1)
        if before is None:
            return self._week[weekday]
        return _joined(self._own[weekday] + _night(before.hours))

    def exception_on(self, day: int) -> SpecialDay | None:
        return self._exceptions.get(day)

    def holiday_on(self, day: int) -> str | None:
        """Return the name of the date's holiday, None when it is not one."""
        name = self._holidays.get(day)
        if name is None and self._recurring:
            on = date.fromordinal(day + _EPOCH)
            return self._recurring.get((on.month, on.day))
        return name


_EPOCH = date(1970, 1, 1).toordinal()


def _number(on: date) -> int:
    return on.toordinal() - _EPOCH


def _own(hours: Iterable[Hours]) -> list[Minutes]:
    return [(each.starts, min(each.until, MINUTES_A_DAY)) for each in hours]


def _night(hours: Iterable[Hours]) -> list[Minutes]:
    return [(0, each.until - MINUTES_A_DAY) for each in hours if each.until > MINUTES_A_DAY]


def _joined(pieces: Iterable[Minutes]) -> tuple[Minutes, ...]:
    joined: list[Minutes] = []
    for starts, ends in sorted(pieces):
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((starts, ends))
    return tuple(joined)
