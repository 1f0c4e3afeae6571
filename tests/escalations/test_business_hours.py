from datetime import UTC, datetime, timedelta

import pytest

from escalations.business_hours import (
    NegativeWorkingTime,
    NotAnInstant,
    WorkingTimeOutOfReach,
    add_working_time,
    next_closing,
    next_opening,
    opening_periods,
    subtract_working_time,
    working_time_between,
)
from escalations.opening_hours import Calendar
from tests.escalations.wall_clock import every, local, utc

OFFICE = Calendar(
    "UTC", every(range(5), "09:00-12:00", "13:00-17:00"), {utc(2026, 6, 4).date(): ""}
)
ALWAYS = Calendar("Europe/Berlin", every(range(7), "00:00-24:00"))
NEVER = Calendar("UTC")
MICROSECOND = timedelta(microseconds=1)


def hours(number):
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("start", "amount", "deadline"),
    [
        pytest.param((2026, 6, 1, 9), hours(2), (2026, 6, 1, 11), id="inside a block"),
        pytest.param((2026, 6, 1, 11), hours(2), (2026, 6, 1, 14), id="over the break"),
        pytest.param((2026, 6, 1, 9), hours(3), (2026, 6, 1, 12), id="closing for the break"),
        pytest.param((2026, 6, 1, 9), hours(7), (2026, 6, 1, 17), id="closing is the deadline"),
        pytest.param((2026, 6, 1, 9), hours(7) + MICROSECOND, (2026, 6, 2, 9, 0, 0, 1),
                     id="a microsecond more is the next morning"),
        pytest.param((2026, 6, 1, 17), hours(1), (2026, 6, 2, 10), id="from closing time"),
        pytest.param((2026, 6, 1, 3), hours(1), (2026, 6, 1, 10), id="from before opening"),
        pytest.param((2026, 6, 5, 16, 40), hours(4), (2026, 6, 8, 13, 40), id="over a weekend"),
        pytest.param((2026, 6, 3, 16), hours(2), (2026, 6, 5, 10), id="over a holiday"),
        pytest.param((2026, 6, 1, 10, 0, 0, 7), hours(1), (2026, 6, 1, 11, 0, 0, 7),
                     id="microseconds"),
        pytest.param((2026, 6, 1, 9), timedelta(), (2026, 6, 1, 9), id="nothing while open"),
        pytest.param((2026, 6, 6, 3), timedelta(), (2026, 6, 6, 3), id="nothing while closed"),
        pytest.param((2026, 6, 8, 9), hours(35), (2026, 6, 12, 17), id="a week ends on Friday"),
        pytest.param((2026, 6, 8, 9), hours(3500), (2028, 5, 5, 17), id="a hundred weeks"),
    ],
)  # fmt: skip
def test_working_time_is_added(start, amount, deadline):
    assert add_working_time(OFFICE, utc(*start), amount) == utc(*deadline)
    assert working_time_between(OFFICE, utc(*start), utc(*deadline)) == amount


@pytest.mark.parametrize(
    ("end", "amount", "start"),
    [
        pytest.param((2026, 6, 1, 11), hours(2), (2026, 6, 1, 9), id="opening time is the answer"),
        pytest.param((2026, 6, 1, 14), hours(2), (2026, 6, 1, 11), id="over the break"),
        pytest.param((2026, 6, 1, 14), hours(1), (2026, 6, 1, 13), id="to the end of the break"),
        pytest.param((2026, 6, 8, 10), hours(2), (2026, 6, 5, 16), id="over a weekend"),
        pytest.param((2026, 6, 7, 10), hours(1), (2026, 6, 5, 16), id="from a closed moment"),
        pytest.param((2026, 6, 7, 10), timedelta(), (2026, 6, 7, 10), id="nothing"),
        pytest.param((2028, 5, 5, 17), hours(3500), (2026, 6, 8, 9), id="a hundred weeks"),
    ],
)
def test_working_time_is_subtracted(end, amount, start):
    assert subtract_working_time(OFFICE, utc(*end), amount) == utc(*start)


