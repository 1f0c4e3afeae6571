"""The picture of what falls due: nothing named stands in another's name."""

from datetime import timedelta

import pytest

from escalations.due_chart import WIDTH, chart_of
from tests.factories import MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: “18:00” with air, and “18:00 Geschäftsschluss”, at the size of the chart's words.
NAME, END = 40, 150


@pytest.mark.parametrize("minutes", [0, 5, 9, 10, 37, 59])
@pytest.mark.parametrize("left", [*range(16), 0.25, 1.5, 7.75, 12.9])
def test_hours_and_the_end_of_the_day_do_not_overlap(minutes, left):
    now = MONDAY + minutes * MINUTE
    chart = chart_of([], now=now, closing=MONDAY + left * HOUR)

    named = [hour.x for hour in chart.hours if hour.is_named]
    assert named[0] == 0
    assert named[-1] + NAME <= WIDTH - END
    assert all(after - before >= NAME for before, after in zip(named, named[1:], strict=False))


def test_what_does_not_fit_above_each_other_becomes_a_number():
    dues = [(MONDAY + 3 * HOUR, False)] * 1000

    chart = chart_of(dues, now=MONDAY, closing=MONDAY + 8 * HOUR)

    assert len(chart.dots) == 4
    assert [count for _x, count in chart.more] == [996]
