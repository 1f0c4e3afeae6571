"""The world: what happens to orders, money, claims and messages, and when. Pure; no clock, no wire.

Whoever drives it says what time it is (:meth:`World.catch_up`); what is due by then happens at the
moment it was due.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from sandbox.values import Claim, Event, Message, Order, Part, Refund, Shipment, Shop

#: Seconds from a refund's acceptance to the money, by marketplace; Amazon counts from the feed.
SETTLES_AFTER = {
    "amazon": 3600.0,
    "amazon.feed": 90.0,
    "amazon.report": 60.0,
    "shopify": 0.0,
    "ebay": 300.0,
    "walmart": 60.0,
}
#: Hours to answer a claim, by kind.
ANSWER_WITHIN = {"a_to_z": 48, "chargeback": 168, "inquiry": 72, "return": 48}


class Refused(Exception):
    """It cannot be; ``code`` tells the wire formats which of their errors this is."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code, self.words = code, words


@dataclass
class World:
    """All shops at one moment. ``settles_after`` may be changed while it runs."""

    now: datetime
    seed: int = 1
    shops: dict[str, Shop] = field(default_factory=dict)
    settles_after: dict[str, float] = field(default_factory=lambda: dict(SETTLES_AFTER))
    #: (moment, tie-break, kind, shop, subject), a heap.
    agenda: list[tuple[datetime, int, str, str, str]] = field(default_factory=list)
    last_number: int = 1000
    #: What happens when a kind of the agenda is due; wires add theirs.
    turns: dict[str, Callable[["World", Shop, str], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.turns.setdefault("settle", lambda world, shop, refund: world.settle(shop, refund))

    def number(self) -> int:
        """Return a number nothing else in the world has."""
        self.last_number += 1
        return self.last_number

    def later(self, seconds: float, kind: str, shop: Shop, subject: str) -> None:
        """Have ``turns[kind]`` happen after so many seconds of the world's time."""
        due = self.now + timedelta(seconds=seconds)
        heappush(self.agenda, (due, self.number(), kind, shop.id, subject))

    def catch_up(self, now: datetime) -> None:
        """Let everything happen that is due; time never goes back."""
        while self.agenda and self.agenda[0][0] <= now:
            due, _, kind, shop, subject = heappop(self.agenda)
            self.now = max(self.now, due)
            self.turns[kind](self, self.shops[shop], subject)
        self.now = max(self.now, now)

    def take_in(self, shop: Shop, order: Order) -> Order:
        """A buyer has ordered."""
        shop.orders[order.reference] = order
        return order

    def order(self, shop: Shop, reference: str) -> Order:
        """:raises Refused: if the shop has no such order."""
        if reference not in shop.orders:
            raise Refused("no_order", f"There is no order {reference}.")
        return shop.orders[reference]

    def touch(self, order: Order) -> None:
        order.changed_at = self.now
        order.version += 1

    def ship(
        self, shop: Shop, order: Order, *, carrier: str, tracking: str,
        quantities: dict[str, int] | None = None,
    ) -> Shipment:  # fmt: skip
        """Send a parcel with these lines; all that is left where none are named.

        :raises Refused: if nothing, or not as much, is left to ship.
        """
        left = {line.id: line.quantity - line.shipped - line.cancelled for line in order.lines}
        wanted = quantities or {line: count for line, count in left.items() if count}
        if not wanted or any(n < 1 or n > left.get(line, 0) for line, n in wanted.items()):
            raise Refused("not_shippable", "That is not left to ship.")
        for line in order.lines:
            line.shipped += wanted.get(line.id, 0)
        shipment = Shipment(str(self.number()), carrier, tracking, wanted, self.now)
        shipment.events.append(Event(self.now, "in_transit", "Picked up", "Memphis, TN"))
        order.shipments.append(shipment)
        all_gone = all(line.shipped + line.cancelled == line.quantity for line in order.lines)
        order.state = "shipped" if all_gone else "partially_shipped"
        self.touch(order)
        return shipment

    def deliver(self, shop: Shop, order: Order) -> None:
        """Every parcel on its way arrives.

        :raises Refused: if none is.
        """
        on_their_way = [one for one in order.shipments if one.delivered_at is None]
        if not on_their_way:
            raise Refused("not_shipped", "No parcel is on its way.")
        for shipment in on_their_way:
            shipment.delivered_at = self.now
            shipment.events.append(Event(self.now, "delivered", "Left at front door"))
        if order.state == "shipped":
            order.state = "delivered"
        self.touch(order)

    def cancel(self, shop: Shop, order: Order) -> None:
        """:raises Refused: if something was shipped."""
        if any(line.shipped for line in order.lines):
            raise Refused("not_cancellable", "Something was shipped already.")
        for line in order.lines:
            line.cancelled = line.quantity
        order.state = "cancelled"
        self.touch(order)

    def refund(
        self, shop: Shop, order: Order, parts: list[Part], *, amount: int | None = None,
        reason: str = "", note: str = "", key: str = "",
    ) -> Refund:  # fmt: skip
        """Give money back; it settles later. ``amount`` where it is not the parts' sum.

        :raises Refused: if a line is unknown, an amount is negative, or more would be given back
            than was paid, on a component of a line or altogether.
        """
        total = sum(part.total for part in parts) if amount is None else amount
        self._refuse_what_was_not_paid(shop, order, parts, total)
        refund = Refund(
            str(self.number()), order.reference, total, parts, self.now, reason, note, key
        )
        shop.refunds[refund.id] = refund
        self.touch(order)
        seconds = self.settles_after[shop.marketplace]
        if seconds:
            self.later(seconds, "settle", shop, refund.id)
        else:
            self.settle(shop, refund.id)
        return refund

    def settle(self, shop: Shop, refund_id: str, *, failed: bool = False) -> None:
        """The money of a refund arrived, or did not; what is settled stays so."""
        refund = shop.refunds[refund_id]
        if refund.state == "pending":
            refund.state = "failed" if failed else "settled"
            refund.settled_at = self.now
            self.touch(shop.orders[refund.order])

    def file_claim(
        self, shop: Shop, order: Order, *, kind: str, words: str = "", amount: int | None = None
    ) -> Claim:
        hours = ANSWER_WITHIN.get(kind)
        claim = Claim(
            str(self.number()), kind, order.reference, self.now, self.now,
            order.paid if amount is None else amount,
            self.now + timedelta(hours=hours) if hours else None, "open", words,
        )  # fmt: skip
        shop.claims[claim.id] = claim
        return claim

    def change_claim(self, claim: Claim, state: str) -> None:
        claim.state, claim.changed_at = state, self.now

    def write(self, shop: Shop, order: Order, text: str, *, from_buyer: bool, **more) -> Message:
        """Somebody writes about an order; ``more`` as in :class:`Message`."""
        message = Message(
            str(self.number()), order.reference, order.buyer.id, text, self.now, from_buyer, **more
        )
        shop.messages.append(message)
        return message

    def _refuse_what_was_not_paid(
        self, shop: Shop, order: Order, parts: list[Part], total: int
    ) -> None:
        if total < 0 or any(amount < 0 for part in parts for amount in part.amounts.values()):
            raise Refused("negative", "An amount is below nothing.")
        given = [p for r in shop.refunds_of(order) if r.state != "failed" for p in r.parts]
        for part in parts:
            line = order.line(part.line)
            if line is None:
                raise Refused("no_line", f"Order {order.reference} has no line {part.line}.")
            of_line = [p for p in [*given, *parts] if p.line == part.line]
            for component, paid in line.paid.items():
                if sum(p.amounts.get(component, 0) for p in of_line) > paid:
                    raise Refused("too_much", f"More than was paid on line {line.id}.")
            if any(amount and name not in line.paid for name, amount in part.amounts.items()):
                raise Refused("too_much", f"That was not paid on line {line.id}.")
        if shop.refunded(order) + total > order.paid:
            raise Refused("too_much", f"More than was paid for order {order.reference}.")
