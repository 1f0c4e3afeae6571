"""A store that is connected with a marketplace of nothing but HTTP, for tests of the wire."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import httpx

from accounts.models import Role, User
from marketplaces.gateways.base import Access, Capability, Checked, Field, Rate, Wire
from marketplaces.models import Connection
from marketplaces.rates import Bucket
from marketplaces.services.connections import connect_store
from marketplaces.wire.call_log import Call, begin, end
from tests.factories import MONDAY, make_user

GATEWAY = "tests.marketplaces.connected.PlainGateway"
#: Stands in every secret, so that a search finds any of them anywhere.
CANARY = "canary7x"
CREDENTIALS = {"client_id": f"app.{CANARY}", "client_secret": f"s3cret-{CANARY}-of-the-store"}


class PlainGateway:
    """Asks for orders with a token. Small, and enough for everything the wire does."""

    name: ClassVar[str] = "shopify"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PULL_ORDERS, Capability.CLAIMS}
    )
    rates: ClassVar[dict[str, Rate]] = {
        "token": Rate(50, 50, "test"),
        "orders": Rate(50, 50, "test"),
        "refund": Rate(50, 50, "test"),
        "paced": Rate(10, 2, "test"),
        "slow": Rate(0.5, 1, "test"),
        "app": Rate(1, 3, "test", per_app=True),
        "once": Rate(0.001, 1, "test"),
    }
    addresses: ClassVar[dict[str, str]] = {"api": "https://api.shop.example"}
    fields: ClassVar[tuple[Field, ...]] = (
        Field("client_id", "Client ID", is_secret=True),
        Field("client_secret", "Client secret", is_secret=True),
        Field("market", "Market", is_required=False, default="US"),
    )

    def __init__(self, access: Access, wire: Wire):
        self.access, self.wire = access, wire

    def get(self, operation: str = "orders", path: str = "/orders", **headers) -> httpx.Response:
        request = httpx.Request("GET", self.access.addresses["api"] + path, headers=headers)
        return self.wire.send(operation, request)

    def post(self, operation: str = "refund", path: str = "/refunds", **body) -> httpx.Response:
        request = httpx.Request("POST", self.access.addresses["api"] + path, json=body)
        return self.wire.send(operation, request, changes_something=True)

    def token(self) -> str:
        return self.wire.remember("access", self._fetch)

    def check(self) -> Checked:
        answer = self.get("orders", "/me", authorization=f"Bearer {self.token()}").json()
        return Checked(answer.get("account", ""), tuple(answer.get("granted", ())),
                       tuple(answer.get("missing", ())))  # fmt: skip

    def _fetch(self) -> tuple[str, float]:
        address = self.access.addresses["api"] + "/token"
        request = httpx.Request("POST", address, data=dict(self.access.credentials))
        answer = self.wire.send("token", request).json()
        return answer.get("access_token", "none"), 3600.0


def make_connection(url: str = "https://api.shop.example", *, name: str = "Northvane Direct",
                    by: User | None = None, **facts) -> Connection:  # fmt: skip
    """Connect a store through the service. ``settings`` must name :data:`GATEWAY`."""
    given = {"credentials": CREDENTIALS, "options": {}, "addresses": {"api": url}} | facts
    return connect_store(
        marketplace="shopify", name=name, currency="USD", **given,
        by=by or make_user(Role.ADMIN), at=MONDAY,
    )  # fmt: skip


def make_exchanges(connection: Connection, *, at: datetime = MONDAY) -> None:
    """Write down a call of each outcome, as the wire writes them."""
    url = connection.addresses["api"]
    act = uuid4()
    for number, outcome in enumerate(("ok", "refused", "later", "unknown", "on_its_way")):
        request = httpx.Request("POST", f"{url}/refunds", json={"orderId": "112-5550001-1",
                                "note": f"For Karen, {CANARY}"})  # fmt: skip
        call = Call(connection.store_id, "refund", request, act, frozenset({CANARY}), True)
        bucket = Bucket(f"store:{connection.store_id}:refund", 1, 1)
        begun = at - timedelta(minutes=number)
        row = begin(call, bucket, is_paced=False, at=begun)
        if outcome == "on_its_way":
            continue
        statuses = {"ok": 201, "refused": 422, "later": 429, "unknown": 502}
        body = {"errors": [{"code": "INVALID", "message": f"{CANARY} is not shipped"}],
                "buyerName": "Karen Whitfield"}  # fmt: skip
        response = httpx.Response(statuses[outcome], json=body, headers={"retry-after": "30"})
        words = "" if outcome == "ok" else f"answered {statuses[outcome]}"
        end(row, call, outcome=outcome, words=words, response=response,
            at=begun + timedelta(milliseconds=240))  # fmt: skip
