from datetime import date

import pytest

from escalations.business_hours import is_open, opening_periods
from escalations.opening_hours import Block, Calendar, Hours, SpecialDay, with_breaks
from tests.escalations.wall_clock import every, utc

ALL_WEEK = range(7)
NIGHTS = Calendar("UTC", every(ALL_WEEK, "22:00-06:00"))
CHRISTMAS = date(2026, 12, 25)  # a Friday


def opened(calendar, start, end):
    return [(a.strftime("%d %H:%M"), b.strftime("%d %H:%M")) for a, b in
            opening_periods(calendar, start, end)]  # fmt: skip


def christmas(calendar):
    return opened(calendar, utc(2026, 12, 24, 12), utc(2026, 12, 27))


def test_a_calendar_is_the_same_whatever_order_it_was_written_in():
    week = every(range(5), "09:00-12:00", "13:00-17:00")
    one = Calendar("UTC", week, {CHRISTMAS: "Christmas", date(2026, 1, 1): "New Year"})
    other = Calendar("UTC", week[::-1], {date(2026, 1, 1): "New Year", CHRISTMAS: "Christmas"})

    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param((2026, 6, 1, 8, 59, 59, 999999), False, id="the microsecond before opening"),
        pytest.param((2026, 6, 1, 9), True, id="opening time is open"),
        pytest.param((2026, 6, 1, 16, 59, 59, 999999), True, id="the microsecond before closing"),
        pytest.param((2026, 6, 1, 17), False, id="closing time is closed"),
        pytest.param((2026, 6, 6, 12), False, id="Saturday"),
    ],
)
def test_open_periods_are_half_open(at, expected):
    assert is_open(Calendar("UTC", every(range(5), "09:00-17:00")), utc(*at)) is expected


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        pytest.param(every((0,), "09:00-12:00", "12:00-17:00"), [("01 09:00", "01 17:00")],
                     id="blocks that touch are one period"),
        pytest.param(every((0,), "09:00-24:00"), [("01 09:00", "02 00:00")], id="24:00 is the end"),
        pytest.param(every((0,), "22:00-24:00") + every((1,), "00:00-06:00"),
                     [("01 22:00", "02 06:00")], id="joined at midnight"),
        pytest.param(every((0,), "22:00-06:00"), [("01 22:00", "02 06:00")], id="over midnight"),
        pytest.param(every((0,), "22:00-00:00"), [("01 22:00", "02 00:00")], id="until midnight"),
        pytest.param(every((6,), "22:00-06:00"),
                     [("01 00:00", "01 06:00"), ("07 22:00", "08 00:00")],
                     id="Sunday into Monday"),
        pytest.param(every((2,), "09:00-09:00"), [("03 09:00", "04 09:00")], id="24 hours"),
        pytest.param(every(ALL_WEEK, "00:00-24:00"), [("01 00:00", "08 00:00")], id="never closed"),
        pytest.param((), [], id="never open"),
    ],
)  # fmt: skip
def test_the_blocks_of_a_week(week, expected):
    assert opened(Calendar("UTC", week), utc(2026, 6, 1), utc(2026, 6, 8)) == expected


def test_a_holiday_closes_its_date_and_nothing_else():
    day = Calendar("UTC", every(ALL_WEEK, "09:00-17:00"), {CHRISTMAS: "Christmas"})
    night = Calendar("UTC", NIGHTS.week, {CHRISTMAS: "Christmas"})

    assert christmas(day) == [("24 12:00", "24 17:00"), ("26 09:00", "26 17:00")]
    assert christmas(night) == [
        ("24 22:00", "25 00:00"),
        ("26 00:00", "26 06:00"),
        ("26 22:00", "27 00:00"),
    ]


def test_a_recurring_date_is_a_holiday_of_every_year():
    calendar = Calendar("UTC", every(ALL_WEEK, "09:00-17:00"), recurring={(12, 25): "Christmas"})

    assert not is_open(calendar, utc(2026, 12, 25, 12))
    assert not is_open(calendar, utc(2031, 12, 25, 12))
    assert is_open(calendar, utc(2026, 12, 26, 12))


