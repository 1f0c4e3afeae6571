"""A working week as it is drawn: one line a day, blocks as bars of minutes."""

from dataclasses import dataclass

from accounts.models import User, Weekday
from accounts.services.hours import blocks_of
from accounts.week import Block


@dataclass(frozen=True)
class Bar:
    starts: int
    minutes: int


@dataclass(frozen=True)
class Day:
    """One line of the week."""

    weekday: Weekday
    blocks: list[Block]
    is_today: bool

    @property
    def hours(self) -> str:
        return ", ".join(block.hours for block in self.blocks)

    @property
    def bars(self) -> list[Bar]:
        return [Bar(b.starts_minute, b.ends_minute - b.starts_minute) for b in self.blocks]


@dataclass(frozen=True)
class Week:
    days: list[Day]

    @property
    def hours(self) -> float:
        """Hours a week."""
        return sum(bar.minutes for day in self.days for bar in day.bars) / 60


def week_of(person: User, *, today: int) -> Week:
    """Lay the person's blocks out; ``today`` is a weekday from 0."""
    blocks = blocks_of(person)
    return Week(
        [
            Day(day, [block for block in blocks if block.weekday == day], day == today)
            for day in Weekday
        ]
    )
