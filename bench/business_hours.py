"""How long working time takes to add, measure and explain: python -m bench.business_hours"""

import argparse
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bench.report import median, publish
from escalations.business_hours import add_working_time, working_time_between
from escalations.clock_changes import offsets_in_stretch
from escalations.deadline_lines import explain_addition
from escalations.holiday_dates import holiday_dates
from escalations.open_time import open_time
from escalations.opening_hours import Block, Calendar

PROMISED = "adding 1,000 working hours takes well under a millisecond"
_START = datetime(2026, 6, 5, 14, 40, tzinfo=UTC)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args(argv)
    calendar = office()
    rows = [_measured(name, act, arguments.rounds) for name, act in _acts(calendar)]
    facts = f"five days, two blocks each, {len(calendar.holidays)} holidays, Europe/Berlin"
    publish("business_hours", rows, promised=PROMISED, calendar=facts)


def office() -> Calendar:
    """A calendar as people have them: 35 hours a week and ten years of holidays."""
    week = [Block(day, *hours) for day in range(5) for hours in ((540, 720), (780, 1020))]
    holidays = holiday_dates("DE", region="BY", years=range(2025, 2035))
    return Calendar("Europe/Berlin", tuple(week), holidays)


def _acts(calendar: Calendar) -> Iterable[tuple[str, Callable[[], object]]]:
    for hours in (8, 40, 1_000):
        amount = timedelta(hours=hours)
        yield f"add {hours:,} h", lambda amount=amount: add_working_time(calendar, _START, amount)
    year = _START + timedelta(days=365)
    yield "measure a year", lambda: working_time_between(calendar, _START, year)
    for hours in (8, 40, 1_000):
        amount = timedelta(hours=hours)
        yield (
            f"explain {hours:,} h",
            lambda amount=amount: explain_addition(calendar, _START, amount),
        )


def _measured(name: str, act: Callable[[], object], rounds: int) -> dict:
    return {
        "act": name,
        "cold µs": median([_timed(act, forget=True) for _ in range(rounds)]),
        "warm µs": median([_timed(act, forget=False) for _ in range(rounds)]),
    }


def _timed(act: Callable[[], object], *, forget: bool) -> float:
    """Return microseconds; ``forget`` drops what is known of calendars and clock changes."""
    if forget:
        open_time.cache_clear()
        offsets_in_stretch.cache_clear()
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1e6


if __name__ == "__main__":
    main()
