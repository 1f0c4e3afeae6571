"""A small IMAP server for one mailbox, in a thread of the test process.

It knows what a fetcher says: LOGIN, SELECT, UID SEARCH, UID FETCH, UID STORE, LOGOUT.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    port: int = 0
    password: str = "secret"
    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    #: Hang up after this many fetched messages, as a network does.
    breaks_after: int | None = None

    def put(self, raw: bytes) -> None:
        self.messages[len(self.messages) + 1] = raw


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.box, self.fetched = self.server.box, 0
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            answer = self._answer(rest)
            if answer is None:
                return
            self._say(f"{tag} {answer}")
            if rest.upper().startswith("LOGOUT"):
                return

    def _answer(self, command: str) -> str | None:
        verb = command.upper()
        if verb.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif verb.startswith("LOGOUT"):
            self._say("* BYE")
        elif verb.startswith("LOGIN") and f'"{self.box.password}"' not in command:
            return "NO wrong password"
        elif verb.startswith(("SELECT", "EXAMINE")):
            self._say(f"* {len(self.box.messages)} EXISTS")
        elif verb.startswith("UID SEARCH"):
            unseen = [str(uid) for uid in self.box.messages if uid not in self.box.seen]
            self._say(f"* SEARCH {' '.join(unseen)}".rstrip())
        elif verb.startswith("UID FETCH"):
            return self._fetch(int(re.search(r"FETCH (\d+)", verb)[1]))
        elif verb.startswith("UID STORE"):
            self.box.seen.add(int(re.search(r"STORE (\d+)", verb)[1]))
        return "OK done"

    def _fetch(self, uid: int) -> str | None:
        if self.fetched == self.box.breaks_after:
            return None
        self.fetched += 1
        raw = self.box.messages[uid]
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode())
        self.wfile.write(raw + b")\r\n")
        return "OK done"

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = Mailbox(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.box
        finally:
            server.shutdown()
