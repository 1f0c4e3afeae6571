"""What is promised to a clock: asked of the policies once, kept on its row as JSON."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from escalations.channel_promises import CHANNEL_PROMISES, DEFAULT_WARNINGS
from escalations.clock_story import Story
from escalations.clockwork import Terms
from escalations.matching import Facts, first_match
from escalations.models import CalendarVersion, Metric
from escalations.opening_hours import Calendar
from escalations.promises import BUSINESS, CALENDAR, Promise, Target, Warning
from escalations.services.policies import promises_in_force
from escalations.stored_calendars import calendar_of
from escalations.ticket_facts import facts_of
from helpdesk.models import Ticket

#: Versions never change, so a process reads each of them once.
_CALENDARS: dict[int, Calendar] = {}
_MOST_CALENDARS = 500
#: What no policy of ours has promised.
_NOBODYS = {"policy": None, "policy_version": None, "warnings": [], "levels": []}


class Asked:
    """The policies in force, asked once about a ticket as it is."""

    def __init__(self, ticket: Ticket, promises: Sequence[Promise] | None = None):
        self.facts: Facts = facts_of(ticket)
        in_force = promises_in_force() if promises is None else promises
        self.promise = first_match(in_force, self.facts).promise
        if self.promise and self.promise.calendar:
            _remember(self.promise.calendar_version_id, self.promise.calendar)

    def terms(self, story: Story, *, since: datetime) -> dict | None:
        """Return the terms of a clock as its row keeps them; None where nobody promised."""
        target = self.promise.targets.get(story.metric) if self.promise else None
        if story.metric == Metric.CHANNEL_REPLY:
            return self._of_the_channel(story, target, since)
        if target is None and story.own_seconds is not None:
            return self._basics(story.own_seconds, since) | _NOBODYS
        return target and self._terms(target, target.seconds, since)

    def _of_the_channel(self, story: Story, target: Target | None, since: datetime) -> dict:
        """The marketplace sets the time; a policy may only say who is warned and when."""
        seconds = int(CHANNEL_PROMISES[story.channel].within.total_seconds())
        if target is not None:
            return self._terms(target, seconds, since)
        warnings = [int(before.total_seconds()) for before in DEFAULT_WARNINGS]
        return self._basics(seconds, since) | _NOBODYS | {"warnings": warnings}

    def _terms(self, target: Target, seconds: int, since: datetime) -> dict:
        found = self._basics(seconds, since) | {
            "policy": self.promise.policy_id,
            "policy_version": self.promise.version_id,
            "warnings": [_seconds_before(warning, seconds) for warning in target.warnings],
            "levels": [level.after for level in target.levels],
        }
        if target.is_business and target.metric != Metric.CHANNEL_REPLY:
            found |= {"time": BUSINESS, "calendar_version": self.promise.calendar_version_id}
        return found

    def _basics(self, seconds: int, since: datetime) -> dict:
        return {
            "from": since.isoformat(),
            "seconds": seconds,
            "time": CALENDAR,
            "calendar_version": None,
            "facts": self.facts.as_record(),
        }


def terms_from(stored: Sequence[dict]) -> tuple[Terms, ...]:
    """Read the terms of a row."""
    return tuple(
        Terms(
            from_at=datetime.fromisoformat(each["from"]),
            target=timedelta(seconds=each["seconds"]),
            calendar=each["calendar_version"] and _calendar(each["calendar_version"]),
            version_id=each["policy_version"],
            warnings=tuple(timedelta(seconds=before) for before in each["warnings"]),
            levels=tuple(timedelta(seconds=after) for after in each["levels"]),
        )
        for each in stored
    )


def _calendar(version_id: int) -> Calendar:
    if version_id not in _CALENDARS:
        _remember(version_id, calendar_of(CalendarVersion.objects.get(pk=version_id)))
    return _CALENDARS[version_id]


def _remember(version_id: int, calendar: Calendar) -> None:
    if len(_CALENDARS) >= _MOST_CALENDARS:
        _CALENDARS.clear()
    _CALENDARS[version_id] = calendar


def _seconds_before(warning: Warning, seconds: int) -> int:
    if warning.percent is None:
        return warning.before
    return seconds * (100 - warning.percent) // 100
