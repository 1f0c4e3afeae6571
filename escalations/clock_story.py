"""One clock's story: the entries that made it, as marks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from escalations.models.clock import Metric
from helpdesk.models.timeline import TimelineKind


class Entry(NamedTuple):
    """A timeline entry as far as clocks are concerned.

    ``known_at`` is when it was written on its ticket, where what it tells of began before.
    """

    id: int
    ticket_id: int
    kind: str
    at: datetime
    actor_id: int | None = None
    message_id: int | None = None
    before: str = ""
    after: str = ""
    facts: Mapping = {}
    known_at: datetime | None = None


#: Entries that move a clock. All others may be left out.
KINDS = frozenset(
    {
        TimelineKind.OPENED,
        TimelineKind.CUSTOMER_WROTE,
        TimelineKind.REPLIED,
        TimelineKind.REPLY_RETRACTED,
        TimelineKind.STATUS_CHANGED,
        TimelineKind.SOLVED,
        TimelineKind.REOPENED,
        TimelineKind.CLOSED,
        TimelineKind.MERGED,
        TimelineKind.UNMERGED,
        TimelineKind.SLA_EXEMPTED,
        TimelineKind.INQUIRY_ASKED,
        TimelineKind.INQUIRY_ANSWERED,
        TimelineKind.INQUIRY_WITHDRAWN,
        TimelineKind.ESCALATED,
        TimelineKind.ESCALATION_ACCEPTED,
        TimelineKind.ESCALATION_SENT_BACK,
        TimelineKind.ESCALATION_RESUBMITTED,
        TimelineKind.ESCALATION_DECIDED,
        TimelineKind.ESCALATION_RELEASED,
        TimelineKind.ESCALATION_WITHDRAWN,
        TimelineKind.ESCALATION_COMPLETED,
    }
)
#: What "no response needed" can be said of.
REPLIES = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.CHANNEL_REPLY)


class MarkKind(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FULFIL = "fulfil"
    END = "end"
    EXEMPT = "exempt"


class Mark(NamedTuple):
    kind: MarkKind
    at: datetime
    entry_id: int
    actor_id: int | None = None
    reason: str = ""


class Story(NamedTuple):
    """Everything that happened to one clock. ``known_at`` is when it came to be on this ticket:
    its start, or later for what a merge brought. ``channel`` is that of the message it is about.
    ``reference`` names what it is about besides the ticket, an inquiry or an escalation;
    ``own_seconds`` is what
    was promised with it where no policy promises anything.
    """

    metric: str
    started_by: int
    started_at: datetime
    known_at: datetime
    channel: str
    marks: tuple[Mark, ...]
    reference: str = ""
    own_seconds: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.metric, self.started_by

    @property
    def is_open(self) -> bool:
        return self.marks[-1].kind not in _STOPS


_STOPS = frozenset({MarkKind.FULFIL, MarkKind.END, MarkKind.EXEMPT})
PENDING, SOLVED, CLOSED, MERGED, UNMERGED = "pending", "solved", "closed", "merged", "unmerged"
TAKEN_BACK, WITHDRAWN, RETURNED = "taken back", "withdrawn", "sent back"


@dataclass
class Draft:
    """A story being read. ``origins`` are the tickets through which merges brought it here."""

    metric: str
    entry: Entry
    channel: str
    known_at: datetime
    origins: frozenset[int] = frozenset()
    marks: list[Mark] = field(default_factory=list)
    reference: str = ""
    own_seconds: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.metric, self.entry.id

    @property
    def state(self) -> MarkKind:
        return self.marks[-1].kind

    @property
    def is_open(self) -> bool:
        return self.state not in _STOPS

    def mark(self, kind: MarkKind, entry: Entry, reason: str = "") -> None:
        self.marks.append(Mark(kind, entry.at, entry.id, entry.actor_id, reason))

    def pause(self, entry: Entry, reason: str = PENDING) -> None:
        """Rest; one that has ended first goes on, so that what is left of it is known."""
        if self.state == MarkKind.PAUSE:
            return
        if not self.is_open:
            self.mark(MarkKind.RESUME, entry)
        self.mark(MarkKind.PAUSE, entry, reason)

    def resume(self, entry: Entry) -> None:
        if self.state not in (MarkKind.START, MarkKind.RESUME):
            self.mark(MarkKind.RESUME, entry)

    def end(self, entry: Entry, reason: str) -> None:
        if self.is_open:
            self.mark(MarkKind.END, entry, reason)

    def story(self) -> Story:
        return Story(
            self.metric,
            self.entry.id,
            self.entry.at,
            self.known_at,
            self.channel,
            tuple(self.marks),
            self.reference,
            self.own_seconds,
        )
