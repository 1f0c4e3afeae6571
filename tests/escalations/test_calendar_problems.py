from datetime import date

import pytest

from escalations.calendar_problems import validate
from escalations.opening_hours import Block, Calendar, Hours, SpecialDay
from tests.escalations.wall_clock import every

WEEK = every(range(5), "09:00-17:00")
TODAY = date(2026, 6, 1)
SATURDAY = date(2026, 6, 6)


def on_saturday(*plans):
    return Calendar("UTC", WEEK, exceptions=[SpecialDay(SATURDAY, tuple(plan)) for plan in plans])


def problems(calendar, **options):
    return [(each.field, each.code) for each in validate(calendar, since=TODAY, **options)]


@pytest.mark.parametrize(
    "calendar",
    [
        pytest.param(Calendar("Europe/Berlin", WEEK), id="office hours"),
        pytest.param(Calendar("UTC", every(range(7), "00:00-24:00")), id="always"),
        pytest.param(Calendar("UTC", every(range(7), "22:00-06:00")), id="nights"),
        pytest.param(Calendar("UTC", every((0,), "09:00-12:00", "12:00-15:00")), id="touching"),
        pytest.param(Calendar("UTC", every((6,), "22:00-06:00") + every((0,), "06:00-07:00")),
                     id="touching after Sunday night"),
        pytest.param(Calendar("UTC", every((3,), "09:00-09:00")), id="24 hours once a week"),
        pytest.param(Calendar("UTC", WEEK, recurring={(2, 29): "Leap day"}), id="leap day"),
        pytest.param(Calendar("UTC", exceptions=[SpecialDay(date(2028, 5, 1), (Hours(0, 1),))]),
                     id="opens once, in two years"),
    ],
)  # fmt: skip
def test_a_calendar_without_problems(calendar):
    assert problems(calendar) == []


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        pytest.param(Calendar("Europe/Atlantis", WEEK), ("zone", "unknown_zone"), id="zone"),
        pytest.param(Calendar("", WEEK), ("zone", "unknown_zone"), id="no zone"),
        pytest.param(Calendar("../etc/passwd", WEEK), ("zone", "unknown_zone"), id="a path"),
        pytest.param(Calendar("UTC", [Block(7, 0, 60)]), ("week", "no_such_weekday"), id="weekday"),
        pytest.param(Calendar("UTC", [Block(0, -1, 60)]), ("week", "minute_out_of_range"),
                     id="before midnight"),
        pytest.param(Calendar("UTC", [Block(0, 60, 1441)]), ("week", "minute_out_of_range"),
                     id="after 24:00"),
        pytest.param(Calendar("UTC", [Block(0, 1440, 60)]), ("week", "minute_out_of_range"),
                     id="from 24:00"),
        pytest.param(Calendar("UTC", every((0,), "09:00-12:00", "11:59-13:00")),
                     ("week", "overlapping_blocks"), id="overlap"),
        pytest.param(Calendar("UTC", every((0,), "09:00-17:00", "10:00-11:00")),
                     ("week", "overlapping_blocks"), id="one inside the other"),
        pytest.param(Calendar("UTC", every((0,), "09:00-17:00", "09:00-17:00")),
                     ("week", "overlapping_blocks"), id="twice the same"),
        pytest.param(Calendar("UTC", every((0,), "22:00-06:00") + every((1,), "05:00-09:00")),
                     ("week", "overlapping_blocks"), id="overlap after midnight"),
        pytest.param(Calendar("UTC", every((6,), "22:00-06:00") + every((0,), "05:00-09:00")),
                     ("week", "overlapping_blocks"), id="overlap from Sunday to Monday"),
        pytest.param(Calendar("UTC", WEEK, recurring={(2, 30): "No day"}),
                     ("recurring", "no_such_date"), id="30 February"),
        pytest.param(Calendar("UTC", WEEK, recurring={(13, 1): "No month"}),
                     ("recurring", "no_such_date"), id="month 13"),
        pytest.param(on_saturday((), ()), ("exceptions", "date_twice"), id="two plans of one date"),
        pytest.param(on_saturday([Hours(0, 1500)]), ("exceptions", "minute_out_of_range"),
                     id="exception after 24:00"),
        pytest.param(on_saturday([Hours(540, 720), Hours(700, 800)]),
                     ("exceptions", "overlapping_blocks"), id="in an exception"),
        pytest.param(Calendar("UTC"), ("week", "never_opens"), id="no blocks"),
        pytest.param(Calendar("UTC", exceptions=[SpecialDay(date(2026, 5, 1), (Hours(0, 60),))]),
                     ("week", "never_opens"), id="opened in the past only"),
        pytest.param(Calendar("UTC", exceptions=[SpecialDay(date(2029, 6, 1), (Hours(0, 60),))]),
                     ("week", "never_opens"), id="opens in three years"),
    ],
)  # fmt: skip
def test_a_problem_names_its_field_and_its_kind(calendar, expected):
    assert problems(calendar) == [expected]


def test_holidays_on_every_opening_day_never_open():
    mondays = Calendar("UTC", every((0,), "09:00-10:00"), {
        date.fromordinal(TODAY.toordinal() + 7 * week): "Closed" for week in range(-1, 110)
    })  # fmt: skip

    assert problems(mondays) == [("week", "never_opens")]


def test_an_end_before_the_start_is_a_night_only_where_one_is_meant():
    night, mistake = Block(0, 1320, 360), Block(2, 1020, 540)
    calendar = Calendar("UTC", [night, mistake])

    assert problems(calendar) == []
    assert problems(calendar, overnight={night}) == [("week", "ends_before_start")]
    [problem] = validate(calendar, since=TODAY, overnight=[night])
    assert problem.message.startswith("Wednesday 17:00–09:00 ends before it starts")


def test_every_problem_is_told_at_once_in_sentences():
    calendar = Calendar("Mars", [Block(0, -5, 60)], recurring={(2, 31): "Never"})

    assert [each.message for each in validate(calendar, since=TODAY)] == [
        "“Mars” is not a time zone; an example is Europe/Berlin.",
        "Monday, minute -5 to 60: not within a day, which is 0 (00:00) to 1440 (24:00).",
        "There is no day 31 in month 2 (“Never”).",
    ]


def test_every_block_inside_a_longer_one_overlaps_it():
    calendar = Calendar("UTC", every((0,), "09:00-17:00", "10:00-11:00", "12:00-13:00"))

    assert [each.message for each in validate(calendar, since=TODAY)] == [
        "Monday 09:00–17:00 and Monday 10:00–11:00 overlap.",
        "Monday 09:00–17:00 and Monday 12:00–13:00 overlap.",
    ]


def test_an_overlap_is_told_with_both_blocks():
    [problem] = validate(Calendar("UTC", every((0,), "09:00-12:00", "11:00-13:00")), since=TODAY)

    assert problem.message == "Monday 09:00–12:00 and Monday 11:00–13:00 overlap."
