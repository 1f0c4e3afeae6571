"""A seller account at Amazon.

No API of Amazon reads what buyers write, tells of A-to-z claims, chargebacks or feedback, or
answers a buyer freely: messages come and go by relay mail, claims are known from mail and from the
performance report alone. Pushed notifications need a queue at AWS; orders are asked for instead.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplaces.gateways import beginnings
from marketplaces.gateways.amazon import messages, orders, performance, refunds
from marketplaces.gateways.amazon.adjustments import FEED_TYPE
from marketplaces.gateways.amazon.client import Client, Feeds, Finances, Messaging, Orders, Reports
from marketplaces.gateways.base import (
    Access,
    Capability,
    Checked,
    Field,
    GatewayRefused,
    Rate,
    Wire,
)
from marketplaces.gateways.offering import Offering
from marketplaces.gateways.refunding import RefundAnswer, RefundRequest

#: An order number of the right form that nobody has: what is allowed to ask answers 404.
NOBODYS = "000-0000000-0000000"
MODELS = "amzn/selling-partner-api-models at 34dc93f, usage plan of the operation"
UNDOCUMENTED = "a signed address outside SP-API: no rate documented; careful"


class Amazon(Offering):
    name = "amazon"
    capabilities: ClassVar = frozenset(
        {
            Capability.PULL_ORDERS,
            Capability.GET_ORDER,
            Capability.TRACKING,
            Capability.SEND_MESSAGE,
            Capability.ISSUE_REFUND,
            Capability.LOOK_UP_REFUND,
            Capability.PERFORMANCE,
        }
    )
    rates: ClassVar = MappingProxyType(
        {
            "token": Rate(0.1, 10, "login with Amazon: none documented; careful"),
            "searchOrders": Rate(0.0056, 20, MODELS),
            "getOrder": Rate(0.5, 30, MODELS),
            "getMessagingActionsForOrder": Rate(1, 5, MODELS),
            "createMessage": Rate(1, 5, MODELS),
            "getSolicitationActionsForOrder": Rate(1, 5, MODELS),
            "createSolicitation": Rate(1, 5, MODELS),
            "createFeedDocument": Rate(0.5, 15, MODELS),
            "createFeed": Rate(0.0083, 15, MODELS),
            "getFeed": Rate(2, 15, MODELS),
            "getFeeds": Rate(0.0222, 10, MODELS),
            "getFeedDocument": Rate(0.0222, 10, MODELS),
            "uploadFile": Rate(0.5, 15, UNDOCUMENTED),
            "downloadFile": Rate(0.5, 15, UNDOCUMENTED),
            "listTransactions": Rate(0.5, 10, MODELS),
            "createReport": Rate(0.0167, 15, MODELS),
            "getReports": Rate(0.0222, 10, MODELS),
            "getReportDocument": Rate(0.0167, 15, MODELS),
        }
    )
    #: A feed is listed as soon as it is made.
    sure_after: ClassVar = 120.0
    addresses: ClassVar = MappingProxyType(
        {
            "api": "https://sellingpartnerapi-na.amazon.com",
            "token": "https://api.amazon.com",
        }
    )
    fields: ClassVar = (
        Field("client_id", _("Client ID"), is_secret=True),
        Field("client_secret", _("Client secret"), is_secret=True),
        Field("refresh_token", _("Refresh token of the seller"), is_secret=True),
        Field("seller_id", _("Merchant token")),
        Field(
            "marketplace",
            _("Marketplace ID"),
            default="ATVPDKIKX0DER",
            help=_("ATVPDKIKX0DER is the United States, A1PA6795UKMFR9 Germany."),
        ),
        beginnings.FIELD,
    )

    def __init__(self, access: Access, wire: Wire):
        self.client = Client(access, wire)
        self.begin = access.options.get("orders_from", "")

    def check(self) -> Checked:
        """Ask each API for what nobody has: a role that is missing answers 403."""
        asked = {"marketplaceIds": self.client.marketplace, "pageSize": 1}
        related = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": NOBODYS}
        asks = {
            "orders": lambda: self._ask("getOrder", Orders, lambda api: api.get_order(NOBODYS)),
            "messaging": lambda: self._ask(
                "getMessagingActionsForOrder",
                Messaging,
                lambda api: api.get_messaging_actions_for_order(
                    NOBODYS, marketplaceIds=self.client.marketplace
                ),
            ),
            "feeds": lambda: self._ask(
                "getFeeds", Feeds, lambda api: api.get_feeds(feedTypes=FEED_TYPE, **asked)
            ),
            "finances": lambda: self._ask(
                "listTransactions", Finances, lambda api: api.list_transactions(**related)
            ),
            "reports": lambda: self._ask(
                "getReports",
                Reports,
                lambda api: api.get_reports(reportTypes=performance.REPORT, **asked),
            ),
        }
        granted = tuple(role for role, ask in asks.items() if _is_allowed(ask))
        missing = tuple(role for role in asks if role not in granted)
        return Checked(self.client.seller, granted, missing)

    def pull_orders(self, cursor):
        return orders.pull(self.client, self.begin, cursor)

    def get_order(self, reference):
        return orders.get(self.client, reference)

    def tracking(self, reference):
        return orders.tracking(self.client, reference)

    def send_message(self, message):
        return messages.send(self.client, message)

    def issue_refund(self, refund):
        return refunds.issue(self.client, refund)

    def issue_refunds(self, several: Sequence[RefundRequest]) -> tuple[RefundAnswer, ...]:
        """Send refunds that were never tried in one feed: one may be made every two minutes."""
        return refunds.issue_together(self.client, several)

    def look_up_refund(self, refund, reference=""):
        return refunds.look_up(self.client, refund, reference)

    def performance(self):
        return performance.ask(self.client)

    def _ask(self, operation, api, call):
        return self.client.ask(operation, api, call)


def _is_allowed(ask: Callable[[], dict]) -> bool:
    try:
        ask()
    except GatewayRefused as refused:
        if refused.status == 403:
            return False
        if refused.status != 404:
            raise
    return True
