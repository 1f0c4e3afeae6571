"""The picture of what falls due: dots on a line of time, stacked where they meet. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, GROUND, STEP = 1120, 73, 18
#: A dot and a little air. More than the stack holds becomes a number above it.
_BIN, _STACK = 16, 4
#: What the end of the day takes for its name, “18:00 closing” in any language, and an hour's own.
_END = 190
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    is_channel: bool
    state: str


@dataclass(frozen=True)
class Hour:
    """A line on the chart; it is named unless the name would stand in that of the day's end."""

    x: int
    at: datetime
    is_named: bool


@dataclass(frozen=True)
class Chart:
    now: int
    dots: tuple[Dot, ...]
    more: tuple[tuple[int, int], ...]
    hours: tuple[Hour, ...]


def chart_of(dues: Iterable[tuple[datetime, bool]], *, now: datetime, closing: datetime) -> Chart:
    """Draw ``dues``, pairs of a deadline and whether a marketplace set it.

    The line begins with the hour before ``now``; what is later overdue stands at its beginning.
    """
    start = now.replace(minute=0, second=0, microsecond=0)
    if now - start < timedelta(minutes=10):
        start -= _HOUR
    end = max(closing, start + 2 * _HOUR)
    scale = WIDTH / (end - start).total_seconds()
    bins: dict[int, list[tuple[datetime, bool]]] = {}
    for due_at, is_channel in sorted(dues):
        x = max(0, (due_at - start).total_seconds() * scale)
        bins.setdefault(min(int(x) // _BIN, WIDTH // _BIN - 1), []).append((due_at, is_channel))
    dots, more = [], []
    for place, found in sorted(bins.items()):
        x = place * _BIN + _BIN // 2
        for height, (due_at, is_channel) in enumerate(found[:_STACK]):
            dots.append(Dot(x, GROUND - height * STEP, is_channel, _state(due_at - now)))
        if len(found) > _STACK:
            more.append((x, len(found) - _STACK))
    return Chart(
        round((now - start).total_seconds() * scale),
        tuple(dots),
        tuple(more),
        tuple(_hours(start, end, scale)),
    )


def _state(left: timedelta) -> str:
    if left < timedelta():
        return "late"
    return "near" if left < _HOUR else "far"


def _hours(start: datetime, end: datetime, scale: float) -> Iterable[Hour]:
    """Every hour, or every second or third where the day is long."""
    count = int((end - start) / _HOUR)
    every = 1 + count // 12
    for number in range(0, count, every):
        x = round(number * 3600 * scale)
        yield Hour(x, start + number * _HOUR, x < WIDTH - _END)
