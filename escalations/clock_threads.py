"""The clocks of one ticket, entry by entry: which starts, pauses, goes on and stops. Pure."""

from datetime import datetime

from escalations.channel_promises import CHANNEL_PROMISES
from escalations.clock_story import (
    CLOSED,
    MERGED,
    SOLVED,
    UNMERGED,
    WITHDRAWN,
    Draft,
    Entry,
    MarkKind,
)
from escalations.clock_tiers import MOVES, TierClocks
from escalations.models.clock import Metric
from helpdesk.models.ticket import Status
from helpdesk.models.timeline import TimelineKind

#: In the facts of an opening: the customer waits since before it, on the ticket it was split from.
WAITING_SINCE = "waiting_since"
_RUNS_IN = (Status.NEW, Status.OPEN, Status.ON_HOLD)


class Thread:
    """A ticket as its entries tell it.

    ``waiting`` holds, by metric, the reply clock that is open, or that ended unanswered and goes
    on when the ticket does. ``displaced`` holds those that stand back behind one that a merge
    brought, ``left`` those that ran when this ticket was merged into another (``into``).
    ``inquiries`` holds the open ones by their key: another department owes the answer, whatever
    becomes of the ticket. ``tier`` has the clocks of an escalation.
    """

    def __init__(self, ticket_id: int, channel: str, threads: "dict[int, Thread]"):
        self.ticket_id, self.channel, self.threads = ticket_id, channel, threads
        self.drafts: dict[tuple[str, int], Draft] = {}
        self.waiting: dict[str, Draft] = {}
        self.displaced: dict[str, Draft] = {}
        self.resolution: Draft | None = None
        self.left: list[Draft] = []
        self.inquiries: dict[int, Draft] = {}
        self.tier = TierClocks()
        self.into: int | None = None
        self.status: str = Status.NEW

    def read(self, entry: Entry) -> None:
        reader = _READERS.get(entry.kind)
        if reader is not None:
            reader(self, entry)

    def opened(self, entry: Entry) -> None:
        since = entry.facts.get(WAITING_SINCE)
        if since:
            entry = entry._replace(at=datetime.fromisoformat(since), known_at=entry.at)
        self.resolution = self._start(Metric.RESOLUTION, entry)
        self.waiting[Metric.FIRST_REPLY] = self._start(Metric.FIRST_REPLY, entry)
        self._start_channel_reply(entry)

    def customer_wrote(self, entry: Entry) -> None:
        if not {Metric.FIRST_REPLY, Metric.NEXT_REPLY} & self.waiting.keys():
            self.waiting[Metric.NEXT_REPLY] = self._start(Metric.NEXT_REPLY, entry)
        self._start_channel_reply(entry)

    def replied(self, entry: Entry) -> None:
        if entry.actor_id is None:
            return
        for draft in self.waiting.values():
            draft.mark(MarkKind.FULFIL, entry)
        self.waiting.clear()
        self.displaced.clear()

    def status_changed(self, entry: Entry) -> None:
        self.status = entry.after
        if Status.PENDING in (entry.before, entry.after):
            self._fit_all(entry)

    def solved(self, entry: Entry) -> None:
        self.status = Status.SOLVED
        if self.resolution and self.resolution.is_open:
            self.resolution.mark(MarkKind.FULFIL, entry)
        for metric, draft in self.waiting.items():
            if metric != Metric.CHANNEL_REPLY:
                draft.end(entry, SOLVED)

    def reopened(self, entry: Entry) -> None:
        self.status = Status.OPEN
        self._fit_all(entry)

    def closed(self, entry: Entry) -> None:
        self.status = Status.CLOSED
        for draft in self._current():
            draft.end(entry, CLOSED)

    def merged(self, entry: Entry) -> None:
        if "into" not in entry.facts:
            self._take_in(self.threads.get(entry.facts.get("source")), entry)
            return
        self.into, self.status = entry.facts["into"], Status.CLOSED
        self.left = [draft for draft in self._current() if draft.is_open]
        for draft in self.left:
            draft.end(entry, MERGED)

    def unmerged(self, entry: Entry) -> None:
        if entry.before:
            self.into, self.status = None, entry.after
            self._fit_all(entry)
            return
        above: Thread | None = self
        while above is not None:
            above._give_back(int(entry.after), entry)
            above = self.threads.get(above.into)

    def exempted(self, entry: Entry) -> None:
        for metric in entry.facts.get("metrics", ()):
            draft = self.waiting.get(metric)
            if draft is not None and draft.is_open:
                draft.mark(MarkKind.EXEMPT, entry, entry.facts.get("reason", ""))
                del self.waiting[metric]
                self.displaced.pop(metric, None)

    def escalated(self, entry: Entry) -> None:
        self.tier.escalated(entry, self._start, self.status)

    def escalation_moved(self, entry: Entry) -> None:
        self.tier.read(entry, self.status)

    def inquiry_asked(self, entry: Entry) -> None:
        draft = self._start(Metric.INQUIRY, entry)
        draft.reference = f"inquiry:{entry.facts['inquiry']}"
        draft.own_seconds = entry.facts["seconds"]
        self.inquiries[entry.facts["inquiry"]] = draft

    def inquiry_answered(self, entry: Entry) -> None:
        draft = self.inquiries.pop(entry.facts["inquiry"], None)
        if draft is not None:
            draft.mark(MarkKind.FULFIL, entry)

    def inquiry_withdrawn(self, entry: Entry) -> None:
        draft = self.inquiries.pop(entry.facts["inquiry"], None)
        if draft is not None:
            draft.end(entry, WITHDRAWN)

    def _start(self, metric: str, entry: Entry) -> Draft:
        draft = Draft(metric, entry, self.channel, entry.known_at or entry.at)
        draft.mark(MarkKind.START, entry)
        self.drafts[draft.key] = draft
        return draft

    def _start_channel_reply(self, entry: Entry) -> None:
        if self.channel in CHANNEL_PROMISES and Metric.CHANNEL_REPLY not in self.waiting:
            self.waiting[Metric.CHANNEL_REPLY] = self._start(Metric.CHANNEL_REPLY, entry)

    def _current(self) -> list[Draft]:
        resolution = [self.resolution] if self.resolution else []
        return [*resolution, *self.waiting.values()]

    def _fit_all(self, entry: Entry) -> None:
        for draft in self._current():
            self._fit(draft, entry)
        self.tier.fit(entry, self.status)

    def _fit(self, draft: Draft, entry: Entry) -> None:
        """Let a clock run, rest or stand as the ticket's status wants it."""
        never_rests = draft.metric == Metric.CHANNEL_REPLY and self.status != Status.CLOSED
        if self.status in _RUNS_IN or never_rests:
            draft.resume(entry)
        elif self.status == Status.PENDING:
            draft.pause(entry)
        else:
            draft.end(entry, SOLVED)

    def _take_in(self, source: "Thread | None", entry: Entry) -> None:
        """A ticket was merged into this one: who waited there, waits here from then on."""
        for left in source.left if source else ():
            if left.metric == Metric.RESOLUTION:
                continue
            metric = left.metric if left.metric == Metric.CHANNEL_REPLY else Metric.NEXT_REPLY
            if self._waits_longer(metric, left):
                self._adopt(metric, left, source, entry)

    def _waits_longer(self, metric: str, left: Draft) -> bool:
        """Whether a customer of the source has waited longer than whoever waits here."""
        metrics = {metric, Metric.FIRST_REPLY} if metric == Metric.NEXT_REPLY else {metric}
        here = [self.waiting[each] for each in metrics if each in self.waiting]
        return all(left.entry.at < draft.entry.at for draft in here if draft.is_open)

    def _adopt(self, metric: str, left: Draft, source: "Thread", entry: Entry) -> None:
        draft = self.drafts.get((metric, left.entry.id))
        if draft is None:
            origins, marks = left.origins | {source.ticket_id}, left.marks[:-1]
            draft = Draft(metric, left.entry, left.channel, entry.at, origins, marks)
            self.drafts[draft.key] = draft
        elif draft.state != MarkKind.END:
            return
        here = self.waiting.pop(metric, None)
        if here is not None:
            here.end(entry, MERGED)
            self.displaced[metric] = here
        self.waiting[metric] = draft
        self._fit(draft, entry)

    def _give_back(self, source_id: int, entry: Entry) -> None:
        """A merge was undone: who waits on the source waits there, and whoever stood back here
        waits here again.
        """
        for metric, draft in list(self.waiting.items()):
            if source_id in draft.origins:
                draft.end(entry, UNMERGED)
                del self.waiting[metric]
                here = self.displaced.pop(metric, None)
                if here is not None:
                    self.waiting[metric] = here
                    self._fit(here, entry)


_READERS = {
    TimelineKind.OPENED: Thread.opened,
    TimelineKind.CUSTOMER_WROTE: Thread.customer_wrote,
    TimelineKind.REPLIED: Thread.replied,
    TimelineKind.STATUS_CHANGED: Thread.status_changed,
    TimelineKind.SOLVED: Thread.solved,
    TimelineKind.REOPENED: Thread.reopened,
    TimelineKind.CLOSED: Thread.closed,
    TimelineKind.MERGED: Thread.merged,
    TimelineKind.UNMERGED: Thread.unmerged,
    TimelineKind.SLA_EXEMPTED: Thread.exempted,
    TimelineKind.ESCALATED: Thread.escalated,
    **dict.fromkeys(MOVES, Thread.escalation_moved),
    TimelineKind.INQUIRY_ASKED: Thread.inquiry_asked,
    TimelineKind.INQUIRY_ANSWERED: Thread.inquiry_answered,
    TimelineKind.INQUIRY_WITHDRAWN: Thread.inquiry_withdrawn,
}
