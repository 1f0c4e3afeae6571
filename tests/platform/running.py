"""Starts `python -m helpdesk.embedded` as a person would, and sees what is left of it."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from environ import Env

CHECKOUT = Path(__file__).resolve().parents[2]
SAY_WHERE = (
    "import json, os, sys, time;"
    "print(json.dumps(dict(os.environ)), flush=True);"
    "time.sleep(float(sys.argv[1]))"
)


def embedded(*arguments, **environment) -> subprocess.CompletedProcess:
    """Run to the end; the environment names no servers unless the caller does."""
    return subprocess.run(
        [sys.executable, "-m", "helpdesk.embedded", *map(str, arguments)],
        cwd=CHECKOUT,
        env=without_servers() | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def running(data: Path, *options: str, under: tuple[str, ...] = (), **environment):
    """An `exec` whose command waits; yields the process and the environment the command got."""
    waiting = [sys.executable, "-c", SAY_WHERE, "60"]
    process = subprocess.Popen(
        [*under, sys.executable, "-m", "helpdesk.embedded", "exec", *options]
        + ["--data", str(data), "--", *waiting],
        cwd=CHECKOUT,
        env=without_servers() | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


def query(environment: dict[str, str], statement: str) -> object:
    """Ask the command's PostgreSQL, found the way the settings find it."""
    address = Env.db_url_config(environment["DATABASE_URL"])
    connection = psycopg2.connect(
        host=address["HOST"], dbname=address["NAME"], user=address["USER"]
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        answer = cursor.fetchone()[0] if cursor.description else None
    connection.close()
    return answer


def without_servers() -> dict[str, str]:
    ours = {
        "DATABASE_URL",
        "REDIS_URL",
        "REDIS_CACHE_URL",
        "SECRET_KEY",
        "CREDENTIAL_KEYS",
        "SITE_URL",
        "EVENTS_URL",
        "EMAIL_URL",
        "ATTACHMENTS_DIR",
    }
    return {name: value for name, value in os.environ.items() if name not in ours}


def descendants(pid: int) -> set[int]:
    """Every process that this one has started, directly or not."""
    parents = {child: parent for child in _pids() if (parent := _parent(child)) is not None}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run; the dead whom nobody has buried do not."""
    return {pid for pid in pids if _state(pid) not in (None, "Z")}


def all_gone(pids: set[int], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pids)


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def _state(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[0] if fields else None


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
