"""A small HTTP receiver that can misbehave on purpose, in a thread of the test process.

It really speaks HTTP on the loopback interface; ``script`` says how it answers each request.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"
BROKEN = "HTTP/1.1 500 Broken\r\nContent-Length: 8\r\n\r\nsorry :("
#: Take the whole request, then hang up without an answer.
HANG_UP = "hang up"
#: Take the whole request and say nothing until the other side is tired.
SILENCE = "silence"
#: One letter of a header every so often, for ever.
DRIP = "drip"
#: An answer without end.
FLOOD = "flood"
NONSENSE = "I am no HTTP at all\r\n\r\n"


def redirect_to(url: str) -> str:
    return f"HTTP/1.1 307 Elsewhere\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Request:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    port: int = 0
    script: list[str] = field(default_factory=list)
    received: list[Request] = field(default_factory=list)
    #: Called when a whole request is there and nothing is answered yet.
    when_request_is_there: Callable[[], object] = lambda: None
    #: How many bytes of a flood were taken before the other side had enough.
    flooded: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=b"

    def next_answer(self) -> str:
        return self.script.pop(0) if self.script else OK


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        receiver = self.server.receiver
        request = self._read()
        if request is None:
            return
        receiver.received.append(request)
        receiver.when_request_is_there()
        answer = receiver.next_answer()
        with suppress(OSError):
            self._answer(answer)

    def _read(self) -> Request | None:
        line = self.rfile.readline().decode("latin-1").strip()
        if not line:
            return None
        headers = {}
        while raw := self.rfile.readline().strip():
            name, _, value = raw.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(line, headers, body)

    def _answer(self, answer: str) -> None:
        receiver = self.server.receiver
        if answer == SILENCE:
            receiver.over.wait(30)
        elif answer == DRIP:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not receiver.over.wait(0.1):
                self.wfile.write(b"a")
        elif answer == FLOOD:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not receiver.over.is_set():
                receiver.flooded += self.request.send(b"<b>more</b>\x00 " * 500)
        elif answer != HANG_UP:
            self.wfile.write(answer.encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.receiver = Receiver(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.receiver
        finally:
            server.receiver.over.set()
            server.shutdown()
