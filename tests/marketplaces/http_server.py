"""A marketplace that is nothing but HTTP, in a thread: it answers as told and counts exactly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic


@dataclass
class Answer:
    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    #: Seconds to wait before it is given; negative hangs up instead, after the effect.
    after: float = 0.0

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class CountingServer:
    """Has a token bucket of its own and counts what it would have refused."""

    per_second: float = 1000.0
    burst: float = 1000.0
    port: int = 0
    script: list[Answer] = field(default_factory=list)
    seen: list[dict] = field(default_factory=list)
    exceeded: int = 0
    when_asked: object = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self):
        self.level, self.at = self.burst, monotonic()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def meets(self, request: dict) -> Answer:
        with self.lock:
            now = monotonic()
            self.level = min(self.burst, self.level + (now - self.at) * self.per_second) - 1
            self.at = now
            if self.level < 0:
                self.exceeded += 1
                self.level = 0.0
            self.seen.append(request)
            answer = self.script.pop(0) if self.script else Answer()
        if self.when_asked:
            self.when_asked()
        return answer


class _Session(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _meet(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        server: CountingServer = self.server.counting
        answer = server.meets(
            {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body,
            }
        )
        if answer.after < 0:
            self.close_connection = True
            return
        if answer.after:
            threading.Event().wait(answer.after)
        content = answer.bytes()
        self.send_response(answer.status)
        headers = {"content-type": "application/json"} | answer.headers
        for name, value in (headers | {"content-length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _meet  # noqa: N815

    def log_message(self, *arguments):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        """Clients that go away are part of the game."""


@contextmanager
def running_server(**options) -> Iterator[CountingServer]:
    counting = CountingServer(**options)
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.counting = counting
        counting.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield counting
        finally:
            server.shutdown()
