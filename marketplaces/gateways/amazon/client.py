"""Amazon's SP-API through the classes of python-amazon-sp-api, with our wire as their transport.

The library knows paths, parameters and versions. It would also look for credentials in the
environment and in files, open connections of its own, and take a malformed answer for an empty
one: its constructor is not called, and nothing of that happens. See docs/decisions/045.
"""

import zlib
from collections.abc import Callable
from typing import Any

import httpx
from sp_api.api.feeds.feeds_2021_06_30 import FeedsV20210630
from sp_api.api.finances.finances_2024_06_19 import FinancesV20240619
from sp_api.api.messaging.messaging import Messaging as LibraryMessaging
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.api.reports.reports import Reports as LibraryReports
from sp_api.api.solicitations.solicitations import Solicitations as LibrarySolicitations
from sp_api.auth import AccessTokenResponse
from sp_api.base import fill_query_params, sp_endpoint

from marketplaces.gateways.answers import read, read_json
from marketplaces.gateways.base import Access, GatewayRefused, Wire
from marketplaces.gateways.tokens import lifetime, with_token

#: SP-API answers 403 for a token it does not take, and for a role that is missing.
NOT_TAKEN = (401, 403)
LARGEST_DOCUMENT = 50_000_000


class Transport:
    """What the library sends through; ``answer`` is the object that came."""

    def __init__(self, wire: Wire, operation: str, changes_something: bool):
        self._wire, self._operation, self._changes = wire, operation, changes_something
        self.answer: dict[str, Any] = {}

    def request(self, method, url, *, params=None, content=None, headers=None, **_):
        # The library cuts the host out of an https address by counting letters.
        known = {name: text for name, text in (headers or {}).items() if name != "host"}
        request = httpx.Request(method, url, params=params, content=content, headers=known)
        response = self._wire.send(self._operation, request, changes_something=self._changes)
        self.answer = read_json(self._operation, response, changed_something=self._changes)
        if self.answer.get("errors"):
            codes = read(self._operation, _codes, self.answer, changed_something=self._changes)
            words = f"Amazon refused ({codes})"
            raise GatewayRefused(self._operation, words, status=response.status_code, code=codes)
        # The library has nothing to read, and so nothing to stumble over.
        return httpx.Response(response.status_code, json={})


class Wired:
    """Set up as the library's own constructor does, from what the connection says alone."""

    version = None
    restricted_data_token = None

    def __init__(self, transport: Transport, token: str, endpoint: str, marketplace_id: str):
        self._transport, self._token = transport, token
        self.endpoint, self.marketplace_id = endpoint, marketplace_id

    @property
    def auth(self) -> AccessTokenResponse:
        return AccessTokenResponse(access_token=self._token)


class Orders(Wired, OrdersV20260101):
    pass


class Feeds(Wired, FeedsV20210630):
    @sp_endpoint("/feeds/2021-06-30/documents/{}", method="GET")
    def describe_document(self, number, **kwargs):
        """Tell where a document is; the library's own method downloads it past the wire."""
        path = fill_query_params(kwargs.pop("path"), number)
        return self._request(path, params=kwargs, add_marketplace=False)


class Finances(Wired, FinancesV20240619):
    pass


class Messaging(Wired, LibraryMessaging):
    pass


class Reports(Wired, LibraryReports):
    pass


class Solicitations(Wired, LibrarySolicitations):
    pass


class Client:
    def __init__(self, access: Access, wire: Wire):
        self._access, self.wire = access, wire
        self.marketplace = access.options.get("marketplace", "")
        self.seller = access.options.get("seller_id", "")

    def ask(
        self,
        operation: str,
        api: type[Wired],
        call: Callable[[Any], Any],
        *,
        changes_something: bool = False,
    ) -> dict[str, Any]:
        """Make one call of the library, and return the object that was answered."""
        endpoint = self._access.addresses["api"].rstrip("/")

        def once(token: str) -> dict[str, Any]:
            transport = Transport(self.wire, operation, changes_something)
            call(api(transport, token, endpoint, self.marketplace))
            return transport.answer

        return with_token(self.wire, self._fetch_token, once, refused=NOT_TAKEN)

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """Put a document where Amazon said. Nothing comes of it before a feed names it."""
        headers = {"Content-Type": content_type}
        self.wire.send("uploadFile", httpx.Request("PUT", url, content=content, headers=headers))

    def download(self, document: dict[str, Any]) -> bytes:
        """Fetch a document from where ``getFeedDocument`` or ``getReportDocument`` says."""
        url = read("downloadFile", lambda found: str(found["url"]), document)
        content = self.wire.send("downloadFile", httpx.Request("GET", url)).content
        if document.get("compressionAlgorithm") == "GZIP":
            return read("downloadFile", unpacked, content)
        return content

    def _fetch_token(self) -> tuple[str, float]:
        """Login with Amazon, by the seller's refresh token."""
        credentials = self._access.credentials
        form = {
            "grant_type": "refresh_token",
            "refresh_token": credentials["refresh_token"],
            "client_id": credentials["client_id"],
            "client_secret": credentials["client_secret"],
        }
        url = self._access.addresses["token"].rstrip("/") + "/auth/o2/token"
        answer = read_json("token", self.wire.send("token", httpx.Request("POST", url, data=form)))
        return read("token", lambda a: (a["access_token"], lifetime(a["expires_in"])), answer)


def _codes(answer) -> str:
    return ", ".join(error["code"] for error in answer["errors"])


def unpacked(content: bytes) -> bytes:
    """Unpack gzip, up to the size a document may have.

    :raises ValueError: if it is not gzip.
    """
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, LARGEST_DOCUMENT)
    except zlib.error:
        problem = "not packed as told"
    raise ValueError(problem)
