"""A seller account at Walmart's Marketplace.

Its API has no messages: buyers write through a relay address, and answers go out by mail. It has no
claims either (Walmart decides by itself, and that cannot be disputed): neither is offered here.
"""

from types import MappingProxyType
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplaces.gateways import beginnings
from marketplaces.gateways.answers import read
from marketplaces.gateways.base import Access, Capability, Checked, Field, Rate, Wire
from marketplaces.gateways.offering import Offering
from marketplaces.gateways.walmart import orders, performance, refunds
from marketplaces.gateways.walmart.client import Client

#: What the key must be allowed, in the words of the token's detail.
NEEDED = ("orders", "returns")

LIMITS = "https://developer.walmart.com/us-marketplace/docs/rate-limiting"
UNVERIFIED = "no production figure found (sandbox: refunds 30 an hour); careful"


class Walmart(Offering):
    name = "walmart"
    capabilities: ClassVar = frozenset(
        {
            Capability.PULL_ORDERS,
            Capability.GET_ORDER,
            Capability.TRACKING,
            Capability.ISSUE_REFUND,
            Capability.LOOK_UP_REFUND,
            Capability.PERFORMANCE,
        }
    )
    rates: ClassVar = MappingProxyType(
        {
            "token": Rate(0.1, 5, LIMITS),
            "check": Rate(0.1, 5, LIMITS),
            "pull_orders": Rate(1, 20, LIMITS),
            "get_order": Rate(1, 20, LIMITS),
            "tracking": Rate(1, 20, LIMITS),
            "issue_refund": Rate(30 / 3600, 10, UNVERIFIED),
            "look_up_refund": Rate(1, 20, LIMITS),
            "performance": Rate(1 / 60, 2, "seller-response-rate-reports: one call a minute"),
        }
    )
    sure_after: ClassVar = 300.0
    addresses: ClassVar = MappingProxyType({"api": "https://marketplace.walmartapis.com"})
    fields: ClassVar = (
        Field("client_id", _("Client ID"), is_secret=True),
        Field("client_secret", _("Client secret"), is_secret=True),
        Field("market", _("Market"), default="us", help=_("us or ca: others have no refunds.")),
        beginnings.FIELD,
    )

    def __init__(self, access: Access, wire: Wire):
        self.client = Client(access, wire)
        self.begin = access.options.get("orders_from", "")

    def check(self) -> Checked:
        answer = self.client.get("check", "/v3/token/detail")
        return read("check", _checked, answer)

    def pull_orders(self, cursor):
        return orders.pull(self.client, self.begin, cursor)

    def get_order(self, reference):
        return orders.get(self.client, reference)

    def tracking(self, reference):
        return orders.tracking(self.client, reference)

    def issue_refund(self, refund):
        return refunds.issue(self.client, refund)

    def look_up_refund(self, refund, reference=""):
        return refunds.look_up(self.client, refund)

    def performance(self):
        return performance.ask(self.client)


def _checked(answer) -> Checked:
    scopes = answer["scopes"]
    granted = tuple(name for name, access in scopes.items() if access != "no_access")
    return Checked("", granted, tuple(name for name in NEEDED if name not in granted))
