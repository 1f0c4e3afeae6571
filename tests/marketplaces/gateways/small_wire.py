"""A wire without store, database or patience: real HTTP, and the contract's errors."""

import httpx

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, TryLater


class SmallWire:
    """``sent`` are the operations that went out; ``kept`` what is remembered."""

    def __init__(self):
        self.http = httpx.Client(timeout=10)
        self.sent: list[str] = []
        self.kept: dict[str, str] = {}

    def send(self, operation, request, *, changes_something=False):
        self.sent.append(operation)
        unknown = OutcomeUnknown if changes_something else TryLater
        try:
            response = self.http.send(request)
        except httpx.ConnectError:
            raise TryLater(operation, "no connection") from None
        except httpx.HTTPError:
            raise unknown(operation, "no answer") from None
        if response.status_code < 400:
            return response
        raise _error(operation, response, unknown)

    def remember(self, name, fetch):
        if name not in self.kept:
            self.kept[name], _ = fetch()
        return self.kept[name]

    def forget(self, name):
        self.kept.pop(name, None)


def _error(operation, response, unknown):
    status = response.status_code
    if status == 429:
        after = float(response.headers.get("Retry-After", 1))
        return TryLater(operation, "too many", status=status, after=after)
    if status >= 500:
        return unknown(operation, "a fault there", status=status)
    return GatewayRefused(operation, "no", status=status)
