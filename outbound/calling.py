"""HTTP calls of the product to systems outside: checked addresses, one deadline, bounded answers.

No redirect is followed, no proxy of the environment is asked, no cookie is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

from outbound.addresses import Address, AddressRefused, read_address
from outbound.connecting import Deadline, Pinned, Resolve, checked_addresses, resolve, trusted

#: Connections that wait for the next call are given up after so many seconds.
IDLE_SECONDS = 15.0
ANSWER_BYTES = 48 * 1024 * 1024


class CallFailed(Exception):
    """No whole answer came. ``may_have_arrived`` tells whether the call may have had its effect.

    The words name the kind of failure and the host; they carry nothing of the request.
    """

    def __init__(self, words: str, *, may_have_arrived: bool):
        super().__init__(words)
        self.words, self.may_have_arrived = words, may_have_arrived


class Caller:
    """Keeps connections open between calls. For one thread at a time."""

    def __init__(
        self,
        *,
        may_be_private: bool = False,
        seconds: float = 30.0,
        answer_bytes: int = ANSWER_BYTES,
        resolve: Resolve = resolve,
    ):
        """``seconds`` are for a whole call, from the connection to the last byte."""
        self.may_be_private, self.seconds = may_be_private, seconds
        self.answer_bytes, self.resolve = answer_bytes, resolve
        self._deadline = Deadline(seconds, "No answer")
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(),
            max_connections=4,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=Pinned(self._places, lambda: self._deadline),
        )

    def call(self, request: httpx.Request, *, afresh: bool = False) -> httpx.Response:
        """Send once and return the whole answer, whatever its status.

        ``afresh`` takes no connection that was kept: one that the other side is just closing
        leaves open whether the call arrived.

        :raises CallFailed: if there is no answer.
        """
        if afresh:
            self._pool.close()
        self._deadline = Deadline(self.seconds, "No answer")
        failure = None
        try:
            return self._call(request)
        except (AddressRefused, httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            failure = CallFailed(_words(error, request), may_have_arrived=False)
        except _WENT_WRONG as error:
            failure = CallFailed(_words(error, request), may_have_arrived=True)
        # Not inside the handler: the error of a library may show the request, headers and all.
        raise failure

    def close(self) -> None:
        self._pool.close()

    def _call(self, request: httpx.Request) -> httpx.Response:
        read_address(str(request.url.copy_with(fragment=None, query=None)),
                     may_be_private=self.may_be_private)  # fmt: skip
        with self._sent(request) as got:
            encoded = httpx.Response(
                got.status, headers=got.headers, stream=_Bytes(got), request=request
            )
            body = self._read(encoded)
        headers = [(name, value) for name, value in got.headers if name.lower() not in _OF_TRANSFER]
        return httpx.Response(got.status, headers=headers, content=body, request=request)

    @contextmanager
    def _sent(self, request: httpx.Request) -> Iterator[httpcore.Response]:
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        with self._pool.stream(
            request.method, target, headers=request.headers.raw, content=request.read()
        ) as response:
            yield response

    def _read(self, response: httpx.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > self.answer_bytes:
                raise httpcore.ReadError(f"more than {self.answer_bytes} bytes came")
            pieces.append(piece)
        return b"".join(pieces)

    def _places(self, host: str, port: int):
        address = Address("https", host.strip("[]"), port, "/")
        try:
            return checked_addresses(
                address, may_be_private=self.may_be_private, resolve=self.resolve
            )
        except OSError:
            raise httpcore.ConnectError(f"{host} cannot be found") from None


class _Bytes(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response):
        self.response = response

    def __iter__(self):
        return iter(self.response.iter_stream())


_OF_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
_WENT_WRONG = (
    OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError,
    httpcore.ConnectionNotAvailable, httpcore.UnsupportedProtocol, httpx.DecodingError,
)  # fmt: skip


def _words(error: Exception, request: httpx.Request) -> str:
    if isinstance(error, AddressRefused):
        return str(error)
    said = str(error) if isinstance(error, _SAFE_TO_SAY) else ""
    return f"{request.url.host}: {said or _NAMES.get(type(error), type(error).__name__)}"


#: What we say ourselves, or what only tells of sockets.
_SAFE_TO_SAY = (httpcore.TimeoutException, httpcore.ConnectError)
_NAMES = {
    httpcore.ReadError: "the connection broke while it answered",
    httpcore.WriteError: "the connection broke while it was asked",
    httpcore.RemoteProtocolError: "the answer was not HTTP, or it ended too early",
    httpx.DecodingError: "the answer could not be unpacked",
}
