"""Whatever the calendar and the zone: what is computed is what a wall clock shows."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from escalations.business_hours import (
    WorkingTimeOutOfReach,
    add_working_time,
    is_open,
    next_opening,
    opening_periods,
    subtract_working_time,
    working_time_between,
)
from escalations.deadline_lines import explain_addition
from escalations.opening_hours import Block, Calendar, Hours, SpecialDay, with_breaks
from tests.escalations import wall_clock
from tests.escalations.wall_clock import DAY, MINUTE, local, utc

#: Days on which clocks jump by an hour, by half of one, by a day, at midnight, for Ramadan.
JUMPS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Asia/Beirut", date(2024, 3, 31)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Asia/Pyongyang", date(2018, 5, 5)),
    ("America/Caracas", date(2016, 5, 1)),
]
ANYWHERE = st.tuples(
    st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone)),
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
)
WALL = st.one_of(st.sampled_from([0, 60, 90, 120, 150, 180, 540, 1020, 1380]), st.integers(0, 1439))
HOURS = st.builds(Hours, WALL, st.one_of(WALL, st.just(1440)))
BLOCKS = st.builds(Block, st.integers(0, 6), WALL, st.one_of(WALL, st.just(1440)))
WEEKS = st.one_of(
    st.lists(BLOCKS, min_size=1, max_size=12),
    HOURS.map(lambda each: [Block(day, each.starts, each.ends) for day in range(7)]),
)
AMOUNTS = st.timedeltas(timedelta(), timedelta(hours=30))
SPANS = st.timedeltas(timedelta(), timedelta(days=5))

few = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=60)


@st.composite
def situations(draw):
    """A calendar and a moment shortly before the clocks change, or somewhere and some time."""
    zone, day = draw(st.one_of(st.sampled_from(JUMPS), ANYWHERE))
    days = st.integers(-2, 3).map(lambda number: day + number * DAY)
    special = st.builds(SpecialDay, days, st.lists(HOURS, max_size=2).map(tuple))
    calendar = Calendar(
        zone,
        draw(WEEKS),
        draw(st.dictionaries(days, st.just("Holiday"), max_size=2)),
        draw(st.dictionaries(days.map(lambda on: (on.month, on.day)), st.just(""), max_size=1)),
        draw(st.lists(special, max_size=2, unique_by=lambda each: each.on)),
    )
    start = utc(day.year, day.month, day.day) - DAY
    return calendar, start + draw(st.timedeltas(timedelta(), 2 * DAY))


def deadline_of(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Add working time; what is out of reach is no example."""
    try:
        return add_working_time(calendar, start, amount)
    except WorkingTimeOutOfReach:
        reject()


def whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@given(situations(), SPANS, AMOUNTS)
@few
def test_a_wall_clock_watched_every_minute_agrees(situation, span, amount):
    calendar, start = situation
    end = start + span
    first, last = whole_minute(start), whole_minute(end) + MINUTE
    opened = wall_clock.open_minutes(calendar, first, last)
    counted = wall_clock.measured(opened, start, end)

    assert working_time_between(calendar, start, end) == counted
    assert sum((b - a for a, b in opening_periods(calendar, start, end)), timedelta()) == counted
    assert is_open(calendar, start) == wall_clock.shows_open(calendar, start)
    deadline = wall_clock.reached(opened, start, amount) if amount else start
    if deadline and deadline <= end:
        assert add_working_time(calendar, start, amount) == deadline


@given(situations(), SPANS)
@many
def test_open_periods_are_in_order_and_never_touch(situation, span):
    calendar, start = situation
    periods = list(opening_periods(calendar, start, start + span))

    assert all(a < b for a, b in periods)
    assert all(before[1] < after[0] for before, after in pairwise(periods))
    assert all(start <= a and b <= start + span for a, b in periods)


@given(situations(), AMOUNTS)
@many
def test_what_is_added_is_what_is_measured_and_what_is_subtracted(situation, amount):
    calendar, start = situation
    deadline = deadline_of(calendar, start, amount)

    assert working_time_between(calendar, start, deadline) == amount
    if amount:
        assert subtract_working_time(calendar, deadline, amount) == next_opening(calendar, start)


@given(situations(), AMOUNTS, AMOUNTS)
@many
def test_adding_twice_is_adding_the_sum_and_more_is_never_earlier(situation, first, second):
    calendar, start = situation
    total = deadline_of(calendar, start, first + second)
    midway = add_working_time(calendar, start, first)

    assert add_working_time(calendar, midway, second) == total
    assert start <= midway <= total
    assert (midway < total) == (second > timedelta())


@given(situations(), SPANS, AMOUNTS)
@many
def test_starting_later_never_ends_earlier(situation, span, amount):
    calendar, start = situation
    later = deadline_of(calendar, start + span, amount)

    assert add_working_time(calendar, start, amount) <= later


@given(situations(), AMOUNTS.filter(bool))
@many
def test_a_deadline_is_in_opening_hours_or_at_their_end(situation, amount):
    calendar, start = situation
    deadline = deadline_of(calendar, start, amount)

    assert is_open(calendar, deadline - timedelta(microseconds=1))


@given(situations(), AMOUNTS)
@many
def test_the_explanation_sums_to_the_amount_without_gaps(situation, amount):
    calendar, start = situation
    deadline = deadline_of(calendar, start, amount)
    lines = explain_addition(calendar, start, amount)

    assert sum((line.working for line in lines), timedelta()) == amount
    ends = [start, *(line.end for line in lines)]
    assert [line.start for line in lines] == ends[:-1]
    assert ends[-1] == deadline


@given(situations(), AMOUNTS)
@few
def test_every_line_of_the_explanation_is_true(situation, amount):
    calendar, start = situation
    deadline_of(calendar, start, amount)
    lines = explain_addition(calendar, start, amount)

    zone = ZoneInfo(calendar.zone)
    for line in lines:
        counted = line.end - line.start if line.kind == "counted" else timedelta()
        assert working_time_between(calendar, line.start, line.end) == line.working == counted
        shown = line.start.astimezone(zone).date()
        is_exception = shown in [day.on for day in calendar.exceptions]
        is_holiday = wall_clock.is_holiday(calendar, shown) and not is_exception
        assert (line.kind == "exception") <= is_exception
        assert (line.kind == "holiday") <= is_holiday
        assert (line.kind == "closed") <= (not is_exception and not is_holiday)


@given(WEEKS, st.lists(BLOCKS, max_size=5), st.integers(0, 7 * 1440 - 1))
@many
def test_with_breaks_it_is_open_when_a_block_is_and_no_break_is(blocks, breaks, minute):
    at = local("UTC", 2026, 6, 1) + minute * MINUTE

    def is_within(week):
        return is_open(Calendar("UTC", week), at)

    assert is_within(with_breaks(blocks, breaks)) == (is_within(blocks) and not is_within(breaks))
