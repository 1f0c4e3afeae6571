"""What there is in the world: shops, orders, refunds, claims, messages. Values only.

Amounts are minor units of the order's currency, moments aware and in UTC. A component is one of
``item``, ``shipping``, ``tax``, ``gift_wrap``.
"""

from dataclasses import dataclass, field
from datetime import datetime

COMPONENTS = ("item", "shipping", "tax", "gift_wrap")


@dataclass
class Buyer:
    id: str
    name: str
    email: str = ""
    phone: str = ""


@dataclass
class Line:
    """``id`` is the marketplace's own number of the line."""

    id: str
    sku: str
    title: str
    quantity: int
    paid: dict[str, int]
    asin: str = ""
    options: dict[str, str] = field(default_factory=dict)
    shipped: int = 0
    cancelled: int = 0


@dataclass
class Event:
    """One scan of a parcel; ``status`` is one of in_transit, out_for_delivery, delivered."""

    at: datetime
    status: str
    words: str = ""
    place: str = ""


@dataclass
class Shipment:
    id: str
    carrier: str
    tracking: str
    quantities: dict[str, int]
    shipped_at: datetime
    delivered_at: datetime | None = None
    events: list[Event] = field(default_factory=list)


@dataclass
class Order:
    """``number`` is unique in the world; ``version`` counts the changes."""

    reference: str
    number: int
    buyer: Buyer
    currency: str
    lines: list[Line]
    placed_at: datetime
    changed_at: datetime
    deliver_by: datetime
    ship_to: dict[str, str]
    fulfilment: str = "merchant"
    payment: str = "Visa"
    state: str = "unshipped"
    version: int = 1
    shipments: list[Shipment] = field(default_factory=list)

    @property
    def paid(self) -> int:
        return sum(amount for line in self.lines for amount in line.paid.values())

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)


@dataclass
class Part:
    """What a refund gives back on one line."""

    line: str
    quantity: int
    amounts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.amounts.values())


@dataclass
class Refund:
    """``amount`` may differ from the parts' sum where a marketplace refunds an order as a whole."""

    id: str
    order: str
    amount: int
    parts: list[Part]
    at: datetime
    reason: str = ""
    note: str = ""
    key: str = ""
    state: str = "pending"
    settled_at: datetime | None = None


@dataclass
class Claim:
    """``kind``: a_to_z, chargeback, negative_feedback, inquiry, return. ``state``: open, answered,
    won, lost, withdrawn.
    """

    id: str
    kind: str
    order: str
    filed_at: datetime
    changed_at: datetime
    amount: int = 0
    answer_by: datetime | None = None
    state: str = "open"
    words: str = ""


@dataclass
class Message:
    """``kind`` is the marketplace's type of message where it has types."""

    id: str
    order: str
    buyer: str
    text: str
    at: datetime
    from_buyer: bool
    subject: str = ""
    kind: str = ""
    answers: str = ""
    is_read: bool = False


@dataclass
class Shop:
    """One seller account. ``papers`` holds what only one marketplace has: feeds, documents, keys.

    :ivar papers: by kind and number, plain JSON values.
    """

    id: str
    marketplace: str
    name: str
    currency: str
    credentials: dict[str, str]
    scopes: list[str] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    papers: dict[str, dict] = field(default_factory=dict)

    def paper(self, kind: str) -> dict:
        return self.papers.setdefault(kind, {})

    def refunds_of(self, order: Order) -> list[Refund]:
        return [refund for refund in self.refunds.values() if refund.order == order.reference]

    def refunded(self, order: Order) -> int:
        """What was given back or is on its way; a refund that failed gave nothing."""
        return sum(r.amount for r in self.refunds_of(order) if r.state != "failed")
