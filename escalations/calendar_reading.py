"""What a business calendar shall say, as a stranger sent it: read, or refused by path. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.models.hours import Weekday
from escalations.calendar_problems import validate
from escalations.holiday_dates import YEARS, UnknownPlace, countries, regions
from escalations.opening_hours import Block, Calendar, Hours, SpecialDay, with_breaks
from escalations.refusals import Notes

MEMBERS = (
    "zone", "week", "breaks", "country", "region", "holidays", "recurring", "exceptions",
)  # fmt: skip
MOST_BLOCKS, MOST_DATES, LONGEST_NAME = 70, 300, 80
WEEKDAYS = {day.name.lower(): int(day) for day in Weekday}
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True)
class Plan:
    """A calendar as it was wished for. ``calendar`` holds own holidays only, breaks cut out."""

    calendar: Calendar
    country: str = ""
    region: str = ""


def read_plan(raw: object, *, since: date) -> Plan:
    """Read what a calendar shall say; it has to open within two years of the local date ``since``.

    :raises InvalidInput: naming every mistake by its path.
    """
    notes = Notes()
    reading = _PlanReading(notes)
    given = notes.mapping(raw, "", known=MEMBERS)
    plan, breaks, overnight = reading.plan(given)
    if not notes.mistakes:
        plan = _checked(plan, breaks, overnight, since=since, notes=notes)
    notes.raise_if_any()
    return plan


def _checked(plan: Plan, breaks, overnight, *, since: date, notes: Notes) -> Plan:
    whole = plan.calendar
    for problem in validate(whole, since=since, overnight=overnight):
        notes.refuse(problem.field, problem.code, problem.message)
    uncut = with_breaks(whole.week, ())
    for i, pause in enumerate(breaks):
        if with_breaks(whole.week, (pause,)) == uncut:
            message = _("This break is outside the opening hours; it would change nothing.")
            notes.refuse(f"breaks.{i}", "break_outside_hours", message)
    cut = replace(whole, week=with_breaks(whole.week, breaks))
    for problem in validate(cut, since=since):
        notes.refuse(problem.field, problem.code, problem.message)
    return replace(plan, calendar=cut)


class _PlanReading:
    def __init__(self, notes: Notes):
        self.notes = notes

    def plan(self, given: Mapping) -> tuple[Plan, tuple[Block, ...], frozenset[Block]]:
        zone = self.notes.text(given.get("zone"), "zone", least=1, most=64)
        week, overnight = self._blocks(given.get("week", []), "week")
        breaks, _nights = self._blocks(given.get("breaks", []), "breaks")
        country, region = self._place(given)
        calendar = Calendar(
            zone,
            week,
            self._holidays(given.get("holidays", [])),
            self._recurring(given.get("recurring", [])),
            self._exceptions(given.get("exceptions", [])),
        )
        return Plan(calendar, country, region), breaks, overnight

    def _blocks(self, raw: object, path: str) -> tuple[tuple[Block, ...], frozenset[Block]]:
        blocks, overnight = [], set()
        for i, each in enumerate(self.notes.rows(raw, path, most=MOST_BLOCKS)):
            here = f"{path}.{i}"
            known = ("weekday", "starts", "ends", "next_day")
            given = self.notes.mapping(each, here, known=known)
            weekday = given.get("weekday")
            if not isinstance(weekday, str) or weekday not in WEEKDAYS:
                self.notes.unknown(f"{here}.weekday", WEEKDAYS)
                continue
            hours, is_overnight = self._hours(given, here)
            if hours:
                blocks.append(Block(WEEKDAYS[weekday], hours.starts, hours.ends))
                overnight |= {blocks[-1]} if is_overnight else set()
        return tuple(blocks), frozenset(overnight)

    def _hours(self, given: Mapping, path: str) -> tuple[Hours | None, bool]:
        starts = self._clock(given.get("starts"), f"{path}.starts")
        ends = self._clock(given.get("ends"), f"{path}.ends")
        is_overnight = given.get("next_day", False)
        if not isinstance(is_overnight, bool):
            self.notes.refuse(f"{path}.next_day", "not_a_boolean", _("Give true or false."))
        if None in (starts, ends):
            return None, False
        if starts == 1440:
            self._refuse_end(f"{path}.starts", _("Nothing begins at 24:00; that is 00:00."))
        elif is_overnight and ends > starts:
            message = _("This ends on the same day; leave out that it runs into the next one.")
            self._refuse_end(f"{path}.next_day", message)
        elif not is_overnight and ends <= starts:
            message = _("This ends before it starts; does it run into the next day?")
            self._refuse_end(f"{path}.ends", message)
        return Hours(starts, ends), bool(is_overnight)

    def _refuse_end(self, path: str, message: str) -> None:
        self.notes.refuse(path, "ends_before_start", message)

    def _clock(self, raw: object, path: str) -> int | None:
        match = _CLOCK.fullmatch(raw) if isinstance(raw, str) and raw.isascii() else None
        minutes = int(match[1]) * 60 + int(match[2]) if match else 1441
        if minutes > 1440:
            message = _("Write a time of day as 08:30; midnight at the end of the day is 24:00.")
            self.notes.refuse(path, "no_time_of_day", message)
            return None
        return minutes

    def _place(self, given: Mapping) -> tuple[str, str]:
        country = self.notes.text(given.get("country", ""), "country", most=2)
        region = self.notes.text(given.get("region", ""), "region", most=12)
        if country and country not in (codes := [code for code, _name in countries()]):
            self.notes.unknown("country", codes)
        elif region and region not in (codes := _region_codes(country)):
            self.notes.unknown("region", codes)
        return country, region

    def _holidays(self, raw: object) -> dict[date, str]:
        found = {}
        for i, each in enumerate(self.notes.rows(raw, "holidays", most=MOST_DATES)):
            given = self.notes.mapping(each, f"holidays.{i}", known=("on", "name"))
            on = self._date(given.get("on"), f"holidays.{i}.on")
            name = self._name(given, f"holidays.{i}", least=1)
            if on in found:
                message = _("%(on)s is named twice.") % {"on": on}
                self.notes.refuse(f"holidays.{i}.on", "date_twice", message)
            if on:
                found[on] = name
        return found

    def _recurring(self, raw: object) -> dict[tuple[int, int], str]:
        found = {}
        for i, each in enumerate(self.notes.rows(raw, "recurring", most=MOST_DATES)):
            path = f"recurring.{i}"
            given = self.notes.mapping(each, path, known=("month", "day", "name"))
            month = self.notes.whole(given.get("month"), f"{path}.month", least=1, most=12)
            day = self.notes.whole(given.get("day"), f"{path}.day", least=1, most=31)
            name = self._name(given, path, least=1)
            if (month, day) in found:
                self.notes.refuse(path, "date_twice", _("This day of the year is named twice."))
            if month and day:
                found[month, day] = name
        return found

    def _exceptions(self, raw: object) -> list[SpecialDay]:
        days = []
        for i, each in enumerate(self.notes.rows(raw, "exceptions", most=MOST_DATES)):
            path = f"exceptions.{i}"
            given = self.notes.mapping(each, path, known=("on", "name", "hours"))
            on = self._date(given.get("on"), f"{path}.on")
            name = self._name(given, path)
            hours = self._special_hours(given.get("hours", []), f"{path}.hours")
            if on:
                days.append(SpecialDay(on, hours, name))
        return days

    def _special_hours(self, raw: object, path: str) -> tuple[Hours, ...]:
        read = []
        for i, each in enumerate(self.notes.rows(raw, path, most=10)):
            here = f"{path}.{i}"
            given = self.notes.mapping(each, here, known=("starts", "ends", "next_day"))
            read.append(self._hours(given, here)[0])
        return tuple(hours for hours in read if hours)

    def _name(self, given: Mapping, path: str, *, least: int = 0) -> str:
        return self.notes.text(
            given.get("name", ""), f"{path}.name", least=least, most=LONGEST_NAME
        )

    def _date(self, raw: object, path: str) -> date | None:
        try:
            on = date.fromisoformat(raw if isinstance(raw, str) and len(raw) == 10 else "")
        except ValueError:
            on = None
        if on is None or on.year not in YEARS:
            message = _("Give a date as 2026-12-24, from %(first)d to %(last)d.")
            values = {"first": YEARS.start, "last": YEARS.stop - 1}
            self.notes.refuse(path, "no_such_date", message % values)
            return None
        return on


def _region_codes(country: str) -> list[str]:
    try:
        return [code for code, _name in regions(country)] if country else []
    except UnknownPlace:
        return []
