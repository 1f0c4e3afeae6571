"""The two clocks of an escalation, entry by entry: accepting it, and solving it. Pure.

They do not stop because the case changes hands. While it is sent back they rest, and go on with
what is left when it comes again; only solving rests while a customer is asked.
"""

from collections.abc import Callable

from escalations.clock_story import RETURNED, WITHDRAWN, Draft, Entry, MarkKind
from escalations.contract import ContractAct
from escalations.models.clock import Metric
from helpdesk.models.ticket import Status
from helpdesk.models.timeline import TimelineKind

Start = Callable[[str, Entry], Draft]


class TierClocks:
    """Those of the escalation that ran last, on a ticket in ``status``."""

    def __init__(self):
        self.drafts: dict[str, Draft] = {}
        self.is_returned = False

    def escalated(self, entry: Entry, start: Start, status: str) -> None:
        self.is_returned = False
        for metric in (Metric.TIER_ACCEPTANCE, Metric.TIER_RESOLUTION):
            self.drafts[metric] = draft = start(metric, entry)
            draft.reference = f"escalation:{entry.facts['escalation']}"
        self.fit(entry, status)

    def read(self, entry: Entry, status: str) -> None:
        if self.drafts:
            _READERS[entry.kind](self, entry, status)

    def fit(self, entry: Entry, status: str) -> None:
        """Let the solving run or rest as the ticket's status wants it."""
        draft = self.drafts.get(Metric.TIER_RESOLUTION)
        if draft is None or not draft.is_open or self.is_returned:
            return
        if status == Status.PENDING:
            draft.pause(entry)
        else:
            draft.resume(entry)

    def _accepted(self, entry: Entry, status: str) -> None:
        self.drafts[Metric.TIER_ACCEPTANCE].mark(MarkKind.FULFIL, entry)

    def _sent_back(self, entry: Entry, status: str) -> None:
        self.is_returned = True
        for draft in self.drafts.values():
            if draft.is_open:
                draft.pause(entry, RETURNED)

    def _resubmitted(self, entry: Entry, status: str) -> None:
        """It waits to be accepted again, and for that too only what was left is left."""
        self.is_returned = False
        self.drafts[Metric.TIER_ACCEPTANCE].resume(entry)
        self.fit(entry, status)

    def _released(self, entry: Entry, status: str) -> None:
        """It waits to be accepted again, with what was left of that; the solving goes on."""
        self.drafts[Metric.TIER_ACCEPTANCE].resume(entry)

    def _decided(self, entry: Entry, status: str) -> None:
        insists = entry.facts.get("decision") == ContractAct.INSIST
        (self._resubmitted if insists else self._withdrawn)(entry, status)

    def _withdrawn(self, entry: Entry, status: str) -> None:
        for draft in self.drafts.values():
            draft.end(entry, WITHDRAWN)

    def _completed(self, entry: Entry, status: str) -> None:
        self.drafts[Metric.TIER_RESOLUTION].mark(MarkKind.FULFIL, entry)


_READERS = {
    TimelineKind.ESCALATION_ACCEPTED: TierClocks._accepted,
    TimelineKind.ESCALATION_SENT_BACK: TierClocks._sent_back,
    TimelineKind.ESCALATION_RESUBMITTED: TierClocks._resubmitted,
    TimelineKind.ESCALATION_DECIDED: TierClocks._decided,
    TimelineKind.ESCALATION_RELEASED: TierClocks._released,
    TimelineKind.ESCALATION_WITHDRAWN: TierClocks._withdrawn,
    TimelineKind.ESCALATION_COMPLETED: TierClocks._completed,
}
#: Entries that move a running escalation's clocks.
MOVES = frozenset(_READERS)
