"""A real event server on this test's Redis, and streams that listen to it."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

from django.conf import settings

from helpdesk.live.passes import make_pass
from tests.processes import environment_of_this_test
from tests.workers import eventually

SESSION = "a-session-key"


class EventServer:
    """A process on a port of its own; ``environment`` is added to that of this test."""

    def __init__(self, environment: dict[str, str]):
        self.environment = environment
        self.port = _free_port()
        self.start()

    def start(self) -> None:
        """Start it, on the same port each time, and return when it answers."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "helpdesk.live.server:application"),
                *("--port", str(self.port), "--loop", "uvloop", "--http", "httptools"),
                *("--lifespan", "on", "--timeout-graceful-shutdown", "1", "--no-access-log"),
            ],
            cwd=settings.BASE_DIR,
            env=environment_of_this_test() | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(lambda: _lives(self))

    def die(self) -> None:
        """End without a farewell to anybody."""
        self.process.kill()
        self.process.wait(timeout=10)

    def answer(self, *, cookies: dict[str, str], path: str = "/events/", **headers: str):
        """Ask for a stream and return the status; an opened stream is closed again."""
        connection = self.ask(cookies=cookies, path=path, **headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def ask(self, *, cookies: dict[str, str], path: str = "/events/", **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        connection.request("GET", path, headers={"Cookie": jar} | headers)
        return connection

    def listen(self, user, *, since: str = "") -> "Stream":
        headers = {"Last-Event-ID": since} if since else {}
        return Stream(self.ask(cookies=cookies_with_pass(user), **headers))


class Stream:
    """Reads events in a thread. Ready when made: what is published from now on arrives."""

    def __init__(self, connection: http.client.HTTPConnection):
        self.socket = connection.sock
        self.response = connection.getresponse()
        assert self.response.status == 200, self.response.status
        self.hints: list[dict] = []
        self.arrived: list[float] = []
        self.ids: list[str] = []
        self.has_ended = False
        assert self.response.readline() == b": connected\n"
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self.response:
                self._note(line.decode().rstrip("\n"))
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass
        self.has_ended = True
        self.response.close()

    def _note(self, line: str) -> None:
        if line.startswith("data: "):
            self.arrived.append(monotonic())
            self.hints.append(json.loads(line.removeprefix("data: ")))
        elif line.startswith("id: "):
            self.ids.append(line.removeprefix("id: "))

    def told_of(self, ticket) -> list[tuple[str, int]]:
        return [(h["topic"], h["version"]) for h in self.hints if h["ticket"] == ticket.pk]

    def close(self) -> None:
        # The thread sits in a read and holds its lock; this wakes it.
        self.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def running_event_server(**environment: str) -> Iterator[EventServer]:
    server = EventServer(environment)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait(timeout=10)


def cookies_with_pass(user, *, session_key: str = SESSION) -> dict[str, str]:
    return {
        settings.EVENTS_COOKIE_NAME: make_pass(user, session_key=session_key),
        settings.SESSION_COOKIE_NAME: session_key,
    }


def never(condition, *, seconds: float = 0.5) -> bool:
    """Test that something does not happen for a while: of an event that would be there by then."""
    sleep(seconds)
    return not condition()


def threads_of(process: subprocess.Popen) -> int:
    return len(os.listdir(f"/proc/{process.pid}/task"))


def _lives(server: EventServer) -> bool:
    try:
        return server.answer(cookies={}, path="/livez") == 200
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
