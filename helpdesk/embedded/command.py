"""Run one command with the servers of a data folder."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.environment import checkout_environment
from helpdesk.embedded.errors import CannotStart, StopRequested
from helpdesk.embedded.processes import die_with
from helpdesk.embedded.servers import embedded_servers
from helpdesk.embedded.stopping import leave_to_the_terminal, stop_if_orphaned

PATIENCE = 15
SITE_URL = "http://127.0.0.1:8000"
# Tests name static files as they are, without a collection made beforehand.
FOR_TESTS = {"STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def run_command(path: Path, command: Sequence[str], *, volatile: bool, join: bool) -> int:
    """Run the command and return its exit code.

    :param volatile: throw-away data: a second run at the same time gets a folder of its own.
    :param join: use the servers of the instance that runs on this folder, if one does.
    """
    data = DataFolder(path)
    if data.take():
        return _run_on(data, command, volatile=volatile)
    if volatile:
        return _run_on(_free_folder_beside(path), command, volatile=True)
    instance = data.running_instance()
    if not join or instance is None:
        raise CannotStart(already_used(data))
    given = instance["environment"] | {name: value for name, value in os.environ.items() if value}
    return _run_in_front(command, checkout_environment(data, given, site_url=SITE_URL))


def already_used(data: DataFolder) -> str:
    instance = data.running_instance()
    if instance is None:
        return f"Another command is starting or stopping on {data.path}. Try again in a moment."
    where = f" at {instance['address']}" if instance["address"] else ""
    return (
        f"Recourse already runs on {data.path}{where} (process {instance['pid']}). "
        "Stop it with Ctrl-C where it was started."
    )


def _run_on(data: DataFolder, command: Sequence[str], *, volatile: bool) -> int:
    given = FOR_TESTS | dict(os.environ) if volatile else os.environ
    with data, embedded_servers(data, given, volatile=volatile) as (_, addresses):
        data.publish(environment=addresses)
        environment = checkout_environment(data, given, site_url=SITE_URL) | addresses
        return _run_in_front(command, environment)


def _free_folder_beside(path: Path) -> DataFolder:
    for number in count(2):
        data = DataFolder(path.with_name(f"{path.name}-{number}"))
        if data.take():
            return data
    raise AssertionError("count() has no end")


def _run_in_front(command: Sequence[str], environment: Mapping[str, str]) -> int:
    at_terminal = _at_terminal()
    if at_terminal:
        leave_to_the_terminal(SIGINT)
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            # At a terminal it has to stay in the terminal's own group to be able to read.
            process_group=None if at_terminal else 0,
            preexec_fn=partial(die_with, os.getpid(), SIGTERM),
        )
    except OSError as error:
        raise CannotStart(f"{command[0]} cannot be run: {error.strerror}.") from None
    try:
        return _wait(process)
    except StopRequested as request:
        _end(process, request.signum, group=not at_terminal)
        raise


def _wait(process: subprocess.Popen) -> int:
    while True:
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(0.5)
            return code if code >= 0 else 128 - code
        stop_if_orphaned()


def _end(process: subprocess.Popen, signum: int, *, group: bool) -> None:
    send = os.killpg if group else os.kill
    with suppress(ProcessLookupError):
        send(process.pid, signum)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with suppress(ProcessLookupError, PermissionError):
        send(process.pid, SIGKILL)
    process.wait()


def _at_terminal() -> bool:
    try:
        return os.isatty(sys.stdin.fileno())
    except (AttributeError, OSError, ValueError):
        return False
