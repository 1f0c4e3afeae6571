"""Blocks of work in a week: read, written, checked. Pure: no queries, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.models.hours import MINUTES_PER_DAY, Weekday

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, order=True)
class Block:
    """From a minute of a weekday up to another one, in minutes since midnight; 1440 is 24:00."""

    weekday: int
    starts_minute: int
    ends_minute: int

    def __str__(self):
        return f"{Weekday(self.weekday).label} {self.hours}"

    @property
    def hours(self) -> str:
        return f"{write_clock(self.starts_minute)}–{write_clock(self.ends_minute)}"

    @property
    def is_possible(self) -> bool:
        return 0 <= self.starts_minute < self.ends_minute <= MINUTES_PER_DAY


def read_clock(text: str) -> int:
    """Return the minutes since midnight of ``8:30`` or ``24:00``.

    :raises ValueError: for anything else.
    """
    match = _CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match else MINUTES_PER_DAY + 1
    if minutes > MINUTES_PER_DAY:
        raise ValueError(
            _("Write a time of day as 08:30; midnight at the end of the day is 24:00.")
        )
    return minutes


def write_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def first_overlap(blocks: Iterable[Block]) -> tuple[Block, Block] | None:
    """Return two blocks that share a minute, if there are any. Touching is not sharing."""
    for one, other in pairwise(sorted(blocks)):
        if one.weekday == other.weekday and other.starts_minute < one.ends_minute:
            return one, other
    return None


def difference(before: Iterable[Block], after: Iterable[Block]) -> tuple[str, str]:
    """Say what two weeks have different, day by day: ``Mon 08:00–12:00, 13:00–17:00; Tue off``."""
    before, after = set(before), set(after)
    days = sorted({block.weekday for block in before ^ after})
    return _in_words(before, days), _in_words(after, days)


def _in_words(blocks: set[Block], days: list[int]) -> str:
    return "; ".join(f"{Weekday(day).name[:3].title()} {_hours_of(blocks, day)}" for day in days)


def _hours_of(blocks: set[Block], day: int) -> str:
    return ", ".join(block.hours for block in sorted(blocks) if block.weekday == day) or "off"
