"""What the timeline means for clocks: when each starts, pauses, goes on and stops. Pure.

The entries of a ticket, and of everything that was ever merged into it, are read in the order of
their ids. Which entry does what is decided here and in ``clock_threads``; how much time that makes
is ``clockwork``'s. The rules are in docs/decisions/030.
"""

from collections.abc import Iterable, Mapping, Sequence

from escalations.clock_story import KINDS, REPLIES, TAKEN_BACK, Entry, Mark, MarkKind, Story
from escalations.clock_threads import Thread
from helpdesk.models.timeline import TimelineKind

__all__ = ["KINDS", "REPLIES", "Entry", "Mark", "MarkKind", "Story", "stories"]


def stories(
    entries: Iterable[Entry], *, ticket_id: int, channels: Mapping[int, str]
) -> tuple[Story, ...]:
    """Read the stories of a ticket's clocks, the earliest start first.

    ``entries`` are those of the ticket and of everything that was ever merged into it, in the
    order of their ids; ``channels`` says by which channel each of these tickets came.
    """
    entries = tuple(entries)
    told = _read(entries, ticket_id, channels)
    for place, entry in enumerate(entries):
        if entry.kind == TimelineKind.REPLY_RETRACTED:
            _end_what_never_was(told, entries[:place], entry, ticket_id, channels)
    return tuple(told[key] for key in sorted(told, key=lambda key: (key[1], key[0])))


def _read(entries: Sequence[Entry], ticket_id: int, channels: Mapping[int, str]) -> dict:
    """Read the entries as if replies that were taken back had never been given."""
    retracted = {e.message_id for e in entries if e.kind == TimelineKind.REPLY_RETRACTED}
    threads: dict[int, Thread] = {}
    for each, channel in channels.items():
        threads[each] = Thread(each, channel, threads)
    for entry in entries:
        if entry.kind == TimelineKind.REPLIED and entry.message_id in retracted:
            continue
        threads[entry.ticket_id].read(entry)
    return {key: draft.story() for key, draft in threads[ticket_id].drafts.items()}


def _end_what_never_was(told, before, entry: Entry, ticket_id: int, channels) -> None:
    """A clock that only a reply had made room for ends when that reply is taken back."""
    for key, story in _read(before, ticket_id, channels).items():
        if key not in told:
            end = Mark(MarkKind.END, entry.at, entry.id, entry.actor_id, TAKEN_BACK)
            still = story.marks if story.is_open else story.marks[:-1]
            told[key] = story._replace(marks=(*still, end))
