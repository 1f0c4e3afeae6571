"""What of a case the criteria of routes ask, as it is at one moment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalations.case_words import Writing
from escalations.countdowns import NEAR, NEAR_ON_A_CHANNEL
from escalations.models.clock import Metric
from marketplaces.money import Money


@dataclass(frozen=True, slots=True)
class ClockFact:
    """One promise of the case; ``due_at`` is none while it is paused or over."""

    metric: str
    is_open: bool = True
    due_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def near_at(self) -> datetime | None:
        """From when on the deadline is near."""
        is_channels = self.metric == Metric.CHANNEL_REPLY
        return self.due_at and self.due_at - (NEAR_ON_A_CHANNEL if is_channels else NEAR)

    def is_near(self, at: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.near_at <= at <= self.due_at

    def is_breached(self, at: datetime) -> bool:
        """Whether the deadline was missed, be it made good meanwhile or not."""
        is_past = self.is_open and self.due_at is not None and self.due_at < at
        return is_past or self.breached_at is not None

    def is_late(self, at: datetime) -> bool:
        """Whether it was missed and is still owed."""
        return self.is_open and self.is_breached(at)


@dataclass(frozen=True)
class CaseFacts:
    """``contacts`` and ``tickets`` are the moments the customer wrote to us and opened tickets,
    in order, of the last year. ``paid`` holds by currency what their orders came to, in minor
    units. Priority and severity are their numbers. ``problem`` is an open one behind the case.
    """

    at: datetime
    opened_at: datetime
    channel: str = ""
    priority: int = 0
    severity: int = 0
    category: str = ""
    amount: Money | None = None
    contacts: tuple[datetime, ...] = ()
    tickets: tuple[datetime, ...] = ()
    reopened: int = 0
    clocks: tuple[ClockFact, ...] = ()
    tags: frozenset[str] = frozenset()
    customer_tags: frozenset[str] = frozenset()
    paid: Mapping[str, int] = field(default_factory=dict)
    orders: int = 0
    problem: int | None = None
    writing: Writing = field(default_factory=Writing)

    @property
    def age(self) -> timedelta:
        return self.at - self.opened_at
