"""What Northvane Kitchen promises: calendars and policies, there before the first ticket."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from escalations.models import BusinessCalendar
from escalations.services.calendars import create_calendar
from escalations.services.carrying_out import carry_out_waiting
from escalations.services.enforcement import sweep
from escalations.services.policies import create_policy

_PLAN = Path(__file__).parent / "clocks.toml"
#: The demo's conversations began less than this ago.
_BEFORE_THEM = timedelta(days=90)


def prepare(company, *, now: datetime) -> None:
    """Make calendars and policies, as of before the first conversation."""
    at, by = now - _BEFORE_THEM, company.people["jonas"]
    plan = tomllib.loads(_PLAN.read_text(encoding="utf-8"))
    for calendar in plan["calendars"]:
        create_calendar(name=calendar.pop("name"), plan=calendar, by=by, at=at)
    ids = dict(BusinessCalendar.objects.values_list("name", "pk"))
    for policy in plan["policies"]:
        draft = {
            "calendar": ids[policy["calendar"]],
            "conditions": _named(policy.get("conditions", {}), company),
            "targets": policy["targets"],
        }
        create_policy(name=policy["name"], draft=draft, by=by, at=at)


def tick(*, at: datetime) -> None:
    """What fell due until then is noticed then, as a worker would have."""
    while sweep(at=at):
        pass
    while carry_out_waiting(at=at):
        pass


def _named(conditions: dict, company) -> dict:
    """The plan names teams by the demo's own keys."""
    teams = [company.teams[key].pk for key in conditions.get("team", ())]
    return conditions | ({"team": teams} if teams else {})
