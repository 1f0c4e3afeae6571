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
