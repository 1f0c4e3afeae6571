"""Writing down what fell due: warnings, breaches and levels of clocks, each exactly once."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from escalations.models import SLAClock, SLAEvent, StepKind

_WRITE = """
    UPDATE escalations_slaclock AS clock
    SET pending_steps = settled.pending_steps,
        next_step_at = settled.next_step_at,
        breached_at = settled.breached_at
    FROM jsonb_to_recordset(%s::jsonb) AS settled(
        id bigint, pending_steps jsonb, next_step_at timestamptz, breached_at timestamptz
    )
    WHERE clock.id = settled.id
"""


def settle(clocks: Iterable[SLAClock], *, at: datetime) -> list[SLAEvent]:
    """Record the steps of these clocks whose moment lies before ``at``; returns them, keyless.

    A deadline is missed when it has passed, not when it has come: a step of the very moment
    ``at`` is still to come. Needs a transaction that holds the locks of the clocks; costs two
    statements however many they are, none if nothing fell due, and changes the given clocks too.
    """
    events: list[SLAEvent] = []
    settled = []
    for clock in clocks:
        due = [(step, moment) for step, moment in steps_of(clock) if moment < at]
        if due:
            events += [_event(clock, step, moment, at=at) for step, moment in due]
            _take_off(clock, due)
            settled.append(clock)
    if events:
        SLAEvent.objects.bulk_create(events, ignore_conflicts=True)
        _write(settled)
    return events


def steps_of(clock: SLAClock) -> list[tuple[str, datetime]]:
    """Return what a clock still has to record, in order, as the row says."""
    return [(step, datetime.fromisoformat(moment)) for step, moment in clock.pending_steps]


def _event(clock: SLAClock, step: str, moment: datetime, *, at: datetime) -> SLAEvent:
    kind = StepKind(step.partition(":")[0])
    return SLAEvent(clock_id=clock.pk, kind=kind, step=step, at=moment, recorded_at=at)


def _take_off(clock: SLAClock, due: list[tuple[str, datetime]]) -> None:
    if StepKind.BREACH in {step for step, _ in due}:
        clock.breached_at = clock.due_at
    clock.pending_steps = clock.pending_steps[len(due) :]
    clock.next_step_at = next((moment for _, moment in steps_of(clock)), None)


def _write(clocks: list[SLAClock]) -> None:
    rows = [
        {
            "id": clock.pk,
            "pending_steps": clock.pending_steps,
            "next_step_at": clock.next_step_at and clock.next_step_at.isoformat(),
            "breached_at": clock.breached_at and clock.breached_at.isoformat(),
        }
        for clock in clocks
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(rows)])
