"""The open time of a calendar as instants, found stretch by stretch and remembered. Pure.

A stretch is 32 days of UTC with the running sum of its open time, so adding or measuring a year of
working time looks at a dozen sums instead of at its days. Instants are microseconds since 1970.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from escalations.clock_changes import DAY_S, STRETCH_S, offsets_in_stretch
from escalations.opening_hours import Calendar, LocalDates

_SECOND = 1_000_000
_STRETCH = STRETCH_S * _SECOND


class Stretch(NamedTuple):
    """Open periods in order; ``before`` is the open time of the stretch before each of them.

    Two may touch, at midnight or when the clocks change.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    def until(self, at: int) -> int:
        """Return the open time of the stretch before ``at``."""
        last = bisect_right(self.starts, at) - 1
        return 0 if last < 0 else self.before[last] + min(at, self.ends[last]) - self.starts[last]

    def earliest(self, worked: int) -> int:
        """Return the first moment with so much open time (0 < worked <= total) before it."""
        last = bisect_left(self.before, worked) - 1
        return self.starts[last] + worked - self.before[last]

    def latest(self, worked: int) -> int:
        """Return the last moment with so much open time (0 <= worked < total) before it."""
        last = bisect_right(self.before, worked) - 1
        return self.starts[last] + worked - self.before[last]


class OpenTime:
    """Arithmetic on the open time of one calendar."""

    def __init__(self, calendar: Calendar):
        self.zone = calendar.zone
        self.dates = LocalDates(calendar)
        self._stretches: dict[int, Stretch] = {}

    def between(self, start: int, end: int) -> int:
        """Return the open time from ``start`` to ``end``; negative when they are the other way."""
        first, last = start // _STRETCH, end // _STRETCH
        if last < first:
            return -self.between(end, start)
        whole = sum(self._stretch(number).total for number in range(first, last))
        return whole + self._stretch(last).until(end) - self._stretch(first).until(start)

    def forward(self, start: int, amount: int, furthest: int) -> int | None:
        """Return the earliest moment with ``amount`` (above 0) of open time since ``start``.

        None when there is none in the stretches up to the one of ``furthest``.
        """
        number = start // _STRETCH
        amount += self._stretch(number).until(start)
        while amount > self._stretch(number).total:
            amount -= self._stretch(number).total
            number += 1
            if number * _STRETCH > furthest:
                return None
        return self._stretch(number).earliest(amount)

    def backward(self, end: int, amount: int, furthest: int) -> int | None:
        """Return the latest moment with ``amount`` (above 0) of open time until ``end``."""
        number = end // _STRETCH
        left = self._stretch(number).until(end) - amount
        while left < 0:
            number -= 1
            if (number + 1) * _STRETCH <= furthest:
                return None
            left += self._stretch(number).total
        return self._stretch(number).latest(left)

    def periods(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the open periods from ``start`` until ``end``; no two of them touch."""
        held = None
        for since, until in self._pieces(start, end):
            if held and held[1] == since:
                held = (held[0], until)
                continue
            if held:
                yield held
            held = (since, until)
        if held:
            yield held

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for number in range(start // _STRETCH, -(-end // _STRETCH)):
            stretch = self._stretch(number)
            first = max(0, bisect_right(stretch.starts, start) - 1)
            for since, until in zip(stretch.starts[first:], stretch.ends[first:], strict=True):
                if since >= end:
                    return
                if start < min(until, end):
                    yield max(since, start), min(until, end)

    def _stretch(self, number: int) -> Stretch:
        found = self._stretches.get(number)
        if found is None:
            found = self._stretches[number] = self._found(number)
        return found

    def _found(self, number: int) -> Stretch:
        starts, ends, before, total = [], [], [], 0
        for since, until in self._open_seconds(number):
            starts.append(since * _SECOND)
            ends.append(until * _SECOND)
            before.append(total)
            total += (until - since) * _SECOND
        return Stretch(tuple(starts), tuple(ends), tuple(before), total)

    def _open_seconds(self, number: int) -> Iterator[tuple[int, int]]:
        for since, until, offset in offsets_in_stretch(self.zone, number):
            for day in range((since + offset) // DAY_S, -(-(until + offset) // DAY_S)):
                midnight = day * DAY_S - offset
                for opens, closes in self.dates.hours_on(day):
                    start = max(midnight + opens * 60, since)
                    end = min(midnight + closes * 60, until)
                    if start < end:
                        yield start, end


@lru_cache(maxsize=256)
def open_time(calendar: Calendar) -> OpenTime:
    """Return what is known of a calendar's open time; equal calendars share it."""
    return OpenTime(calendar)
