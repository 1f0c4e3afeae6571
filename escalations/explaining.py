"""Why a clock's deadline is where it is, line by line from its start. Pure.

The lines leave no gap from the start to the deadline, and what they count sums to the target.
While the clock rests there is no deadline: the lines reach to where it rested, and what is missing
of the target is what remains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalations.clockwork import Reading, Run, Terms
from escalations.deadline_lines import LineKind, explain_span
from escalations.models.clock import ClockState


class RestKind(StrEnum):
    """Time that was not counted, besides closed time."""

    RESTED = "rested"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A piece of the way to the deadline.

    ``kind`` is a ``LineKind`` or a ``RestKind``: a rest says in ``name`` why (“pending”,
    “solved”, “merged”), and “moved” is what changed terms added, because they put no deadline
    before the change. ``counted`` is what the piece took off the target.
    """

    kind: LineKind | RestKind
    start: datetime
    end: datetime
    counted: timedelta = timedelta()
    name: str = ""


def explain(reading: Reading) -> tuple[ClockLine, ...]:
    """Return the lines of a clock under the terms in force, in order."""
    return tuple(_lines(reading))


def _lines(reading: Reading) -> Iterator[ClockLine]:
    runs = _runs(reading)
    left = reading.terms.target
    for place, run in enumerate(runs):
        if place and runs[place - 1].until < run.since:
            before = runs[place - 1]
            yield ClockLine(RestKind.RESTED, before.until, run.since, name=before.reason)
        for line in _run_lines(reading.terms, run, left):
            left -= line.counted
            yield line


def _runs(reading: Reading) -> list[Run]:
    """Return the times the clock ran, the last one up to the deadline however it ended."""
    if reading.due_at is None:
        return list(reading.runs)
    before = [run for run in reading.runs if run.since < reading.running_since]
    return [*before, Run(reading.running_since, reading.due_at)]


def _run_lines(terms: Terms, run: Run, left: timedelta) -> Iterator[ClockLine]:
    """Count a run; what lies behind the moment the target is used up, changed terms added."""
    used_up = min(run.until, max(run.since, terms.after(run.since, left)))
    if terms.calendar is None:
        if run.since < used_up:
            length = used_up - run.since
            yield ClockLine(LineKind.COUNTED, run.since, used_up, length)
    else:
        for line in explain_span(terms.calendar, run.since, used_up):
            yield ClockLine(line.kind, line.start, line.end, line.working, line.name)
    if used_up < run.until:
        yield ClockLine(RestKind.MOVED, used_up, run.until)


def missing(reading: Reading) -> timedelta:
    """Return how much of the target no line counts: what remains of a clock without deadline."""
    rests = reading.due_at is None or reading.state == ClockState.PAUSED
    return reading.remaining if rests and reading.remaining else timedelta()
