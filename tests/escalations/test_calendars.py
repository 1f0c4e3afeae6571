"""Calendars in versions: made, changed, topped up; every refusal names its field."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from accounts.services.values import NameIsTaken, NothingChanged
from escalations.business_hours import is_open
from escalations.calendar_reading import read_plan
from escalations.models import BusinessCalendar
from escalations.refusals import InvalidInput
from escalations.services.calendars import (
    change_calendar,
    create_calendar,
    top_up_holidays,
)
from escalations.services.versions import ChangedMeanwhile
from escalations.stored_calendars import calendar_of, last_year_of_holidays, spoken_plan
from tests.escalations.plans import JUNE, make_calendar, manager, office_week, plan
from tests.factories import make_user

NIGHT = {"weekday": "monday", "starts": "22:00", "ends": "06:00"}
NEW_YEAR_2027 = datetime(2027, 1, 1, 4, tzinfo=UTC)


def mistakes(raw) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_plan(raw, since=date(2026, 6, 1))
    assert all(len(mistake.message) > 10 for mistake in refused.value.mistakes.values())
    return {path: mistake.code for path, mistake in refused.value.mistakes.items()}


def with_exception(**day) -> dict:
    return plan(exceptions=[{"on": "2026-12-05", "name": "Short Saturday"} | day])


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        pytest.param(plan(zone="Europe/Northvane"), "zone", "unknown_zone", id="unknown zone"),
        pytest.param({"week": office_week()}, "zone", "text_not_possible", id="no zone"),
        pytest.param(plan(week=office_week("17:00-09:00", days=["monday"])), "week.0.ends",
                     "ends_before_start", id="end before start"),
        pytest.param(plan(week=office_week("09:00-09:00", days=["monday"])), "week.0.ends",
                     "ends_before_start", id="nothing between"),
        pytest.param(plan(week=[NIGHT | {"ends": "23:00", "next_day": True}]), "week.0.next_day",
                     "ends_before_start", id="over midnight that is not"),
        pytest.param(plan(week=office_week("24:00-12:00", days=["monday"])), "week.0.starts",
                     "ends_before_start", id="beginning at the end of the day"),
        pytest.param(plan(week=office_week("09:00-25:00", days=["monday"])), "week.0.ends",
                     "no_time_of_day", id="no time of day"),
        pytest.param(plan(week=office_week("09:00-12:00", "11:00-13:00")), "week",
                     "overlapping_blocks", id="overlapping blocks"),
        pytest.param(plan(week=[{"weekday": "noday", "starts": "09:00", "ends": "10:00"}]),
                     "week.0.weekday", "unknown_value", id="unknown weekday"),
        pytest.param(plan(week=[]), "week", "never_opens", id="never opens"),
        pytest.param(plan(breaks=office_week("18:00-19:00", days=["monday"])), "breaks.0",
                     "break_outside_hours", id="break outside the hours"),
        pytest.param(plan(breaks=office_week("09:00-17:00")), "week", "never_opens",
                     id="breaks that leave nothing"),
        pytest.param(plan(country="XX"), "country", "unknown_value", id="unknown country"),
        pytest.param(plan(country="DE", region="ZZ"), "region", "unknown_value",
                     id="unknown region"),
        pytest.param(plan(region="NW"), "region", "unknown_value", id="region without country"),
        pytest.param(plan(holidays=[{"on": "2026-02-30", "name": "No day"}]), "holidays.0.on",
                     "no_such_date", id="no such date"),
        pytest.param(plan(holidays=[{"on": "2026-12-24", "name": ""}]), "holidays.0.name",
                     "text_not_possible", id="holiday without a name"),
        pytest.param(plan(recurring=[{"month": 2, "day": 30, "name": "No day"}]), "recurring",
                     "no_such_date", id="30 February every year"),
        pytest.param(plan(recurring=[{"month": 13, "day": 1, "name": "X"}]), "recurring.0.month",
                     "out_of_range", id="month 13"),
        pytest.param(with_exception(hours=[{"starts": "14:00", "ends": "10:00"}]),
                     "exceptions.0.hours.0.ends", "ends_before_start", id="exception backwards"),
        pytest.param(plan(exceptions=[{"on": "2026-12-05"}, {"on": "2026-12-05"}]), "exceptions",
                     "date_twice", id="two exceptions on one date"),
        pytest.param(plan(open="always"), "open", "unknown_field", id="unknown field"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_what_is_possible(raw, path, code):
    assert mistakes(raw) == {path: code}


def test_breaks_are_cut_out_of_the_hours():
    read = read_plan(plan(breaks=office_week("12:00-13:00")), since=date(2026, 6, 1))

    assert [(b.starts, b.ends) for b in read.calendar.week if b.weekday == 0] == [
        (540, 720),
        (780, 1020),
    ]


def test_a_night_is_said_to_run_over_midnight():
    read = read_plan(plan(week=[NIGHT | {"next_day": True}]), since=date(2026, 6, 1))

    assert [(b.starts, b.ends) for b in read.calendar.week] == [(1320, 360)]


pytestmark = pytest.mark.django_db


def test_a_new_calendar_counts_as_it_was_wished():
    calendar = make_calendar(
        holidays=[{"on": "2026-06-05", "name": "Stocktaking"}],
        recurring=[{"month": 12, "day": 24, "name": "Christmas Eve"}],
        exceptions=[
            {"on": "2026-06-06", "name": "Fair", "hours": [{"starts": "10:00", "ends": "14:00"}]}
        ],
    )

    counted = calendar_of(calendar.current)
    noon = {day: datetime(2026, 6, day, 10, tzinfo=UTC) for day in (4, 5, 6, 7)}
    assert [is_open(counted, noon[day]) for day in (4, 5, 6, 7)] == [True, False, True, False]
    assert not is_open(counted, datetime(2026, 12, 24, 10, tzinfo=UTC))


def test_what_was_saved_reads_again_as_the_same():
    calendar = make_calendar(
        week=[*office_week("08:00-12:00", "13:00-24:00"), NIGHT | {"weekday": "saturday",
              "next_day": True}],
        country="DE", region="NW",
        exceptions=[{"on": "2026-06-06", "hours": [NIGHT_HOURS]}],
    )  # fmt: skip

    again = read_plan(spoken_plan(calendar.current), since=date(2026, 6, 1))
    first = calendar_of(calendar.current)
    assert (again.calendar.week, again.calendar.exceptions) == (first.week, first.exceptions)
    with pytest.raises(NothingChanged):
        change_calendar(calendar.pk, plan={}, by=manager(), at=JUNE)


NIGHT_HOURS = {"starts": "22:00", "ends": "02:00", "next_day": True}


def test_public_holidays_are_copied_for_this_year_and_three_more():
    calendar = make_calendar(country="DE", region="NW")

    copied = calendar.current.holidays
    assert {each["on"][:4] for each in copied} == {"2026", "2027", "2028", "2029"}
    assert {"on": "2026-06-04", "name": "Fronleichnam", "source": "DE-NW"} in copied


def test_a_change_makes_a_version_and_leaves_the_old_one():
    calendar = make_calendar()
    first, marlene = calendar.current, make_user("manager", full_name="Marlene Voss")

    changed = change_calendar(
        calendar.pk, plan={"week": office_week("10:00-18:00")}, seen=1, by=marlene, at=JUNE
    )

    assert (changed.current.number, changed.current.created_by) == (2, marlene)
    first.refresh_from_db()
    assert first.week[0] == [0, 540, 1020]
    assert changed.current.zone == "Europe/Berlin"


def test_a_version_is_never_changed():
    version = make_calendar().current

    version.zone = "UTC"
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        version.save()


def test_whoever_saw_an_older_version_is_told():
    calendar = make_calendar()
    change_calendar(calendar.pk, plan={"zone": "UTC"}, by=manager(), at=JUNE)

    with pytest.raises(ChangedMeanwhile, match="version 2") as refused:
        change_calendar(calendar.pk, plan={"zone": "Asia/Tokyo"}, seen=1, by=manager(), at=JUNE)
    assert refused.value.field == "seen"


def test_copied_holidays_stay_when_the_week_changes():
    calendar = make_calendar(country="US", region="CA")
    before = calendar.current.holidays

    changed = change_calendar(calendar.pk, plan={"zone": "UTC"}, by=manager(), at=JUNE)

    assert changed.current.holidays == before


def test_another_country_brings_its_own_holidays():
    calendar = make_calendar(country="DE")

    changed = change_calendar(calendar.pk, plan={"country": "FR"}, by=manager(), at=JUNE)

    assert {each["source"] for each in changed.current.holidays} == {"FR"}


def test_each_year_brings_the_holidays_of_one_more_year_once():
    calendar = make_calendar(country="DE", holidays=[{"on": "2026-12-31", "name": "Own"}])

    assert top_up_holidays(at=JUNE) == 0
    assert top_up_holidays(at=NEW_YEAR_2027) == 1
    assert top_up_holidays(at=NEW_YEAR_2027) == 0

    calendar = BusinessCalendar.objects.get(pk=calendar.pk)
    assert last_year_of_holidays(calendar.current) == 2030
    assert (calendar.current.number, calendar.current.created_by) == (2, None)
    assert {"on": "2026-12-31", "name": "Own", "source": "own"} in calendar.current.holidays


def test_two_calendars_are_not_called_the_same():
    make_calendar("Europe")

    with pytest.raises(NameIsTaken, match="choose another") as refused:
        make_calendar("EUROPE")
    assert refused.value.field == "name"


def test_a_calendar_is_renamed():
    calendar = make_calendar("Europe")

    def rename(name):
        return change_calendar(calendar.pk, plan={}, name=name, by=manager(), at=JUNE)

    assert rename(" EU  support ").name == "EU support"
    with pytest.raises(NothingChanged):
        rename("EU support")


@pytest.mark.parametrize("role", ["agent", "specialist", "team_lead", "compliance"])
def test_only_managers_make_calendars(role):
    with pytest.raises(PermissionDenied):
        create_calendar(name="Mine", plan=plan(), by=make_user(role), at=JUNE)
