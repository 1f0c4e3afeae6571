"""eBay's REST APIs over the wire: a token from a refresh token, and a signature where it is due.

https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html, read November 2026.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from marketplaces.gateways.answers import read, read_json
from marketplaces.gateways.base import Access, GatewayRefused, Wire
from marketplaces.gateways.ebay.signing import BadSigningKey, sign
from marketplaces.gateways.tokens import lifetime, with_token

SCOPE = "https://api.ebay.com/oauth/api_scope/"
SCOPES = ("sell.fulfillment", "sell.payment.dispute", "commerce.message")


class Client:
    def __init__(self, access: Access, wire: Wire):
        self._access, self._wire = access, wire

    @property
    def can_sign(self) -> bool:
        credentials = self._access.credentials
        return bool(credentials.get("signing_key") and credentials.get("signing_jwe"))

    def get(self, operation: str, path: str, params: Mapping[str, str] | None = None, **more):
        """Return the answer's object. Raises what :meth:`Wire.send` raises."""
        response = self._send(operation, "GET", path, {"params": params}, **more)
        return read_json(operation, response)

    def remember(self, name: str, fetch: Callable[[], str]) -> str:
        """Return a fact about the account that stays as it is for a day."""
        return self._wire.remember(name, lambda: (fetch(), 86_400.0))

    def post(self, operation: str, path: str, body: Mapping[str, Any], *, signed: bool = False):
        """Change something there, and return the answer's object; signed where there is a key."""
        response = self._send(operation, "POST", path, {"json": body}, signed=signed)
        return read_json(operation, response, changed_something=True)

    def _send(self, operation, method, path, content, *, address="api", signed=False):
        def call(token: str) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            request = httpx.Request(method, self._url(address, path), headers=headers, **content)
            if signed and self.can_sign:
                self._sign(operation, request)
            return self._wire.send(operation, request, changes_something=method != "GET")

        return with_token(self._wire, self._fetch_token, call)

    def _sign(self, operation: str, request: httpx.Request) -> None:
        credentials = self._access.credentials
        key, jwe = credentials["signing_key"], credentials["signing_jwe"].strip()
        try:
            sign(request, key=key, jwe=jwe, created=int(time.time()))
        except BadSigningKey as error:
            words = str(error)
        else:
            return
        raise GatewayRefused(operation, words, code="BAD_SIGNING_KEY")

    def is_granted(self, scope: str) -> bool:
        """Test whether the seller's consent covers a scope: eBay gives no token beyond it."""
        try:
            self._ask_token("check", scope=SCOPE + scope)
        except GatewayRefused as refused:
            if refused.status != 400:
                raise
            return False
        return True

    def _fetch_token(self) -> tuple[str, float]:
        """Without a scope the token has all that the seller consented to."""
        return self._ask_token("token")

    def _ask_token(self, operation: str, **more: str) -> tuple[str, float]:
        credentials = self._access.credentials
        who = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
        form = {"grant_type": "refresh_token", "refresh_token": credentials["refresh_token"]}
        url = self._url("api", "/identity/v1/oauth2/token")
        request = next(who.auth_flow(httpx.Request("POST", url, data=form | more)))
        answer = read_json(operation, self._wire.send(operation, request))
        return read(operation, lambda a: (a["access_token"], lifetime(a["expires_in"])), answer)

    def _url(self, address: str, path: str) -> str:
        addresses = self._access.addresses
        return (addresses.get(address) or addresses["api"]).rstrip("/") + path
