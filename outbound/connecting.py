"""Connections to addresses that strangers may control. Decision 038 says what can go wrong.

A host is resolved, every address it has is checked, and the connection goes to one of exactly
these: between check and connection nobody is asked again. Every step gets only what is left of a
deadline, however slowly the other side speaks. httpx's time-outs start anew with every read.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from functools import cache
from time import monotonic

import httpcore

from outbound.addresses import Address, refuse_private

CONNECT_SECONDS = 5.0

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host.

    :raises OSError: if it has none, or nobody knows.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_kind, place in found))


def checked_addresses(
    address: Address, *, may_be_private: bool, resolve: Resolve = resolve
) -> list[str]:
    """Return where a host lies, once every one of its addresses is allowed.

    :raises AddressRefused: if one of them is not.
    :raises OSError: if it cannot be resolved.
    """
    try:
        places = list(resolve(address.host, address.port))
    except UnicodeError as error:
        raise OSError(f"{address.host} is no host name") from error
    for place in places:
        refuse_private(place, may_be_private=may_be_private)
    if not places:
        raise OSError(f"{address.host} has no address")
    return places


@cache
def trusted() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


class Deadline:
    """When all has to be over, in the seconds of a clock that is never set."""

    def __init__(self, seconds: float, words: str, *, error=httpcore.TimeoutException):
        self.end, self.words = monotonic() + seconds, f"{words} within {seconds:g} seconds"
        self.error = error

    def left(self) -> float:
        """:raises httpcore.TimeoutException: once the time is over."""
        left = self.end - monotonic()
        if left <= 0:
            raise self.error(self.words)
        return left


class Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that ``places`` gives for a host, whatever it resolves to later.

    ``deadline`` gives the one that counts now: a connection that is kept serves many calls.
    """

    def __init__(
        self, places: Callable[[str, int], Sequence[str]], deadline: Callable[[], Deadline]
    ):
        self.places, self.deadline = places, deadline
        self.backend = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        most = min(CONNECT_SECONDS, self.deadline().left())
        patience = Deadline(most, "No connection", error=httpcore.ConnectTimeout)
        failed = httpcore.ConnectError("nothing tried")
        for place in self.places(host, port):
            try:
                stream = self.backend.connect_tcp(
                    place, port, timeout=patience.left(), local_address=local_address
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return Timed(stream, self.deadline)
        raise failed


class Timed(httpcore.NetworkStream):
    """A connection whose every step has only what is left of the whole time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Callable[[], Deadline]):
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, timeout=self.deadline().left())

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, timeout=self.deadline().left())

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        most = min(self.deadline().left(), CONNECT_SECONDS)
        secured = self.stream.start_tls(ssl_context, server_hostname=server_hostname, timeout=most)
        return Timed(secured, self.deadline)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)
