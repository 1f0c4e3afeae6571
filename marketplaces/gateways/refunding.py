"""What we ask of a marketplace when money goes back, and what it answers. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplaces.gateways.shapes import Component, RefundState
from marketplaces.money import Money


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Which line, and how much of which component; ``quantity`` 0 is money without goods."""

    line_id: str
    quantity: int
    amounts: Mapping[Component, Money]


class RefundReason(StrEnum):
    """Why money goes back; each marketplace has its own word for it, or a more general one."""

    NOT_RECEIVED = "not_received"
    LATE = "late"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    OUT_OF_STOCK = "out_of_stock"
    PRICE = "price"
    GOODWILL = "goodwill"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """``key`` is derived from our refund's id: the same for every attempt, at most 40 characters.

    It is written where the marketplace keeps a remark, so it may hold letters, digits and hyphens.
    ``known`` are the references of the store's other refunds we know of: none of them is this one.
    ``is_first`` says that it was never tried, so there is nothing to look for before it is made;
    else ``tried_at`` is when it was tried first: what was made before is not this one. ``at`` is
    now, on our clock: by it a marketplace that shows money late can tell what it must show by now.
    """

    key: str
    order_reference: str
    reason: RefundReason
    lines: tuple[RefundLine, ...]
    currency: str
    note: str = ""
    known: frozenset[str] = frozenset()
    is_first: bool = False
    tried_at: datetime | None = None
    at: datetime | None = None

    @property
    def total(self) -> Money:
        amounts = (amount for line in self.lines for amount in line.amounts.values())
        return sum(amounts, Money(0, self.currency))


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """``reference`` finds the refund again: a feed, a refund or an order line, by marketplace.

    ``amount`` is what goes back, where the marketplace says so: Walmart adds tax and shipping by
    itself when a line's full price is given back.
    """

    state: RefundState
    reference: str
    words: str = ""
    amount: Money | None = None
