"""The rows of clocks: written from what the timeline says, and only where they differ."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from escalations.clock_marks import KINDS, Entry, Story, stories
from escalations.clockwork import Reading, fold
from escalations.models import ClockState, SLAClock, SLAEvent, StepKind
from escalations.services.terms import terms_from
from escalations.steps import pending_steps
from helpdesk.models import Ticket, TimelineEntry, TimelineKind

COLUMNS = (
    "policy_version_id", "calendar_version_id", "target_seconds", "terms", "state", "started_at",
    "due_at", "remaining", "breached_at", "stopped_at", "stopped_by_id", "stop_reason", "late_by",
    "started_out_of_hours", "pending_steps", "next_step_at",
)  # fmt: skip
_FIELDS = [name.removesuffix("_id") for name in COLUMNS]


class Recorded(NamedTuple):
    """A step that was written down: its row, its name, the moment it fell due."""

    pk: int
    step: str
    at: datetime


def stories_of(ticket: Ticket) -> dict[tuple[str, int], Story]:
    """Read the timeline of a ticket and of all that was ever merged into it."""
    entries, channels = [], {ticket.pk: ticket.channel}
    level = [ticket.pk]
    while level:
        found = list(_entries(level))
        entries += (Entry(*row[:-1]) for row in found)
        channels |= {row[1]: row[-1] for row in found}
        level = sorted(_merged_in(found) - channels.keys())
    return told(sorted(entries), ticket_id=ticket.pk, channels=channels)


def told(entries: Iterable[Entry], *, ticket_id: int, channels: Mapping[int, str]):
    found = stories(entries, ticket_id=ticket_id, channels=channels)
    return {story.key: story for story in found}


def columns(story: Story, terms: list[dict], recorded: Collection[Recorded] = ()) -> dict:
    """Return what the row of a clock has to say."""
    reading = fold(story, terms_from(terms))
    return columns_of(reading, terms, [each for each in recorded if is_true(each, reading)])


def columns_of(reading: Reading, terms: list[dict], recorded: Collection[Recorded]) -> dict:
    steps = pending_steps(reading, recorded={each.step for each in recorded})
    is_noticed = any(each.step == StepKind.BREACH for each in recorded)
    return {
        "policy_version_id": terms[-1]["policy_version"],
        "calendar_version_id": terms[-1]["calendar_version"],
        "target_seconds": terms[-1]["seconds"],
        "terms": terms,
        "state": reading.state,
        "started_at": reading.started_at,
        "due_at": reading.due_at,
        "remaining": reading.remaining,
        "breached_at": reading.breached_at or (reading.due_at if is_noticed else None),
        "stopped_at": reading.stopped_at,
        "stopped_by_id": reading.stopped_by,
        "stop_reason": reading.stop_reason[:250],
        "late_by": reading.late_by,
        "started_out_of_hours": reading.started_out_of_hours,
        "pending_steps": [[step.name, step.at.isoformat()] for step in steps],
        "next_step_at": steps[0].at if steps else None,
    }


def is_true(recorded: Recorded, reading: Reading) -> bool:
    """Whether a recorded step happened after all: an act may tell later that it came in time."""
    if recorded.step.startswith(StepKind.WARNING):
        return True
    missed = reading.breached_at
    if missed is None and reading.state == ClockState.RUNNING:
        missed = reading.due_at
    if missed is None:
        return False
    return recorded.at == missed if recorded.step == StepKind.BREACH else recorded.at >= missed


def is_sooner(story: Story, terms: list[dict], *, than: list[dict]) -> bool:
    """Whether new terms leave less time: a contract gets no more because it changed hands."""
    now, before = fold(story, terms_from(terms)).due_at, fold(story, terms_from(than)).due_at
    return None not in (now, before) and now < before


def withdraw(recorded: Collection[Recorded], *, at: datetime) -> None:
    """Take back steps that did not happen: an act in time was only slower to arrive than a sweep.

    The names become free, so that the same step can still fall due. Whoever carries one out at
    this moment holds its lock and finds out by itself.
    """
    free = SLAEvent.objects.filter(pk__in=[each.pk for each in recorded])
    for event in free.select_for_update(skip_locked=True, no_key=True):
        event.step = f"{event.step}:withdrawn:{event.pk}"
        event.outcome = event.outcome | {"withdrawn": at.isoformat()}
        event.carried_out_at = event.carried_out_at or at
        event.save(update_fields=["step", "outcome", "carried_out_at"])


def recorded_on(clock_ids: Collection[int]) -> dict[int, list[Recorded]]:
    found: dict[int, list[Recorded]] = {pk: [] for pk in clock_ids}
    if clock_ids:
        rows = SLAEvent.objects.filter(clock__in=clock_ids).exclude(step__contains=":withdrawn:")
        for clock_id, *row in rows.values_list("clock_id", "pk", "step", "at"):
            found[clock_id].append(Recorded(*row))
    return found


def differing(clock: SLAClock, said: Mapping) -> dict[str, tuple]:
    """Return, by column, what a row says and what it has to say, where these differ."""
    return {
        name: (getattr(clock, name), said[name])
        for name in COLUMNS
        if getattr(clock, name) != said[name]
    }


def write(clocks: Collection[SLAClock], *, reopened: Collection[SLAClock] = ()) -> None:
    """Save rows; those that stopped before those that run again, for only one may be open."""
    first = [clock for clock in clocks if clock not in reopened]
    for group in (first, reopened):
        if group:
            SLAClock.objects.bulk_update(group, _FIELDS)


def _entries(ticket_ids: Collection[int]):
    entries = TimelineEntry.objects.filter(ticket__in=ticket_ids, kind__in=KINDS)
    return entries.values_list(
        "pk", "ticket_id", "kind", "at", "actor_id", "message_id", "before", "after", "facts",
        F("ticket__channel"),
    )  # fmt: skip


def _merged_in(rows) -> set[int]:
    kinds = {TimelineKind.MERGED}
    return {row[8]["source"] for row in rows if row[2] in kinds and "source" in row[8]}
