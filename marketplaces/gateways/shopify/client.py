"""Shopify's Admin GraphQL API over the wire: one address, one verb, errors inside a 200.

https://shopify.dev/docs/api/admin-graphql, read November 2026.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from marketplaces.gateways.answers import read, read_json
from marketplaces.gateways.base import Access, GatewayRefused, OutcomeUnknown, TryLater, Wire
from marketplaces.gateways.tokens import lifetime, with_token

#: The version whose fields are asked for; from 2026-04 on refunds need the idempotent directive.
VERSION = "2026-07"

#: Errors of a whole answer after which the same call may do better; everything else is final.
PASSING = {"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"}

#: The key is known already: the first call with it is still at work, or had other variables.
#: https://shopify.dev/docs/api/usage/implementing-idempotency
KEY_IN_USE = {"IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}


class Client:
    def __init__(self, access: Access, wire: Wire):
        self._access, self._wire = access, wire

    def ask(
        self,
        operation: str,
        query: str,
        variables: Mapping[str, Any],
        *,
        changes_something: bool = False,
    ) -> dict[str, Any]:
        """Return the ``data`` of the answer. Raises what :meth:`Wire.send` raises."""
        body = {"query": query, "variables": dict(variables)}

        def call(token: str) -> httpx.Response:
            version = self._access.options.get("version") or VERSION
            url = f"{self._access.addresses['api'].rstrip('/')}/admin/api/{version}/graphql.json"
            headers = {"X-Shopify-Access-Token": token}
            request = httpx.Request("POST", url, json=body, headers=headers)
            return self._wire.send(operation, request, changes_something=changes_something)

        response = self._with_token(call)
        answer = read_json(operation, response, changed_something=changes_something)
        if answer.get("errors"):
            raise _problem(operation, answer, changes_something)
        return read(operation, _data, answer, changed_something=changes_something)

    def _with_token(self, call):
        fixed = self._access.credentials.get("access_token")
        return call(fixed) if fixed else with_token(self._wire, self._fetch_token, call)

    def _fetch_token(self) -> tuple[str, float]:
        """Ask by client credentials; https://shopify.dev/docs/apps/build/authentication…"""
        url = f"{self._access.addresses['api'].rstrip('/')}/admin/oauth/access_token"
        credentials = self._access.credentials
        fields = {
            "grant_type": "client_credentials",
            "client_id": credentials.get("client_id", ""),
            "client_secret": credentials.get("client_secret", ""),
        }
        response = self._wire.send("token", httpx.Request("POST", url, data=fields))
        answer = read_json("token", response)
        return read("token", lambda a: (a["access_token"], lifetime(a["expires_in"])), answer)


def _data(answer):
    if not isinstance(answer["data"], dict):
        raise TypeError("no data")
    return answer["data"]


def _problem(operation: str, answer: dict[str, Any], changes_something: bool) -> Exception:
    codes = read(operation, _codes, answer, changed_something=changes_something)
    if "THROTTLED" in codes:
        words = "Shopify's points are used up"
        return TryLater(operation, words, after=read(operation, _seconds_to_wait, answer))
    if codes & KEY_IN_USE:
        return OutcomeUnknown(operation, "Shopify knows this key from an earlier call")
    if codes & PASSING:
        words = "Shopify had a fault: " + ", ".join(sorted(codes & PASSING))
        return (OutcomeUnknown if changes_something else TryLater)(operation, words)
    code = ", ".join(sorted(codes)) or "no code"
    return GatewayRefused(operation, f"Shopify refused ({code})", code=code)


def _codes(answer) -> set[str]:
    errors = answer["errors"]
    if isinstance(errors, str):
        return set()
    return {error["extensions"]["code"] for error in errors if "extensions" in error}


def _seconds_to_wait(answer) -> float | None:
    """Seconds until the bucket holds what the query costs, from the answer's own figures."""
    cost = (answer.get("extensions") or {}).get("cost")
    if not cost:
        return None
    status = cost["throttleStatus"]
    missing = cost["requestedQueryCost"] - status["currentlyAvailable"]
    return max(missing / status["restoreRate"], 1.0)
