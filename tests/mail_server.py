"""A small SMTP server that can misbehave on purpose, in a thread of the test process.

It really speaks SMTP on the loopback interface; ``script`` says how it answers each mail.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ACCEPT = "250 accepted"
#: Take the whole mail, then hang up without an answer.
FALL_SILENT = "fall silent"
#: Answer the recipient, not the body, with the given code.
RECIPIENT = "recipient:"


@dataclass
class MailServer:
    port: int = 0
    script: list[str] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    #: Called when a whole body is there and nothing is answered yet: the moment of doubt.
    when_body_is_there: Callable[[], object] = lambda: None

    def next_answer(self) -> str:
        return self.script.pop(0) if self.script else ACCEPT


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.mail = self.server.mail
        self.answer = None
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line.decode("ascii", "replace").strip().upper()
            if not self._reply_to(verb):
                return

    def _reply_to(self, verb: str) -> bool:
        if verb.startswith("MAIL"):
            self.answer = self.mail.next_answer()
        if verb.startswith("RCPT") and self.answer.startswith(RECIPIENT):
            return self._say(self.answer.removeprefix(RECIPIENT))
        if verb == "DATA":
            return self._take_body()
        if verb == "QUIT":
            self._say("221 bye")
            return False
        return self._say("250 ok")

    def _take_body(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.mail.when_body_is_there()
        if self.answer == FALL_SILENT:
            self.mail.received.append(b"".join(lines))
            return False
        if self.answer == ACCEPT:
            self.mail.received.append(b"".join(lines))
        return self._say(self.answer)

    def _say(self, text: str) -> bool:
        self.wfile.write(f"{text}\r\n".encode())
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.mail = MailServer(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.mail
        finally:
            server.shutdown()
