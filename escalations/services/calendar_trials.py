"""What a drafted calendar would make of an amount of working time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.permissions import require
from accounts.rules import Act
from escalations.business_hours import WorkingTimeOutOfReach, add_working_time
from escalations.calendar_reading import read_plan
from escalations.deadline_lines import Line, explain_span
from escalations.models import CalendarVersion
from escalations.opening_hours import Calendar
from escalations.refusals import InvalidInput, Mistake
from escalations.stored_calendars import calendar_of, columns_of, public_holidays


@dataclass(frozen=True)
class CalendarTrial:
    calendar: Calendar
    due_at: datetime
    lines: tuple[Line, ...]


def drafted_calendar(plan: Mapping, *, at: datetime) -> Calendar:
    """Return what a plan would say with the public holidays of its country.

    :raises InvalidInput: naming every mistake by its path.
    """
    read = read_plan(plan, since=at.date())
    public = public_holidays(read.country, read.region, year=at.year)
    return calendar_of(CalendarVersion(**columns_of(read, public)))


def try_out_calendar(plan: Mapping, *, moment: datetime, seconds: int, by) -> CalendarTrial:
    """Say when so much working time from ``moment`` on would be over.

    :raises InvalidInput: naming every mistake by its path.
    """
    require(by, Act.SEE_SLA)
    calendar = drafted_calendar(plan, at=moment)
    try:
        due_at = add_working_time(calendar, moment, timedelta(seconds=seconds))
    except WorkingTimeOutOfReach as error:
        raise InvalidInput({"seconds": Mistake("out_of_reach", str(error))}) from error
    return CalendarTrial(calendar, due_at, explain_span(calendar, moment, due_at))
