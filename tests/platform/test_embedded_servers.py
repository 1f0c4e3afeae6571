"""A command gets a real PostgreSQL and a real Redis, and takes them along when it goes."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from environ import Env

from tests.platform.running import CHECKOUT, alive, all_gone, descendants, embedded, query, running


def test_a_command_finds_both_servers(instance):
    _, environment = instance
    broker = redis.Redis.from_url(environment["REDIS_URL"])

    assert query(environment, "SHOW server_version").startswith("18.")
    assert broker.ping()
    assert broker.config_get("databases") == {"databases": "64"}


def test_nothing_listens_on_a_port_and_the_sockets_are_private(instance):
    data, environment = instance
    broker = redis.Redis.from_url(environment["REDIS_URL"])
    modes = {(data / "sockets" / name).stat().st_mode & 0o777 for name in ("postgres", "redis")}

    assert query(environment, "SHOW listen_addresses") == ""
    assert broker.config_get("port") == {"port": "0"}
    assert modes == {0o700}


def test_django_reads_the_socket_folder_out_of_the_address(instance):
    settings = Env.db_url_config(instance[1]["DATABASE_URL"])
    folder = Path(settings["HOST"])

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (folder / ".s.PGSQL.5432").is_socket()


def test_celery_reaches_the_broker_by_its_socket(instance):
    ask = "from helpdesk.celery import app; app.connection().ensure_connection(max_retries=1)"

    subprocess.run([sys.executable, "-c", ask], cwd=CHECKOUT, env=instance[1], check=True)


def test_words_are_folded_alike_on_every_machine(instance):
    search = "SELECT to_tsvector('simple', 'ÄPFEL ДОМ')::text || lower('ÉÀ')"

    assert query(instance[1], search) == "'äpfel':1 'дом':2éà"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_for_root_postgresql_runs_without_rights_under_var_tmp(instance):
    home = Path(query(instance[1], "SHOW data_directory"))
    pid = int((home / "postmaster.pid").read_text().splitlines()[0])

    assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert home.is_relative_to("/var/tmp")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_command_leaves_no_process_socket_or_open_folder(data, signum):
    modes = {folder: folder.stat().st_mode for folder in data.parents}
    with running(data, "--volatile") as (process, _):
        started = descendants(process.pid)
        folders = [path.readlink() for path in (data / "sockets").iterdir()]
        process.send_signal(signum)
        process.wait(timeout=20)

    assert process.returncode == 128 + signum
    assert len(started) > 3
    assert not alive(started)
    assert len(folders) == 2
    assert not [folder for folder in folders if folder.exists()]
    assert {folder: folder.stat().st_mode for folder in data.parents} == modes


def test_servers_end_when_the_process_that_asked_for_them_is_gone(data):
    parent = ("/bin/sh", "-c", '"$@"; true', "sh")
    with running(data, "--volatile", under=parent) as (process, _):
        started = descendants(process.pid)
        process.kill()

        assert all_gone(started, seconds=15)


def test_data_outlives_a_starter_and_servers_killed_outright(data):
    with running(data) as (process, environment):
        query(environment, "CREATE TABLE kept (word text)")
        query(environment, "INSERT INTO kept VALUES ('still here')")
        started = descendants(process.pid)
        for pid in (process.pid, *started):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert all_gone(started)

    with running(data) as (_, environment):
        assert query(environment, "SELECT word FROM kept") == "still here"


def test_servers_of_a_starter_killed_outright_end_by_themselves(data):
    with running(data, "--volatile") as (process, _):
        started = descendants(process.pid)
        process.kill()

        assert all_gone(started)


def test_a_long_path_with_spaces_is_no_obstacle(tmp_path, data):
    far = data / ("folder with spaces " * 8).strip() / "test"
    with running(far, "--volatile") as (_, environment):
        assert len(str(far)) > 107
        assert query(environment, "SELECT 1") == 1
        assert redis.Redis.from_url(environment["REDIS_URL"]).ping()
        assert Env.email_url_config(environment["EMAIL_URL"])["EMAIL_FILE_PATH"] == str(
            far / "outbox"
        )


def test_a_taken_port_is_said_before_anything_starts(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = embedded("run", "--data", data, "--port", port)

    assert answer.returncode == 1
    assert f"Port {port} is taken by another program." in answer.stderr
    assert not (data / "sockets").exists()
