"""A web server of its own for a database, on a free port of this machine."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.databases import CHECKOUT, backends, environment
from bench.processes import children, cpu_ms

_HOST = "127.0.0.1"
_PATIENCE = 30


class Server:
    """One gunicorn worker; ``get`` asks it over a connection that is kept."""

    def __init__(self, url: str, port: int, process: subprocess.Popen):
        self.url, self._process = url, process
        self.address = f"http://{_HOST}:{port}"
        self._connection = http.client.HTTPConnection(_HOST, port, timeout=60)

    def get(self, path: str, *, cookie: str = "") -> float:
        """Ask for a page and return the milliseconds until its last byte.

        :raises RuntimeError: for any status but 200.
        """
        begun = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": cookie})
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - begun) * 1000
        if response.status != 200:
            raise RuntimeError(f"{path} answers {response.status}: {body[:200]!r}")
        return took

    def cpu_ms(self) -> tuple[dict[int, float], dict[int, float]]:
        """Return what web server and database have computed so far, by process."""
        return cpu_ms(children(self._process.pid)), cpu_ms(backends(self.url))

    def is_up(self) -> bool:
        try:
            self.get("/livez")
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False
        return True


@contextmanager
def serving(url: str, **settings: str) -> Iterator[Server]:
    """Serve Recourse from a database for as long as the block lasts, with further settings."""
    port = _free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "helpdesk.wsgi:application",
            "--bind", f"{_HOST}:{port}", "--worker-class", "gthread", "--workers", "1",
            "--threads", "2", "--keep-alive", "300", "--log-level", "warning",
        ],
        cwd=CHECKOUT,
        env=environment(url) | {"SITE_URL": f"http://{_HOST}:{port}", "ALLOWED_HOSTS": _HOST}
        | settings,
    )  # fmt: skip
    server = Server(url, port, process)
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def _wait_for(server: Server, process: subprocess.Popen) -> None:
    until = time.monotonic() + _PATIENCE
    while not server.is_up():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("The web server does not come up.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return probe.getsockname()[1]