def test_the_other_way_round_is_negative():
    there = working_time_between(OFFICE, utc(2026, 6, 1, 10), utc(2026, 6, 2, 10))

    assert there == hours(7)
    assert working_time_between(OFFICE, utc(2026, 6, 2, 10), utc(2026, 6, 1, 10)) == -there


@pytest.mark.parametrize(
    ("at", "opening", "closing"),
    [
        pytest.param((2026, 6, 1, 9), (2026, 6, 1, 9), (2026, 6, 1, 12), id="at opening"),
        pytest.param((2026, 6, 1, 11, 59), (2026, 6, 1, 11, 59), (2026, 6, 1, 12), id="open"),
        pytest.param((2026, 6, 1, 12), (2026, 6, 1, 13), (2026, 6, 1, 17), id="at closing"),
        pytest.param((2026, 6, 5, 17), (2026, 6, 8, 9), (2026, 6, 8, 12), id="weekend"),
    ],
)
def test_the_next_opening_and_the_next_closing(at, opening, closing):
    assert next_opening(OFFICE, utc(*at)) == utc(*opening)
    assert next_closing(OFFICE, utc(*at)) == utc(*closing)


def test_what_never_happens_within_the_horizon_is_none():
    assert next_opening(NEVER, utc(2026, 1, 1)) is None
    assert next_closing(NEVER, utc(2026, 1, 1)) is None
    assert next_opening(ALWAYS, utc(2026, 1, 1, 3)) == utc(2026, 1, 1, 3)
    assert next_closing(ALWAYS, utc(2026, 1, 1)) is None


@pytest.mark.parametrize("act", [add_working_time, subtract_working_time])
def test_an_amount_out_of_reach_is_refused_by_name(act):
    with pytest.raises(WorkingTimeOutOfReach, match="not open for 1:00:00 within 20 years"):
        act(NEVER, utc(2026, 1, 1), hours(1))
    with pytest.raises(WorkingTimeOutOfReach):
        act(OFFICE, utc(2026, 1, 1), timedelta(days=365 * 20))


@pytest.mark.parametrize("act", [add_working_time, subtract_working_time])
def test_a_negative_amount_is_refused(act):
    with pytest.raises(NegativeWorkingTime):
        act(OFFICE, utc(2026, 1, 1), -hours(1))


@pytest.mark.parametrize(
    "at",
    [utc(2026, 1, 1).replace(tzinfo=None), utc(1970, 12, 31), datetime.max.replace(tzinfo=UTC)],
)
def test_what_is_no_moment_of_this_work_is_refused(at):
    with pytest.raises(NotAnInstant):
        add_working_time(OFFICE, at, hours(1))


def test_another_zone_names_the_same_moment():
    start = local("Asia/Tokyo", 2026, 6, 1, 18)
    deadline = add_working_time(OFFICE, start, hours(1))

    assert deadline == utc(2026, 6, 1, 10)
    assert deadline.tzinfo is UTC


def day(zone, span, *when, until=None):
    """Return the length of a block that is open every day, on one local date."""
    calendar = Calendar(zone, every(range(7), span))
    first, last = local(zone, *when), local(zone, *(until or (*when[:2], when[2] + 1)))
    return working_time_between(calendar, first, last)


