"""What a person would send to make a calendar or a policy."""

from datetime import UTC, datetime

from escalations.services.calendars import create_calendar
from escalations.services.policies import create_policy
from tests.factories import make_user

JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOUR = 3600


def office_week(*spans: str, days=WEEKDAYS) -> list[dict]:
    """``office_week("08:00-12:00", "13:00-17:00")``: these hours from Monday to Friday."""
    pairs = [span.split("-") for span in spans or ("09:00-17:00",)]
    return [{"weekday": day, "starts": a, "ends": b} for day in days for a, b in pairs]


def plan(**changes) -> dict:
    return {"zone": "Europe/Berlin", "week": office_week()} | changes


def draft(**changes) -> dict:
    """A first reply within four hours of calendar time, for any ticket."""
    return {"targets": {"first_reply": target()}} | changes


def target(seconds: int = 4 * HOUR, time: str = "calendar", **more) -> dict:
    return {"seconds": seconds, "time": time} | more


def level(after: int = 0, **more) -> dict:
    return {"after": after, "recipients": ["lead"]} | more


def make_calendar(name: str = "Europe", *, by=None, at: datetime = JUNE, **changes):
    return create_calendar(name=name, plan=plan(**changes), by=by or manager(), at=at)


def make_policy(name: str = "Everybody", *, by=None, at: datetime = JUNE, note="", **changes):
    return create_policy(name=name, draft=draft(**changes), note=note, by=by or manager(), at=at)


def manager():
    return make_user("manager")
