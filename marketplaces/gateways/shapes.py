"""What travels between Recourse and a marketplace, in one vocabulary. Values only.

Amounts are :class:`~marketplaces.money.Money`, positive where money goes to the buyer in a refund.
Moments are aware and in UTC. What a marketplace does not tell is empty, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from marketplaces.money import Money

T = TypeVar("T")


class Component(StrEnum):
    """What a buyer paid for, as all four marketplaces tell it apart."""

    ITEM = "item"
    SHIPPING = "shipping"
    TAX = "tax"
    GIFT_WRAP = "gift_wrap"


class Fulfilment(StrEnum):
    MERCHANT = "merchant"
    MARKETPLACE = "marketplace"


class OrderState(StrEnum):
    """How far an order is. A marketplace's own finer words are mapped to these."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURN_REQUESTED = "return_requested"
    EXCHANGE_REQUESTED = "exchange_requested"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person as one store knows them."""

    external_id: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """``external_id`` is the marketplace's own number of the line, needed to refund it.

    ``paid`` is for the whole quantity, after discounts; tax stands under ``TAX`` only. A component
    that is missing was not charged.
    """

    external_id: str
    sku: str
    title: str
    quantity: int
    paid: Mapping[Component, Money]
    asin: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    quantity_shipped: int = 0


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    status: str
    words: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    tracking_number: str
    carrier: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    events: tuple[TrackingEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in. ``method`` is a word ("Visa"), never the number of an account."""

    external_id: str
    amount: Money
    method: str = ""
    at: datetime | None = None


class RefundState(StrEnum):
    """How far a refund got at the marketplace."""

    SUBMITTED = "submitted"
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as the marketplace tells it."""

    reference: str
    amount: Money
    state: RefundState
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """``changed_at`` is the marketplace's own last change: an older one never replaces a newer.

    ``reference`` is what its API takes; ``number`` is what buyer and seller see, where that is
    another one (Shopify's "#1001", Walmart's customer order). A file does not tell when it was
    placed, perhaps, nor when it changed.
    """

    reference: str
    status: OrderState
    buyer: Buyer
    currency: str
    lines: tuple[Line, ...]
    placed_at: datetime | None
    changed_at: datetime | None
    fulfilment: Fulfilment = Fulfilment.MERCHANT
    shipments: tuple[Shipment, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    ship_to: Mapping[str, str] = field(default_factory=dict)
    deliver_by: datetime | None = None
    number: str = ""


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


@dataclass(frozen=True, slots=True)
class BuyerMessage:
    """``thread`` is what an answer must name, where the marketplace has conversations (eBay)."""

    external_id: str
    buyer: Buyer
    text: str
    at: datetime
    order_reference: str = ""
    subject: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """``kind`` is the marketplace's type of message where it has types (Amazon), else empty.

    ``answers`` is the thread of the message that is answered.
    """

    key: str
    order_reference: str
    buyer_id: str
    text: str
    kind: str = ""
    answers: str = ""


class ClaimKind(StrEnum):
    A_TO_Z = "a_to_z"
    CHARGEBACK = "chargeback"
    INQUIRY = "inquiry"
    NEGATIVE_FEEDBACK = "negative_feedback"


class ClaimState(StrEnum):
    """``ANSWER_NEEDED`` waits for the seller, ``UNDER_REVIEW`` for the marketplace or the bank."""

    ANSWER_NEEDED = "answer_needed"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A dispute as the marketplace tells it. ``CLOSED``: it does not say who won."""

    external_id: str
    kind: ClaimKind
    order_reference: str
    state: ClaimState
    filed_at: datetime
    changed_at: datetime
    amount: Money | None = None
    answer_by: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Performance:
    """One figure of the marketplace's own report, e.g. Amazon's order defect rate.

    ``rate`` is a share from 0 to 1 in the marketplace's own rounding. Walmart tells the rate and
    not of how many orders.
    """

    name: str
    fulfilment: Fulfilment | None
    begins: datetime
    ends: datetime
    rate: Decimal | None = None
    orders: int | None = None
    affected: int | None = None
    causes: Mapping[str, int] = field(default_factory=dict)
    target: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``cursor`` continues behind the last item; ``has_more`` says that it should be asked now.

    ``unread`` are references of things that came in a form nobody documented: one of them must not
    hold up all the others, and must not be forgotten.
    """

    items: tuple[T, ...]
    cursor: str
    has_more: bool = False
    unread: tuple[str, ...] = ()
