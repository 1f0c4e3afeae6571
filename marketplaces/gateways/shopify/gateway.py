"""A shop at Shopify.

Shopify has no messages between buyer and seller in its API (buyers write e-mail), and no report on
a seller's performance: neither is among the capabilities.
"""

from types import MappingProxyType
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplaces.gateways.answers import read
from marketplaces.gateways.base import Access, Capability, Checked, Field, Rate, Wire
from marketplaces.gateways.offering import Offering
from marketplaces.gateways.shopify import claims, orders, queries, refunds
from marketplaces.gateways.shopify.client import VERSION, Client

SCOPES = (
    "read_orders",
    "write_orders",
    "read_customers",
    "read_fulfillments",
    "read_shopify_payments_disputes",
)

TOKENS = Rate(0.1, 5, "none documented; careful")


def _points(cost: float) -> Rate:
    """Shopify counts points of one bucket for all queries: on the standard plan 100 a second.

    ``cost`` is what the dearest query of an operation asks for at most, as it reckons them; a shop
    with a larger bucket says so with each answer.
    """
    source = "https://shopify.dev/docs/api/usage/limits: 100 points a second"
    return Rate(100, 2000, source, cost=cost, bucket="points", unit="points")


class Shopify(Offering):
    name = "shopify"
    capabilities: ClassVar = frozenset(
        {
            Capability.PULL_ORDERS,
            Capability.GET_ORDER,
            Capability.TRACKING,
            Capability.ISSUE_REFUND,
            Capability.LOOK_UP_REFUND,
            Capability.CLAIMS,
        }
    )
    rates: ClassVar = MappingProxyType(
        {
            "token": TOKENS,
            "check": _points(5),
            "pull_orders": _points(650),
            "get_order": _points(135),
            "tracking": _points(15),
            "issue_refund": _points(25),
            "look_up_refund": _points(20),
            "pull_claims": _points(40),
        }
    )
    sure_after: ClassVar = 60.0
    addresses: ClassVar = MappingProxyType({"api": ""})
    fields: ClassVar = (
        Field(
            "access_token",
            _("Admin API access token"),
            is_secret=True,
            is_required=False,
            help=_("Of a custom app in the shop. Leave it empty to use client ID and secret."),
        ),
        Field("client_id", _("Client ID"), is_secret=True, is_required=False),
        Field("client_secret", _("Client secret"), is_secret=True, is_required=False),
        Field("version", _("API version"), is_required=False, default=VERSION),
    )

    def __init__(self, access: Access, wire: Wire):
        self.client = Client(access, wire)

    def check(self) -> Checked:
        data = self.client.ask("check", queries.WHO_AM_I, {})
        return read("check", _checked, data)

    def pull_orders(self, cursor):
        return orders.pull(self.client, cursor)

    def get_order(self, reference):
        return orders.get(self.client, reference)

    def tracking(self, reference):
        return orders.tracking(self.client, reference)

    def issue_refund(self, refund):
        return refunds.issue(self.client, refund)

    def look_up_refund(self, refund, reference=""):
        return refunds.look_up(self.client, refund, reference)

    def pull_claims(self, cursor):
        return claims.pull(self.client, cursor)


def _checked(data) -> Checked:
    granted = [scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]]
    missing = [scope for scope in SCOPES if not _covers(granted, scope)]
    return Checked(data["shop"]["myshopifyDomain"], tuple(granted), tuple(missing))


def _covers(granted, scope: str) -> bool:
    """Whoever may write may also read."""
    return scope in granted or scope.replace("read_", "write_") in granted
