"""Walmart's Marketplace API over the wire.

https://developer.walmart.com/us-marketplace/docs, read November 2026.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from marketplaces.gateways.answers import read, read_json
from marketplaces.gateways.base import Access, Wire
from marketplaces.gateways.tokens import lifetime, with_token

SERVICE = "Walmart Marketplace"


class Client:
    def __init__(self, access: Access, wire: Wire):
        self._access, self._wire = access, wire

    def get(self, operation: str, path: str, params: Mapping[str, str] | None = None):
        """Return the answer's object. Raises what :meth:`Wire.send` raises."""
        return self._call(operation, "GET", path, params=params)

    def post(self, operation: str, path: str, body: Mapping[str, Any]):
        """Change something there, and return the answer's object."""
        return self._call(operation, "POST", path, json=body)

    def _call(self, operation: str, method: str, path: str, **content):
        changes_something = method != "GET"

        def call(token: str) -> httpx.Response:
            headers = self._headers() | {"WM_SEC.ACCESS_TOKEN": token}
            request = httpx.Request(method, self._url(path), headers=headers, **content)
            return self._wire.send(operation, request, changes_something=changes_something)

        response = with_token(self._wire, self._fetch_token, call)
        return read_json(operation, response, changed_something=changes_something)

    def _fetch_token(self) -> tuple[str, float]:
        credentials = self._access.credentials
        response = self._wire.send("token", self._token_request(credentials))
        answer = read_json("token", response)
        return read("token", lambda a: (a["access_token"], lifetime(a["expires_in"])), answer)

    def _token_request(self, credentials: Mapping[str, str]) -> httpx.Request:
        who = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
        url, form = self._url("/v3/token"), {"grant_type": "client_credentials"}
        request = httpx.Request("POST", url, headers=self._headers(), data=form)
        return next(who.auth_flow(request))

    def _url(self, path: str) -> str:
        return self._access.addresses["api"].rstrip("/") + path

    def _headers(self) -> dict[str, str]:
        """The correlation id is for tracing only: it makes no repeat harmless."""
        return {
            "Accept": "application/json",
            "WM_SVC.NAME": SERVICE,
            "WM_QOS.CORRELATION_ID": str(uuid.uuid4()),
            "WM_MARKET": self._access.options.get("market") or "us",
            "WM_GLOBAL_VERSION": "3.1",
        }
