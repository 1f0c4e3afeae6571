"""A seller account at eBay.

Orders, refunds and payment disputes by the Fulfillment API, messages by the Message API. Sellers in
the EU and the UK must sign refunds: with the key pair of eBay's Key Management API that is done
here, without it the test of the connection says what is missing, and refunds are refused. A
delivery is not told by these APIs, and inquiries and cases of the Post-Order API are not read.
"""

from types import MappingProxyType
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplaces.gateways import beginnings
from marketplaces.gateways.answers import read
from marketplaces.gateways.base import (
    Access,
    Capability,
    Checked,
    Field,
    GatewayRefused,
    Rate,
    Wire,
)
from marketplaces.gateways.ebay import claims, messages, orders, refunds
from marketplaces.gateways.ebay.client import SCOPES, Client
from marketplaces.gateways.offering import Offering

SIGNATURE = "digital signature"

#: The API tells the real figures by getRateLimits; the page's row for Fulfillment was unreadable.
LIMITS = "https://developer.ebay.com/develop/get-started/api-call-limits; careful"


def _paced(per_second: float, burst: int) -> Rate:
    """eBay counts by day and application, whatever store it is for."""
    return Rate(per_second, burst, LIMITS, per_app=True)


class Ebay(Offering):
    name = "ebay"
    capabilities: ClassVar = frozenset(
        {
            Capability.PULL_ORDERS,
            Capability.GET_ORDER,
            Capability.TRACKING,
            Capability.RECEIVE_MESSAGES,
            Capability.SEND_MESSAGE,
            Capability.ISSUE_REFUND,
            Capability.LOOK_UP_REFUND,
            Capability.CLAIMS,
        }
    )
    rates: ClassVar = MappingProxyType(
        {
            "token": _paced(0.1, 5),
            "check": _paced(0.1, 5),
            "pull_orders": _paced(0.2, 10),
            "pull_orders.parcels": _paced(0.5, 100),
            "get_order": _paced(0.5, 10),
            "get_order.parcels": _paced(0.5, 10),
            "tracking.parcels": _paced(0.5, 10),
            "issue_refund": _paced(0.2, 10),
            "look_up_refund": _paced(0.2, 10),
            "receive_messages": _paced(0.1, 5),
            "receive_messages.thread": _paced(0.5, 50),
            "send_message": _paced(0.2, 10),
            "pull_claims": _paced(0.1, 5),
            "pull_claims.one": _paced(0.2, 50),
        }
    )
    #: eBay takes a refund in and shows it a while later.
    sure_after: ClassVar = 900.0
    addresses: ClassVar = MappingProxyType(
        {"api": "https://api.ebay.com", "apiz": "https://apiz.ebay.com"}
    )
    fields: ClassVar = (
        Field("client_id", _("App ID (client ID)"), is_secret=True),
        Field("client_secret", _("Cert ID (client secret)"), is_secret=True),
        Field("refresh_token", _("Refresh token of the seller"), is_secret=True),
        Field(
            "seller_id",
            _("eBay username of the seller"),
            is_required=False,
            help=_("Left empty, it is taken from the first order."),
        ),
        Field(
            "must_sign",
            _("Seller in the EU or the UK"),
            is_required=False,
            help=_("yes or no. eBay takes refunds of such sellers only with a signature."),
        ),
        Field("signing_key", _("Private signing key"), is_secret=True, is_required=False),
        Field("signing_jwe", _("Public key as JWE"), is_secret=True, is_required=False),
        beginnings.FIELD,
    )

    def __init__(self, access: Access, wire: Wire):
        self.client = Client(access, wire)
        self.begin = access.options.get("orders_from", "")
        self._seller = access.options.get("seller_id", "")
        self.must_sign = access.options.get("must_sign", "").lower() in ("yes", "true", "1")

    def check(self) -> Checked:
        """Name the seller, what they consented to, and what is missing."""
        granted = tuple(scope for scope in SCOPES if self.client.is_granted(scope))
        seller = self.seller if SCOPES[0] in granted else self._seller
        missing = [scope for scope in SCOPES if scope not in granted]
        if self.must_sign and not self.client.can_sign:
            missing.append(SIGNATURE)
        return Checked(seller, granted, tuple(missing))

    @property
    def seller(self) -> str:
        """The seller's username: as filled in, else as an order tells it."""
        return self._seller or self.client.remember("seller", self._ask_seller)

    def _ask_seller(self) -> str:
        answer = self.client.get("check", orders.PATH, {"limit": "1"})
        found = answer.get("orders") or [{}]
        return read("check", lambda order: str(order.get("sellerId") or ""), found[0])

    def pull_orders(self, cursor):
        return orders.pull(self.client, self.begin, cursor)

    def get_order(self, reference):
        return orders.get(self.client, reference)

    def tracking(self, reference):
        return orders.tracking(self.client, reference)

    def receive_messages(self, cursor):
        return messages.receive(self.client, self.seller, cursor)

    def send_message(self, message):
        return messages.send(self.client, message)

    def issue_refund(self, refund):
        if self.must_sign and not self.client.can_sign:
            words = "eBay takes refunds of sellers in the EU and the UK only with a signing key"
            raise GatewayRefused("issue_refund", words, code="NO_SIGNING_KEY")
        return refunds.issue(self.client, refund)

    def look_up_refund(self, refund, reference=""):
        return refunds.look_up(self.client, refund, reference)

    def pull_claims(self, cursor):
        return claims.pull(self.client, cursor)
