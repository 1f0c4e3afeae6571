"""One POST to an address that strangers may control. Decision 038 says what can go wrong.

The host is resolved and checked before, the connection goes to what was checked, no redirect is
followed, no proxy is asked, and the whole takes ten seconds at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import httpcore

from outbound.addresses import Address, AddressRefused, read_address
from outbound.connecting import Deadline, Pinned, Resolve, checked_addresses, resolve, trusted

TOTAL_SECONDS = 10.0
#: Of an answer no more is read, and of that no more is kept.
ANSWER_BYTES = 2_000
ANSWER_LETTERS = 500


class NotPosted(Exception):
    """No answer came: nothing was sent, or nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    words: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


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
    deadline = Deadline(TOTAL_SECONDS, "No answer")
    sent = [("Host", address.netloc), *headers, ("Connection", "close")]
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.path.encode(),
    )
    with (
        httpcore.ConnectionPool(
            ssl_context=trusted(),
            retries=0,
            network_backend=Pinned(lambda *_host: places, lambda: deadline),
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
