"""How much time a story makes: the fold from marks and terms to where a clock stands. Pure.

Nothing here knows what time it is now. A clock that runs is past its deadline or not, whoever
looks; what the fold knows of a missed deadline, it knows from what happened after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from escalations.business_hours import (
    HORIZON,
    WorkingTimeOutOfReach,
    add_working_time,
    is_open,
    subtract_working_time,
    working_time_between,
)
from escalations.clock_story import Mark, MarkKind, Story
from escalations.models.clock import ClockState
from escalations.opening_hours import Calendar

_NONE = timedelta()


@dataclass(frozen=True)
class Terms:
    """What was promised from a moment on: ``target`` of the calendar's open time, or of all time.

    ``warnings`` are how long before the deadline, ``levels`` how long after it, in the same time.
    ``version_id`` is the policy version that said so, None for the marketplace itself.
    """

    from_at: datetime
    target: timedelta
    calendar: Calendar | None = None
    version_id: int | None = None
    warnings: tuple[timedelta, ...] = ()
    levels: tuple[timedelta, ...] = ()

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return when ``amount`` of this time has passed since ``start``, 20 years at most."""
        if self.calendar is None:
            return start + amount
        try:
            return add_working_time(self.calendar, start, amount)
        except WorkingTimeOutOfReach:
            return start + HORIZON

    def before(self, end: datetime, amount: timedelta) -> datetime:
        """Return since when ``amount`` of this time is left until ``end``."""
        if self.calendar is None:
            return end - amount
        try:
            return subtract_working_time(self.calendar, end, amount)
        except WorkingTimeOutOfReach:
            return end - HORIZON

    def between(self, start: datetime, end: datetime) -> timedelta:
        if self.calendar is None:
            return end - start
        return working_time_between(self.calendar, start, end)


class Run(NamedTuple):
    """The clock ran from ``since`` until before ``until``; ``reason`` is why it stopped then."""

    since: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True)
class Reading:
    """Where a clock stands after everything that happened.

    ``due_at`` is the deadline, None while it rests or if it ended resting. ``remaining`` is what
    is left of the target while it rests and after the end. ``runs`` are the times it ran and that
    are over; ``running_since`` when the present, or last, run began. ``floor`` is the moment
    before which changed terms may not put the deadline. ``known_at`` is when the clock came to
    be on its ticket.
    """

    state: ClockState
    started_at: datetime
    known_at: datetime
    terms: Terms
    due_at: datetime | None
    remaining: timedelta | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stopped_by: int | None
    stop_reason: str
    late_by: timedelta | None
    started_out_of_hours: bool
    runs: tuple[Run, ...]
    running_since: datetime
    floor: datetime | None


_STATE_AFTER = {
    MarkKind.FULFIL: ClockState.FULFILLED,
    MarkKind.END: ClockState.ENDED,
    MarkKind.EXEMPT: ClockState.EXEMPT,
}


def fold(story: Story, terms: Iterable[Terms]) -> Reading:
    """Return where the clock of a story stands under its terms, the first of them first."""
    first, *changes = terms
    clock = _Clock(story.started_at, first)
    for mark in story.marks[1:]:
        while changes and changes[0].from_at <= max(clock.at, mark.at):
            clock.change(changes.pop(0))
        clock.take(mark)
    for change in changes:
        clock.change(change)
    return clock.reading(known_at=story.known_at)


@dataclass
class _Clock:
    """A clock while its story is read. ``at`` never runs backwards."""

    at: datetime
    terms: Terms
    state: ClockState = ClockState.RUNNING
    runs: list[Run] = field(default_factory=list)
    floor: datetime | None = None
    breached_at: datetime | None = None
    stop: Mark | None = None

    def __post_init__(self):
        self.started_at = self.since = self.at
        self.first_terms = self.terms
        if self.terms.from_at > self.at:
            self.floor = self.terms.from_at
        self.due_at: datetime | None = self._due()

    def take(self, mark: Mark) -> None:
        self._come_to(mark.at)
        if mark.kind == MarkKind.RESUME:
            self._resume()
        elif mark.kind == MarkKind.PAUSE:
            self._pause(mark)
        else:
            self._stop(mark)

    def change(self, terms: Terms) -> None:
        """Measure everything anew from the start, but never before the change itself.

        What is missed or over stays as it is.
        """
        self._come_to(terms.from_at)
        if self.breached_at is not None or self.stop is not None:
            return
        self.terms, self.floor = terms, self.at
        if self.state == ClockState.RUNNING:
            self.due_at = self._due()

    def reading(self, *, known_at: datetime) -> Reading:
        rests = self.due_at is None or self.state != ClockState.RUNNING
        return Reading(
            state=self.state,
            started_at=self.started_at,
            known_at=known_at,
            terms=self.terms,
            due_at=self.due_at,
            remaining=self._remaining() if rests else None,
            breached_at=self.breached_at,
            stopped_at=self.stop and self.stop.at,
            stopped_by=self.stop and self.stop.actor_id,
            stop_reason=self.stop.reason if self.stop else "",
            late_by=self._late_by(),
            started_out_of_hours=self._started_out_of_hours(),
            runs=tuple(self.runs),
            running_since=self.since,
            floor=self.floor,
        )

    def _come_to(self, at: datetime) -> None:
        """Go on to a moment; a deadline that has passed until then was missed."""
        self.at = max(self.at, at)
        if self.state == ClockState.RUNNING and self.due_at < self.at:
            self.breached_at = self.due_at

    def _resume(self) -> None:
        if self.state == ClockState.RUNNING:
            return
        self.state, self.stop, self.since = ClockState.RUNNING, None, self.at
        self.due_at = self.breached_at or self._due()

    def _pause(self, mark: Mark) -> None:
        if self.state == ClockState.RUNNING and self.breached_at is None:
            self._rest(ClockState.PAUSED, mark.reason)
            self.due_at = None

    def _stop(self, mark: Mark) -> None:
        if self.breached_at is not None and mark.at <= self.breached_at:
            self.breached_at = None
        if self.state == ClockState.RUNNING:
            self._rest(_STATE_AFTER[mark.kind], mark.reason or mark.kind)
        self.state, self.stop = _STATE_AFTER[mark.kind], mark

    def _rest(self, state: ClockState, reason: str) -> None:
        self.state = state
        self.runs.append(Run(self.since, self.at, reason))

    def _used(self) -> timedelta:
        return sum((self.terms.between(run.since, run.until) for run in self.runs), _NONE)

    def _remaining(self) -> timedelta:
        return _NONE if self.breached_at else max(_NONE, self.terms.target - self._used())

    def _due(self) -> datetime:
        due = self.terms.after(self.since, max(_NONE, self.terms.target - self._used()))
        return max(due, self.floor) if self.floor else due

    def _late_by(self) -> timedelta | None:
        """How late the answer was, in the time in force when the deadline was missed."""
        if self.breached_at is None or self.state != ClockState.FULFILLED:
            return None
        return self.terms.between(self.breached_at, self.stop.at)

    def _started_out_of_hours(self) -> bool:
        calendar = self.first_terms.calendar
        return calendar is not None and not is_open(calendar, self.started_at)
