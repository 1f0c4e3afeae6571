"""A business calendar between the columns of its version and the form it is counted with. Pure."""

from collections.abc import Mapping
from datetime import date

from escalations.calendar_reading import WEEKDAYS, Plan
from escalations.holiday_dates import holiday_dates
from escalations.models.calendar import CalendarVersion
from escalations.opening_hours import Block, Calendar, Hours, SpecialDay

OWN = "own"
#: Public holidays are copied for the current year and this many more.
YEARS_AHEAD = 3

_DAY_NAMES = {number: name for name, number in WEEKDAYS.items()}


def calendar_of(version: CalendarVersion) -> Calendar:
    """Return what the version says, ready to count with."""
    return Calendar(
        version.zone,
        tuple(Block(*block) for block in version.week),
        {date.fromisoformat(each["on"]): each["name"] for each in _own_last(version.holidays)},
        {(each["month"], each["day"]): each["name"] for each in version.recurring},
        tuple(
            SpecialDay(
                date.fromisoformat(each["on"]),
                tuple(Hours(*hours) for hours in each["blocks"]),
                each["name"],
            )
            for each in version.exceptions
        ),
    )


def columns_of(plan: Plan, public: Mapping[date, str]) -> dict:
    """Return the columns of a version; ``public`` are the holidays of its country."""
    calendar = plan.calendar
    source = f"{plan.country}-{plan.region}".strip("-")
    holidays = [
        *(_holiday(on, name, source) for on, name in sorted(public.items())),
        *(_holiday(on, name, OWN) for on, name in calendar.holidays),
    ]
    return {
        "zone": calendar.zone,
        "week": [[block.weekday, block.starts, block.ends] for block in calendar.week],
        "country": plan.country,
        "region": plan.region,
        "holidays": sorted(holidays, key=lambda each: (each["on"], each["source"])),
        "recurring": [
            {"month": month, "day": day, "name": name} for (month, day), name in calendar.recurring
        ],
        "exceptions": [
            {
                "on": day.on.isoformat(),
                "name": day.name,
                "blocks": [[hours.starts, hours.ends] for hours in day.hours],
            }
            for day in calendar.exceptions
        ],
    }


def public_holidays(
    country: str, region: str, *, year: int, kept: CalendarVersion | None = None
) -> dict[date, str]:
    """Return the public holidays of ``year`` and three more.

    Dates that ``kept`` has copied of the same place stay as they are: a newer source of holidays
    moves no date that people have planned with.
    """
    if not country:
        return {}
    copied = _copied(kept, country, region) if kept else {}
    missing = set(range(year, year + YEARS_AHEAD + 1)) - {on.year for on in copied}
    fresh = holiday_dates(country, years=missing, region=region or None) if missing else {}
    return {on: name for on, name in (copied | fresh).items() if on.year >= year}


def last_year_of_holidays(version: CalendarVersion) -> int:
    """Return the last year the version has public holidays of; 0 without any."""
    years = (int(each["on"][:4]) for each in version.holidays if each["source"] != OWN)
    return max(years, default=0)


def spoken_plan(version: CalendarVersion) -> dict:
    """Write a version as ``calendar_reading`` reads it: own holidays only, no breaks."""
    return {
        "zone": version.zone,
        "week": [
            {"weekday": _DAY_NAMES[day], **_spoken(starts, ends)}
            for day, starts, ends in version.week
        ],
        "country": version.country,
        "region": version.region,
        "holidays": [
            {"on": each["on"], "name": each["name"]}
            for each in version.holidays
            if each["source"] == OWN
        ],
        "recurring": version.recurring,
        "exceptions": [
            {
                "on": each["on"],
                "name": each["name"],
                "hours": [_spoken(*hours) for hours in each["blocks"]],
            }
            for each in version.exceptions
        ],
    }


def _spoken(starts: int, ends: int) -> dict:
    return {"starts": _clock(starts), "ends": _clock(ends), "next_day": ends <= starts}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _holiday(on: date, name: str, source: str) -> dict:
    return {"on": on.isoformat(), "name": name, "source": source}


def _own_last(holidays: list[dict]) -> list[dict]:
    """Where a date is both, the own name stands."""
    return sorted(holidays, key=lambda each: each["source"] == OWN)


def _copied(version: CalendarVersion, country: str, region: str) -> dict[date, str]:
    if (version.country, version.region) != (country, region):
        return {}
    return {
        date.fromisoformat(each["on"]): each["name"]
        for each in version.holidays
        if each["source"] != OWN
    }
