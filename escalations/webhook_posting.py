"""One POST to an address that strangers may control. Decision 038 says what can go wrong.

The host is resolved, every address it has is checked, and the connection goes to one of exactly
these: between check and connection nobody is asked again. No redirect is followed, no proxy is
asked, and the whole takes ten seconds at most, however slowly the other side speaks.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic

import httpcore

from escalations.webhook_addresses import Address, AddressRefused, read_address, refuse_private

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
#: Of an answer no more is read, and of that no more is kept.
ANSWER_BYTES = 2_000
ANSWER_LETTERS = 500

Resolve = Callable[[str, int], Sequence[str]]


class NotPosted(Exception):
    """No answer came: nothing was sent, or nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    words: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


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


def post(
    url: str,
    body: bytes,
    *,
    headers: Iterable[tuple[str, str]],
    may_be_private: bool = False,
    resolve: Resolve = resolve,
) -> Answer:
    """Send a body and return what was answered, whatever its status.

    :raises NotPosted: if no answer came in time, or the address may not be used (any more).
    """
    try:
        address = read_address(url, may_be_private=may_be_private)
        places = checked_addresses(address, may_be_private=may_be_private, resolve=resolve)
        return _post(address, body, headers=headers, places=places)
    except AddressRefused as error:
        raise NotPosted(str(error)) from error
    except _WENT_WRONG as error:
        words = str(error) or type(error).__name__
        raise NotPosted(f"{type(error).__name__}: {words}"[:ANSWER_LETTERS]) from error


_WENT_WRONG = (
    OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError,
    httpcore.ConnectionNotAvailable, httpcore.UnsupportedProtocol,
)  # fmt: skip


def _post(address: Address, body: bytes, *, headers, places: Sequence[str]) -> Answer:
    deadline = _Deadline(TOTAL_SECONDS, "No answer")
    sent = [("Host", address.netloc), *headers, ("Connection", "close")]
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.path.encode(),
    )
    with (
        httpcore.ConnectionPool(
            ssl_context=_trusted(), retries=0, network_backend=_Pinned(places, deadline)
        ) as pool,
        pool.stream("POST", url, headers=sent, content=body) as got,
    ):
        return Answer(got.status, _words(got))


def _words(response: httpcore.Response) -> str:
    """Read the beginning of an answer. Its status is known: silence after it changes nothing."""
    read = b""
    try:
        for piece in response.iter_stream():
            read += piece[:ANSWER_BYTES]
            if len(read) >= ANSWER_BYTES:
                break
    except _WENT_WRONG:
        pass
    text = read[:ANSWER_BYTES].decode(errors="replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:ANSWER_LETTERS]


@cache
def _trusted() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


class _Deadline:
    def __init__(self, seconds: float, words: str):
        self.end, self.words = monotonic() + seconds, f"{words} within {seconds:g} seconds"

    def left(self) -> float:
        """:raises httpcore.TimeoutException: once the time is over."""
        left = self.end - monotonic()
        if left <= 0:
            raise httpcore.TimeoutException(self.words)
        return left


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the host resolves to by now."""

    def __init__(self, places: Sequence[str], deadline: _Deadline):
        self.places, self.deadline = places, deadline
        self.backend = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        patience = _Deadline(CONNECT_SECONDS, "No connection")
        failed = httpcore.ConnectError("nothing tried")
        for place in self.places:
            try:
                stream = self.backend.connect_tcp(
                    place, port, timeout=patience.left(), local_address=local_address
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Timed(stream, self.deadline)
        raise failed


class _Timed(httpcore.NetworkStream):
    """A connection whose every step has only what is left of the whole time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline):
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, timeout=self.deadline.left())

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, timeout=self.deadline.left())

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        most = min(self.deadline.left(), CONNECT_SECONDS)
        secured = self.stream.start_tls(ssl_context, server_hostname=server_hostname, timeout=most)
        return _Timed(secured, self.deadline)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)
