from datetime import date, timedelta

import pytest

from escalations.business_hours import WorkingTimeOutOfReach
from escalations.deadline_lines import explain_addition, explain_span
from escalations.opening_hours import Calendar, Hours, SpecialDay
from tests.escalations.wall_clock import every, local, utc

OFFICE = Calendar(
    "UTC",
    every(range(5), "09:00-12:00", "13:00-17:00"),
    {date(2026, 12, 25): "Christmas Day"},
    exceptions=[SpecialDay(date(2026, 12, 24), (Hours(540, 720),), "Christmas Eve")],
)


def told(lines):
    return [
        f"{line.kind} {line.start:%a %H:%M}–{line.end:%a %H:%M} {line.working} {line.name}".strip()
        for line in lines
    ]


def test_every_block_holiday_and_exception_is_told():
    assert told(explain_addition(OFFICE, utc(2026, 12, 23, 16), timedelta(hours=6))) == [
        "counted Wed 16:00–Wed 17:00 1:00:00",
        "closed Wed 17:00–Thu 00:00 0:00:00",
        "exception Thu 00:00–Thu 09:00 0:00:00 Christmas Eve",
        "counted Thu 09:00–Thu 12:00 3:00:00 Christmas Eve",
        "exception Thu 12:00–Fri 00:00 0:00:00 Christmas Eve",
        "holiday Fri 00:00–Sat 00:00 0:00:00 Christmas Day",
        "closed Sat 00:00–Mon 09:00 0:00:00",
        "counted Mon 09:00–Mon 11:00 2:00:00",
    ]


@pytest.mark.parametrize(
    ("zone", "start", "amount", "name"),
    [
        pytest.param("Europe/Berlin", (2026, 3, 28, 22), 8, "+1 h", id="spring"),
        pytest.param("Europe/Berlin", (2026, 10, 24, 22), 8, "−1 h", id="autumn"),
        pytest.param("Australia/Lord_Howe", (2026, 10, 3, 22), 8, "+30 min", id="half an hour"),
        pytest.param("Pacific/Apia", (2011, 12, 29, 22), 8, "+24 h", id="date line"),
    ],
)
def test_a_clock_change_is_a_line_without_length(zone, start, amount, name):
    nights = Calendar(zone, every(range(7), "20:00-08:00"))
    lines = explain_addition(nights, local(zone, *start), timedelta(hours=amount))
    [change] = [line for line in lines if line.kind == "clock_change"]

    assert change.name == name
    assert change.start == change.end
    assert sum((line.working for line in lines), timedelta()) == timedelta(hours=amount)


def test_closed_time_is_one_line_until_the_clocks_change_in_it():
    berlin = Calendar("Europe/Berlin", every(range(5), "09:00-17:00"))
    friday = local("Europe/Berlin", 2026, 3, 27, 16)

    assert told(explain_addition(berlin, friday, timedelta(hours=2))) == [
        "counted Fri 15:00–Fri 16:00 1:00:00",
        "closed Fri 16:00–Sun 01:00 0:00:00",
        "clock_change Sun 01:00–Sun 01:00 0:00:00 +1 h",
        "closed Sun 01:00–Mon 07:00 0:00:00",
        "counted Mon 07:00–Mon 08:00 1:00:00",
    ]


def test_blocks_that_touch_are_counted_in_one_line():
    whole = Calendar("UTC", every((0,), "09:00-12:00", "12:00-17:00"))

    assert told(explain_addition(whole, utc(2026, 6, 1, 9), timedelta(hours=8))) == [
        "counted Mon 09:00–Mon 17:00 8:00:00"
    ]


def test_a_calendar_that_never_closes_has_a_line_a_local_date():
    always = Calendar("Asia/Tokyo", every(range(7), "00:00-24:00"))
    lines = explain_addition(always, utc(2026, 1, 1), timedelta(days=100))

    assert len(lines) == 101
    assert {line.start.hour for line in lines[1:]} == {15}


def test_no_amount_has_nothing_to_explain():
    assert explain_addition(OFFICE, utc(2026, 12, 25), timedelta()) == ()


def test_a_span_of_closed_time_is_explained_as_well():
    assert told(explain_span(OFFICE, utc(2026, 12, 25, 8), utc(2026, 12, 26, 8))) == [
        "holiday Fri 08:00–Sat 00:00 0:00:00 Christmas Day",
        "closed Sat 00:00–Sat 08:00 0:00:00",
    ]


def test_what_is_out_of_reach_has_no_explanation():
    with pytest.raises(WorkingTimeOutOfReach):
        explain_addition(Calendar("UTC"), utc(2026, 1, 1), timedelta(hours=1))