def test_a_recurring_leap_day_closes_leap_years_only():
    calendar = Calendar("UTC", every(ALL_WEEK, "09:00-17:00"), recurring={(2, 29): "Leap day"})

    assert not is_open(calendar, utc(2028, 2, 29, 12))
    assert is_open(calendar, utc(2027, 2, 28, 12))
    assert is_open(calendar, utc(2027, 3, 1, 12))


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        pytest.param([SpecialDay(CHRISTMAS, (Hours(600, 720),))],
                     [("24 12:00", "24 17:00"), ("25 10:00", "25 12:00"), ("26 09:00", "26 17:00")],
                     id="special opening on a holiday"),
        pytest.param([SpecialDay(date(2026, 12, 26), (Hours(600, 840),), "Short Saturday")],
                     [("24 12:00", "24 17:00"), ("26 10:00", "26 14:00")], id="short Saturday"),
        pytest.param([SpecialDay(date(2026, 12, 26))], [("24 12:00", "24 17:00")], id="closed"),
        pytest.param([SpecialDay(date(2026, 12, 26), (Hours(600, 660), Hours(720, 780)))],
                     [("24 12:00", "24 17:00"), ("26 10:00", "26 11:00"), ("26 12:00", "26 13:00")],
                     id="two blocks"),
    ],
)  # fmt: skip
def test_an_exception_wins_over_holiday_and_week(exceptions, expected):
    calendar = Calendar(
        "UTC", every(ALL_WEEK, "09:00-17:00"), {CHRISTMAS: "Christmas"}, exceptions=exceptions
    )

    assert christmas(calendar) == expected


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        pytest.param(SpecialDay(CHRISTMAS),
                     [("24 22:00", "25 00:00"), ("26 22:00", "27 00:00")],
                     id="closed: neither the night before nor its own"),
        pytest.param(SpecialDay(CHRISTMAS, (Hours(1200, 120),)),
                     [("24 22:00", "25 00:00"), ("25 20:00", "26 02:00"), ("26 22:00", "27 00:00")],
                     id="another night: until 02:00 instead of 06:00"),
    ],
)  # fmt: skip
def test_an_exception_is_the_plan_of_its_date_and_of_the_night_that_begins_on_it(
    exception, expected
):
    assert christmas(Calendar("UTC", NIGHTS.week, exceptions=[exception])) == expected


def test_the_night_of_an_exception_ends_where_a_holiday_or_another_exception_begins():
    long_night = SpecialDay(date(2026, 12, 24), (Hours(1200, 120),))
    to_a_holiday = Calendar("UTC", (), {CHRISTMAS: "Christmas"}, exceptions=[long_night])
    to_an_exception = Calendar("UTC", exceptions=[long_night, SpecialDay(CHRISTMAS)])

    assert christmas(to_a_holiday) == christmas(to_an_exception) == [("24 20:00", "25 00:00")]


@pytest.mark.parametrize(
    ("blocks", "breaks", "expected"),
    [
        pytest.param(every((0,), "09:00-17:00"), every((0,), "12:00-13:00"),
                     every((0,), "09:00-12:00", "13:00-17:00"), id="lunch"),
        pytest.param(every((0,), "09:00-17:00"), every((1,), "12:00-13:00"),
                     every((0,), "09:00-17:00"), id="of another day"),
        pytest.param(every((0,), "09:00-17:00"), every((0,), "08:00-10:00", "16:00-18:00"),
                     every((0,), "10:00-16:00"), id="at both ends"),
        pytest.param(every((0,), "09:00-17:00"), every((0,), "08:00-18:00"), (), id="all of it"),
        pytest.param(every((6,), "22:00-06:00"), every((0,), "02:00-03:00"),
                     (Block(0, 180, 360), Block(6, 1320, 120)), id="in the night into Monday"),
        pytest.param(every((0,), "22:00-06:00"), every((0,), "23:00-01:00"),
                     (Block(0, 1320, 1380), Block(1, 60, 360)), id="over midnight"),
        pytest.param(every((0,), "00:00-24:00"), (), every((0,), "00:00-24:00"), id="none"),
        pytest.param(every((0,), "09:00-09:00"), every((1,), "03:00-09:00"),
                     every((0,), "09:00-03:00"), id="of 24 hours"),
    ],
)  # fmt: skip
def test_breaks_are_gaps_between_blocks(blocks, breaks, expected):
    assert with_breaks(blocks, breaks) == expected
