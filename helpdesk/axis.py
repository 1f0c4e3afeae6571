"""Everything that happened with one customer, on one axis of time. Pure: no queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from marketplaces.money import Money


class Happening(StrEnum):
    TICKET = "ticket"
    ORDER = "order"
    REFUND = "refund"


@dataclass(frozen=True)
class AxisEvent:
    """``is_counted`` is false where the link to the customer is too weak to count against them.

    A refund stands at its order's moment: marketplaces tell how much was refunded, not when.
    """

    kind: Happening
    at: datetime
    pk: int
    channel: str
    title: str
    state: str
    amount: Money | None = None
    is_counted: bool = True

    @property
    def sort_key(self) -> tuple:
        return (self.at, self.kind, self.pk)


@dataclass(frozen=True)
class Totals:
    """What counts, by kind and per currency; ``not_counted`` came by weak links."""

    tickets: int
    orders: int
    paid: Sequence[Money]
    refunded: Sequence[Money]
    not_counted: int


@dataclass(frozen=True)
class Month:
    """``first`` is the beginning of the month in the reader's zone."""

    first: datetime
    events: list[AxisEvent]

    def count(self, kind: Happening) -> int:
        return sum(event.kind == kind for event in self.events)

    @property
    def tickets(self) -> int:
        return self.count(Happening.TICKET)

    @property
    def orders(self) -> int:
        return self.count(Happening.ORDER)

    @property
    def refunds(self) -> int:
        return self.count(Happening.REFUND)


def newest_first(events: Iterable[AxisEvent]) -> list[AxisEvent]:
    return sorted(events, key=lambda event: event.sort_key, reverse=True)


def by_month(events: Iterable[AxisEvent], *, zone) -> list[Month]:
    """Group events that come newest first by the months of a time zone."""

    def month_of(event: AxisEvent) -> datetime:
        local = event.at.astimezone(zone)
        return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    return [Month(first, list(some)) for first, some in groupby(events, key=month_of)]


def totals_of(events: Iterable[AxisEvent]) -> Totals:
    events = list(events)
    counted = [event for event in events if event.is_counted]
    kinds = Counter(event.kind for event in counted)
    return Totals(
        tickets=kinds[Happening.TICKET],
        orders=kinds[Happening.ORDER],
        paid=_sums(counted, Happening.ORDER),
        refunded=_sums(counted, Happening.REFUND),
        not_counted=len(events) - len(counted),
    )


def _sums(events: Iterable[AxisEvent], kind: Happening) -> list[Money]:
    sums: dict[str, Money] = {}
    for amount in (event.amount for event in events if event.kind == kind):
        before = sums.get(amount.currency)
        sums[amount.currency] = before + amount if before else amount
    return [sums[currency] for currency in sorted(sums)]


@dataclass(frozen=True)
class Mark:
    """Where an event stands on the strip: ``x`` from 0 to the strip's width, ``y`` its lane."""

    event: AxisEvent
    x: float
    y: int


LANES = {Happening.TICKET: 12, Happening.ORDER: 30, Happening.REFUND: 48}
STRIP_LEFT, STRIP_WIDTH = 80, 624


def marks_of(events: Sequence[AxisEvent]) -> list[Mark]:
    """Place events between the first and the last; one alone stands at the end."""
    if not events:
        return []
    moments = [event.at for event in events]
    first, span = min(moments), (max(moments) - min(moments)).total_seconds()
    return [
        Mark(event, round(_place((event.at - first).total_seconds(), span), 1), LANES[event.kind])
        for event in events
    ]


def _place(seconds: float, span: float) -> float:
    share = seconds / span if span else 1
    return STRIP_LEFT + share * STRIP_WIDTH
