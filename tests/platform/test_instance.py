"""`make run`: everything comes up, keeps its data, and goes down together."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.platform.conftest import leave_nothing
from tests.platform.running import (
    CHECKOUT,
    alive,
    all_gone,
    descendants,
    embedded,
    query,
    without_servers,
)


@pytest.fixture(scope="module")
def instance_data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    yield folder
    leave_nothing(folder)


@contextmanager
def an_instance(data):
    """Yields the process, its port and what it has said, once it says how to stop it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "helpdesk.embedded", "run"]
        + ["--data", str(data), "--port", str(port)],
        cwd=CHECKOUT,
        env=without_servers(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        while "Stop it with Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        yield process, port, said
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def sandbox_port(said: str) -> int:
    return int(re.search(r"Marketplaces\s+http://127\.0\.0\.1:(\d+)/control/", said).group(1))


def pid_of(word: str, pids: set[int]) -> int:
    return min(pid for pid in pids if word in command_of(pid))


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def test_a_first_start_brings_everything_up_and_all_of_it_down_when_a_part_fails(instance_data):
    with an_instance(instance_data) as (process, port, said):
        started = descendants(process.pid)

        assert f"Recourse is at http://127.0.0.1:{port}" in said
        assert "@" in said.partition("Demo logins")[2]
        assert answer_of(port, "/readyz") == 200
        assert answer_of(port, "/accounts/login/") == 200
        assert answer_of(sandbox_port(said), "/control/") == 200
        told = json.loads((instance_data / "instance.json").read_text())["environment"]
        assert query(told, "SELECT count(*) FROM marketplaces_connection") == 4

        os.kill(pid_of("beat", started), signal.SIGKILL)
        rest = process.stdout.read()

        assert process.wait(timeout=30) == 1
        assert "Beat has ended by itself (exit code -9), so everything stops." in rest
        assert not alive(started)


def test_a_second_start_keeps_the_data_and_ends_with_ctrl_c(instance_data):
    with an_instance(instance_data) as (process, port, said):
        started = descendants(process.pid)
        second = embedded("run", "--data", instance_data, "--port", free_port())

        assert "Making the database" not in said
        assert second.returncode == 1
        assert f"already runs on {instance_data} at http://127.0.0.1:{port}" in second.stderr

        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=30) == 0
        assert process.stdout.read().endswith(f"Stopped. The data stays in {instance_data}.\n")
        assert all_gone(started, seconds=0)
