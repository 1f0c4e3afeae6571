"""Who may use a folder of data, and what is said where it cannot be used."""

import json
import sys
from pathlib import Path

import pytest

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.postgres_home import find_home
from tests.platform.running import SAY_WHERE, embedded, query, running

SHOW = [sys.executable, "-c", SAY_WHERE, "0"]
GIVEN = {"DATABASE_URL": "postgres://elsewhere/recourse", "REDIS_URL": "redis://elsewhere:6379/0"}


def shown_environment(*arguments, **environment) -> dict[str, str]:
    answer = embedded("exec", *arguments, "--", *SHOW, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_servers_named_in_the_environment_are_used_and_none_is_started(data):
    environment = shown_environment("--data", data, **GIVEN)

    assert {name: environment[name] for name in GIVEN} == GIVEN
    assert not (data / "sockets").exists()
    assert not (data / "log").exists()


@pytest.mark.parametrize(
    ("given", "started"), [("DATABASE_URL", "redis"), ("REDIS_URL", "postgres")]
)
def test_only_the_server_that_is_not_named_is_started(data, given, started):
    environment = shown_environment("--volatile", "--data", data, **{given: GIVEN[given]})

    assert environment[given] == GIVEN[given]
    assert [log.stem for log in (data / "log").iterdir()] == [started]


def test_a_second_start_on_the_same_data_says_that_it_is_in_use(instance):
    data, _ = instance
    pid = json.loads((data / "instance.json").read_text())["pid"]

    answer = embedded("exec", "--data", data, "--", "true")

    assert answer.returncode == 1
    assert f"already runs on {data} (process {pid})" in answer.stderr


def test_a_command_can_join_the_running_instance(instance):
    data, environment = instance

    joined = shown_environment("--join", "--data", data)

    assert joined["DATABASE_URL"] == environment["DATABASE_URL"]
    assert joined["SECRET_KEY"] == environment["SECRET_KEY"]


def test_tests_that_run_at_the_same_time_get_servers_of_their_own(instance):
    data, environment = instance

    other = shown_environment("--volatile", "--data", data)

    assert other["DATABASE_URL"] != environment["DATABASE_URL"]
    assert other["EMAIL_URL"] == f"filemail:///{data}-2/outbox"


def test_data_in_use_are_never_removed(instance):
    data, environment = instance

    answer = embedded("reset", "--data", data)

    assert answer.returncode == 1
    assert "Nothing was removed" in answer.stderr
    assert query(environment, "SELECT 1") == 1


def test_the_secret_key_is_private_and_stays(data):
    first = shown_environment("--data", data, **GIVEN)["SECRET_KEY"]

    assert shown_environment("--data", data, **GIVEN)["SECRET_KEY"] == first
    assert len(first) >= 50
    assert (data / "secret-key").stat().st_mode & 0o777 == 0o600


def test_data_of_another_version_is_left_alone_and_said(data):
    with running(data) as (_, environment):
        version = Path(query(environment, "SHOW data_directory")) / "PG_VERSION"
    version.write_text("15\n")

    answer = embedded("exec", "--data", data, "--", "true")

    assert answer.returncode == 1
    assert "was made by PostgreSQL 15, but this environment brings PostgreSQL 18" in answer.stderr
    assert version.exists()


def test_a_database_that_was_never_finished_is_made_anew(data):
    folder = DataFolder(data)
    assert folder.take()
    with folder:
        half_made = find_home(folder).half_made
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    answer = embedded("exec", "--data", data, "--", "true")

    assert answer.returncode == 0, answer.stderr
    assert (half_made.with_name("postgres") / "postgresql.conf").exists()
    assert not half_made.exists()


def test_reset_removes_the_data_and_nothing_else(data):
    with running(data, "--volatile") as (_, environment):
        cluster = Path(query(environment, "SHOW data_directory"))
    (data / "mine.txt").write_text("not the instance's")
    assert cluster.exists()

    answer = embedded("reset", "--data", data)

    assert answer.returncode == 0
    assert not cluster.exists()
    assert {path.name for path in data.iterdir()} == {"lock", "mine.txt"}


def test_the_exit_code_of_the_command_is_passed_on(data):
    assert embedded("exec", "--data", data, "--", "sh", "-c", "exit 7", **GIVEN).returncode == 7


def test_a_command_that_does_not_exist_is_said(data):
    answer = embedded("exec", "--data", data, "--", "no-such-command", **GIVEN)

    assert answer.returncode == 1
    assert "no-such-command cannot be run: No such file or directory." in answer.stderr
