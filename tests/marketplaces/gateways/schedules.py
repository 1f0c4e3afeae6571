"""A store that is kept in step while everything goes wrong: what a worker does, without database.

Orders are taken in page by page, the newer change wins; refunds are tried, looked for and tried
again, as the contract asks. What is drawn follows from the seed alone.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, TryLater
from marketplaces.gateways.refunding import RefundRequest
from marketplaces.gateways.shapes import (
    OrderState,
    RefundState,
)
from tests.marketplaces.gateways.connected import TELL_DELIVERY, Connected
from tests.marketplaces.gateways.small_wire import SmallWire

CHANCES = {
    "lose_answer": 0.08,
    "error": 0.06,
    "error_after": 0.06,
    "malformed": 0.06,
    "refuse_connection": 0.04,
    "throttle": 0.04,
    "duplicate": 0.08,
    "reorder": 0.08,
}
STEPS = 45


@dataclass
class Tried:
    """A refund, and how far it is; ``at`` is when it was tried first."""

    refund: RefundRequest
    at: datetime | None = None
    is_unknown: bool = False
    reference: str | None = None
    refused: str = ""


@dataclass
class Kept:
    """Our side: orders as last told, where the stream was left, refunds by key."""

    connected: Connected
    seed: int
    orders: dict = field(default_factory=dict)
    cursor: str = ""
    refunds: list[Tried] = field(default_factory=list)

    def __post_init__(self):
        self.drawn = Random(f"{self.seed}:{self.connected.name}")

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.connected.sandbox.ask("time")["now"])

    def tell(self, command, **asked):
        return self.connected.sandbox.tell(command, **asked)

    def live_through(self, steps: int = STEPS) -> None:
        self.tell("faults", marketplace=self.connected.name, chances=CHANCES, seed=self.seed)
        acts = [self.pull] * 5 + [self.happen] * 4 + [self.refund] * 2 + [self.restart]
        for _ in range(steps):
            self.drawn.choice(acts)()

    def settle_down(self) -> None:
        """Nothing goes wrong any more: take in what is left, and finish what was begun."""
        self.connected.sandbox.http.delete("/control/faults")
        self.tell("time", advance=3 * 86_400)
        for tried in self.refunds:
            for _ in range(3):
                self.try_refund(tried)
        self.tell("time", advance=3 * 86_400)
        while self.pull():
            pass

    def pull(self) -> bool:
        try:
            page = self.connected.gateway.pull_orders(self.cursor)
        except TryLater:
            return True
        assert not page.unread
        for order in page.items:
            known = self.orders.get(self.connected.said(order))
            if known is None or order.changed_at >= known.changed_at:
                self.orders[self.connected.said(order)] = order
        self.cursor = page.cursor
        return page.has_more

    def happen(self) -> None:
        """Something happens there."""
        self.tell("time", advance=self.drawn.choice([30, 200, 4000]))
        shop = self.connected.shop["shop"]
        number = self.drawn.choice(self.connected.shop["orders"])
        kind = self.drawn.choice(["orders", "ship", "deliver", "cancel", "ship"])
        if kind == "orders":
            made = self.tell("orders", shop=shop, count=self.drawn.randint(1, 4))
            self.connected.shop["orders"] += made["orders"]
            return
        answer = self.connected.sandbox.http.post(
            f"/control/{kind}", json={"order": number, "shop": shop}
        )
        assert answer.status_code in (200, 409)

    def restart(self) -> None:
        """Another worker, which has nothing in memory."""
        self.connected.wire = SmallWire()
        self.connected.gateway = self.connected.another()

    def refund(self) -> None:
        """Go on with a refund that is open, or begin one of an order that left."""
        waiting = [one for one in self.refunds if one.reference is None and not one.refused]
        if waiting and self.drawn.random() < 0.7:
            self.try_refund(self.drawn.choice(waiting))
            return
        left = (OrderState.SHIPPED, OrderState.DELIVERED)
        counts = Counter(one.refund.order_reference for one in self.refunds)
        found = [
            order
            for order in self.orders.values()
            if order.status in left and counts[order.reference] < 2
        ]
        if found:
            number = len(self.refunds)
            order = self.drawn.choice(found)
            refund = self.connected.refund(order, 100 + number, f"refund-{self.seed}-{number}")
            self.refunds.append(Tried(refund))
            self.try_refund(self.refunds[-1])

    def try_refund(self, tried: Tried) -> None:
        if tried.reference is not None or tried.refused:
            return
        known = frozenset(one.reference for one in self.refunds if one.reference)
        refund = replace(
            tried.refund, is_first=tried.at is None, tried_at=tried.at, known=known, at=self.now
        )
        tried.at = tried.at or self.now
        try:
            answer = self.connected.gateway.issue_refund(refund)
        except GatewayRefused as refused:
            tried.refused = refused.words
        except (TryLater, OutcomeUnknown) as error:
            tried.is_unknown = tried.is_unknown or isinstance(error, OutcomeUnknown)
        else:
            assert answer.state != RefundState.FAILED
            tried.reference = answer.reference

    def expected(self) -> dict[str, OrderState]:
        """What the sandbox itself says of each order."""
        tells = self.connected.name in TELL_DELIVERY
        states = {
            "unshipped": OrderState.PROCESSED,
            "partially_shipped": OrderState.PROCESSED,
            "shipped": OrderState.SHIPPED,
            "delivered": OrderState.DELIVERED if tells else OrderState.SHIPPED,
            "cancelled": OrderState.CANCELLED,
        }
        return {
            number: states[order["state"]]
            for number, order in self.connected.state["orders"].items()
        }
