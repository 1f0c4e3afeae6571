"""What has to be done before Recourse can answer: tables, static files, demo data."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from os import getpid
from pathlib import Path
from signal import SIGTERM

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.processes import die_with, last_words
from helpdesk.embedded.terminal import step

CHECKOUT = Path(__file__).resolve().parents[2]
REQUIREMENTS = CHECKOUT / "requirements" / "base.txt"


def prepare(data: DataFolder, environment: Mapping[str, str]) -> None:
    """Bring an instance's data up to date with its code."""
    with step("Bringing the tables up to date"):
        manage(data, environment, "migrate", "--noinput", "--verbosity", "0")
    _collect_static_files(data, environment)
    with step("Looking for demo data, adding it where there is no user yet"):
        manage(data, environment, "seed_demo", "--if-empty")


def manage(
    data: DataFolder, environment: Mapping[str, str], *arguments: str, given: bytes = b""
) -> str:
    """Run one of Django's commands with what it reads, and return what it prints.

    :raises CannotStart: if it fails.
    """
    log = data.log / "setup.log"
    # No server of ours has made the folder where DATABASE_URL and REDIS_URL name others.
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as errors:
        finished = subprocess.run(
            [sys.executable, CHECKOUT / "manage.py", *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            cwd=CHECKOUT,
            start_new_session=True,
            preexec_fn=partial(die_with, getpid(), SIGTERM),
        )
    if finished.returncode != 0:
        raise CannotStart(f"manage.py {' '.join(arguments)} failed. {last_words(log)}")
    return finished.stdout.decode().strip()


def _collect_static_files(data: DataFolder, environment: Mapping[str, str]) -> None:
    memory = data.path / "static.fingerprint"
    fingerprint = _fingerprint([REQUIREMENTS, *_static_files()])
    if memory.exists() and memory.read_text() == fingerprint:
        return
    with step("Collecting static files"):
        manage(data, environment, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
    memory.write_text(fingerprint)


def _static_files() -> list[Path]:
    apps = [apps_file.parent for apps_file in sorted(CHECKOUT.glob("*/apps.py"))]
    return [file for app in apps for file in sorted(app.glob("static/**/*"))]


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        status = file.stat()
        digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
