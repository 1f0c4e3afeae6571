"""What is to happen around a deadline, and when: warnings, the breach, levels. Pure."""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import NamedTuple

from escalations.clockwork import Reading
from escalations.models.clock import ClockState, StepKind

#: Stands for the policy version where the marketplace's own promise warns.
CHANNEL = "channel"


class Step(NamedTuple):
    """``name`` is unique on its clock: ``breach``, ``warning:<policy version>:<place>`` …"""

    name: str
    kind: StepKind
    at: datetime


_ORDER = {StepKind.WARNING: 0, StepKind.BREACH: 1, StepKind.LEVEL: 2}


def pending_steps(reading: Reading, *, recorded: Container[str] = ()) -> tuple[Step, ...]:
    """Return what is still to come, the earliest first; nothing while the clock rests.

    ``recorded`` names the steps that have been written down already.
    """
    if reading.state != ClockState.RUNNING:
        return ()
    due = (step for step in _steps(reading) if step.name not in recorded)
    return tuple(sorted(due, key=lambda step: (step.at, _ORDER[step.kind])))


def _steps(reading: Reading) -> Iterator[Step]:
    terms, due_at = reading.terms, reading.due_at
    version, began = terms.version_id or CHANNEL, max(terms.from_at, reading.known_at)
    for place, before in enumerate(terms.warnings):
        moment = terms.before(due_at, before)
        if moment >= began:
            moment = max(moment, reading.running_since)
            yield Step(f"warning:{version}:{place}", StepKind.WARNING, moment)
    yield Step("breach", StepKind.BREACH, due_at)
    for place, after in enumerate(terms.levels):
        moment = max(terms.after(due_at, after), reading.running_since)
        yield Step(f"level:{version}:{place}", StepKind.LEVEL, moment)
