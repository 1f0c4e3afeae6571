"""When would it be due? What a promise means for one moment, before anybody relies on it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.channel_promises import CHANNEL_PROMISES
from escalations.clockwork import Terms
from escalations.deadline_lines import Line, LineKind, explain_span
from escalations.opening_hours import Calendar
from escalations.promises import Promise, Target


@dataclass(frozen=True)
class Due:
    """A deadline with the lines that lead to it, and when people would hear of it."""

    metric: str
    seconds: int
    time: str
    due_at: datetime
    lines: tuple[Line, ...]
    warned_at: tuple[datetime, ...]
    levels_at: tuple[datetime, ...]


def dues(promise: Promise, *, channel: str, start: datetime) -> tuple[Due, ...]:
    """Return when what is promised would be due for a ticket of the channel, from ``start`` on.

    The marketplace's own promise is there only on a channel that has one.
    """
    found = []
    for metric, target in promise.targets.items():
        seconds = _seconds(target, channel)
        if seconds is not None:
            found.append(_due(metric, target, seconds, promise.calendar, start))
    return tuple(found)


def deadline(promise: Promise, target: Target, start: datetime) -> datetime:
    return _terms(target, target.seconds, promise.calendar, start).after(
        start, timedelta(seconds=target.seconds)
    )


def _seconds(target: Target, channel: str) -> int | None:
    if target.seconds is not None:
        return target.seconds
    demanded = CHANNEL_PROMISES.get(channel)
    return demanded and int(demanded.within.total_seconds())


def _due(metric: str, target: Target, seconds: int, calendar: Calendar | None, start) -> Due:
    terms = _terms(target, seconds, calendar, start)
    due_at = terms.after(start, terms.target)
    return Due(
        metric,
        seconds,
        target.time,
        due_at,
        lines_between(terms.calendar, start, due_at),
        tuple(_warned_at(each, terms, start, due_at) for each in target.warnings),
        tuple(terms.after(due_at, timedelta(seconds=each.after)) for each in target.levels),
    )


def lines_between(calendar: Calendar | None, start: datetime, end: datetime) -> tuple[Line, ...]:
    """Return the lines of a calendar; without one, every minute counts."""
    if calendar:
        return explain_span(calendar, start, end)
    return (Line(LineKind.COUNTED, start, end, end - start),)


def _warned_at(warning, terms: Terms, start: datetime, due_at: datetime) -> datetime:
    if warning.percent is not None:
        return terms.after(start, terms.target * warning.percent / 100)
    return terms.before(due_at, timedelta(seconds=warning.before))


def _terms(target: Target, seconds: int, calendar: Calendar | None, start: datetime) -> Terms:
    counted = calendar if target.is_business else None
    return Terms(start, timedelta(seconds=seconds), counted)