@pytest.mark.parametrize(
    ("zone", "when", "span", "expected"),
    [
        pytest.param("Europe/Berlin", (2026, 3, 29), "02:00-03:00", 0, id="skipped hour"),
        pytest.param("Europe/Berlin", (2026, 3, 29), "01:00-04:00", 2, id="over a skipped hour"),
        pytest.param("Europe/Berlin", (2026, 3, 29), "02:30-03:30", 0.5, id="from a skipped time"),
        pytest.param("Europe/Berlin", (2026, 3, 29), "01:30-02:30", 0.5, id="to a skipped time"),
        pytest.param("Europe/Berlin", (2026, 3, 29), "00:00-24:00", 23, id="the day of 23 hours"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "02:00-03:00", 2, id="doubled hour"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "01:00-04:00", 4, id="over a doubled hour"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "02:30-03:30", 1.5, id="from a doubled time"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "00:00-24:00", 25, id="the day of 25 hours"),
        pytest.param("America/New_York", (2026, 3, 8), "01:00-04:00", 2, id="New York, spring"),
        pytest.param("America/New_York", (2026, 11, 1), "01:00-04:00", 4, id="New York, autumn"),
        pytest.param("Australia/Lord_Howe", (2026, 4, 5), "01:00-03:00", 2.5, id="half an hour"),
        pytest.param("Australia/Lord_Howe", (2026, 10, 4), "01:00-03:00", 1.5, id="half as much"),
        pytest.param("America/Sao_Paulo", (2018, 11, 4), "00:00-03:00", 2, id="midnight skipped"),
        pytest.param("America/Sao_Paulo", (2018, 2, 17), "22:00-24:00", 3, id="23:00 twice"),
        pytest.param("Africa/Cairo", (2024, 4, 26), "00:00-02:00", 1, id="Cairo, spring"),
        pytest.param("Africa/Cairo", (2024, 10, 31), "23:00-24:00", 2, id="Cairo, autumn"),
        pytest.param("Asia/Beirut", (2024, 3, 31), "00:00-02:00", 1, id="Beirut, spring"),
        pytest.param("Pacific/Apia", (2011, 12, 29), "00:00-24:00", 24, id="before the line"),
        pytest.param("Africa/Casablanca", (2026, 2, 15), "01:00-04:00", 4, id="Ramadan begins"),
        pytest.param("Asia/Kathmandu", (2026, 6, 1), "09:00-17:00", 8, id="quarter to the hour"),
    ],
)  # fmt: skip
def test_wall_hours_on_days_of_clock_changes(zone, when, span, expected):
    assert day(zone, span, *when, until=tomorrow(when)) == hours(expected)


@pytest.mark.parametrize(
    ("first", "until", "expected"),
    [((2000, 10, 8), (2000, 10, 9), 23), ((2000, 10, 14), (2000, 10, 15), 25)],
)
def test_changes_only_a_week_apart_are_both_seen(first, until, expected):
    assert day("America/Boa_Vista", "00:00-24:00", *first, until=until) == hours(expected)


def tomorrow(when):
    following = datetime(*when, tzinfo=UTC) + timedelta(days=1)
    return following.year, following.month, following.day


@pytest.mark.parametrize(
    ("zone", "start", "amount", "deadline"),
    [
        pytest.param("Europe/Berlin", (2026, 3, 28, 22), 8, (2026, 3, 29, 7), id="a short night"),
        pytest.param("Europe/Berlin", (2026, 10, 24, 22), 8, (2026, 10, 25, 5), id="a long night"),
        pytest.param("America/Sao_Paulo", (2018, 11, 3, 22), 3, (2018, 11, 4, 2), id="no midnight"),
    ],
)
def test_a_night_counts_the_hours_that_really_pass(zone, start, amount, deadline):
    nights = Calendar(zone, every(range(7), "20:00-08:00"))

    assert add_working_time(nights, local(zone, *start), hours(amount)) == local(zone, *deadline)


def test_a_day_that_did_not_exist_has_no_working_time():
    apia = Calendar("Pacific/Apia", every((4,), "09:00-17:00"))  # Fridays
    december = list(opening_periods(apia, utc(2011, 12, 20), utc(2012, 1, 3)))

    assert december == [(utc(2011, 12, 23, 19), utc(2011, 12, 24, 3))]


def test_a_clock_change_at_closing_time_moves_no_deadline():
    berlin = Calendar("Europe/Berlin", every(range(7), "00:00-02:00"))
    start = local("Europe/Berlin", 2026, 3, 29)

    assert add_working_time(berlin, start, hours(2)) == utc(2026, 3, 29, 1)
    assert next_closing(berlin, start) == utc(2026, 3, 29, 1)
