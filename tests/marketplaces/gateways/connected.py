"""A gateway connected to a shop of the sandbox, and what a test wants of both."""

import re
from dataclasses import dataclass, field

from marketplaces.gateways.amazon.gateway import Amazon
from marketplaces.gateways.base import Access
from marketplaces.gateways.ebay.gateway import Ebay
from marketplaces.gateways.refunding import RefundLine, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
)
from marketplaces.gateways.shopify.gateway import Shopify
from marketplaces.gateways.walmart.gateway import Walmart
from marketplaces.money import Money
from tests.marketplaces.gateways.small_wire import SmallWire

GATEWAYS = {gateway.name: gateway for gateway in (Shopify, Walmart, Ebay, Amazon)}

#: How the sandbox names a gateway's operations in its faults.
CALLS = {
    "shopify": {"pull_orders": "orders", "get_order": "order", "issue_refund": "refundCreate"},
    "walmart": {
        "pull_orders": "getAllOrders",
        "get_order": "getAnOrder",
        "issue_refund": "refundOrderLines",
    },
    "ebay": {"pull_orders": "getOrders", "get_order": "getOrder", "issue_refund": "issueRefund"},
    "amazon": {
        "pull_orders": "searchOrders",
        "get_order": "getOrder",
        "issue_refund": "createFeed",
    },
}


#: Those whose pages are found again by a token of theirs, that tell a delivery, and also when.
PAGED_BY_TOKEN = {"shopify", "amazon"}
TELL_DELIVERY = {"shopify", "walmart", "amazon"}
TELL_WHEN = {"shopify", "walmart"}
#: Amazon tells refunds in its finances only, not with an order.
TELL_REFUNDS = {"shopify", "walmart", "ebay"}


@dataclass
class Connected:
    """One shop of its own, at a moment that stands still."""

    sandbox: object
    name: str
    shop: dict
    options: dict = field(default_factory=dict)

    def __post_init__(self):
        """Amazon shows nothing that is younger than two minutes."""
        self.sandbox.tell("time", advance=600)
        self.wire = SmallWire()
        self.gateway = self.another()

    def another(self, **credentials):
        """A second worker's gateway on the same wire."""
        options = {"orders_from": "2020-01-01"} | self.shop["options"] | self.options
        known = self.shop["credentials"] | credentials
        return GATEWAYS[self.name](Access(self.shop["addresses"], known, options), self.wire)

    def said(self, order):
        """The order's number as the sandbox says it."""
        return order.number if self.name == "shopify" else order.reference

    @property
    def state(self):
        return self.sandbox.state_of(self.shop)

    def fault(self, operation, *kinds, **more):
        call = CALLS[self.name][operation]
        self.sandbox.tell(
            "faults", marketplace=self.name, operation=call, script=list(kinds), **more
        )

    def everything(self, method, cursor=""):
        """Walk all pages; the items, how many pages, and the cursor behind them."""
        items, pages = [], 0
        while True:
            page = getattr(self.gateway, method)(cursor)
            assert not page.unread
            items += page.items
            cursor, pages = page.cursor, pages + 1
            assert pages < 200
            if not page.has_more:
                return items, pages, cursor

    def order(self, number=0):
        """One of the shop's orders, as the gateway tells it."""
        wanted = self.shop["orders"][number]
        items, _, _ = self.everything("pull_orders")
        return next(one for one in items if self.said(one) == wanted)

    def shipped(self, number=0):
        wanted = self.shop["orders"][number]
        self.sandbox.tell("time", advance=3600)
        self.sandbox.tell("ship", order=wanted, shop=self.shop["shop"])
        self.sandbox.tell("time", advance=600)
        return self.order(number)

    def refund(self, order, minor=100, key="refund-1", **more):
        """A request for so much of the first line's price."""
        line = order.lines[0]
        amounts = {Component.ITEM: Money(minor, order.currency)}
        return RefundRequest(
            key=key,
            order_reference=order.reference,
            reason=RefundReason.LATE,
            lines=(RefundLine(line.external_id, 0, amounts),),
            currency=order.currency,
            note="Late parcel",
            **more,
        )


def words_of(error):
    """Everything an error would put into a log."""
    told = []
    while error:
        told.append(f"{error!r} {error} {vars(error)}")
        error = error.__cause__ or error.__context__
    return " ".join(told)


def personal(state):
    """What a log must not hold, of a shop of the sandbox."""
    people = {
        text
        for order in state["orders"].values()
        for text in (*order["ship_to"].values(), order["buyer"]["name"], order["buyer"]["email"])
        if re.search(r"\w{4}", text)
    }
    return people | set(state["credentials"].values())
