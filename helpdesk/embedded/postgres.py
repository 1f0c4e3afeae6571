"""Make, start and stop the embedded PostgreSQL."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.postgres_home import PostgresHome, find_home
from helpdesk.embedded.processes import Server, end_leftovers, last_words, start_server
from helpdesk.embedded.sockets import socket_folder
from helpdesk.embedded.terminal import step

ROLE = DATABASE = "recourse"
MAP = "checkout"
# Only the account that started the server may connect, whoever else can reach the socket.
AUTHENTICATION = f"local all all peer map={MAP}\n"
# The same rules for letters on every machine, whatever locales it has.
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
VOLATILE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def start_postgres(data: DataFolder, *, volatile: bool) -> tuple[Server, str]:
    """Start PostgreSQL on the folder's data; return it with its DATABASE_URL.

    :param volatile: faster, and the data may be lost with the power: for tests.
    """
    home = find_home(data)
    _clear_away_what_a_crash_left(home)
    if not home.cluster.exists():
        with step("Making the database"):
            _make_cluster(home, data.log / "postgres.log")
    _refuse_another_version(home)
    _admit_this_user(home)
    sockets = socket_folder(data.sockets / "postgres", owner=home.owner)
    with step("Starting PostgreSQL"):
        server = _start(home, sockets, log=data.log / "postgres.log", volatile=volatile)
    # django-environ takes the folder out of the path: HOST is where Django looks for it.
    return server, f"postgres://{ROLE}@/{sockets}/{DATABASE}"


def _start(home: PostgresHome, sockets: Path, *, log: Path, volatile: bool) -> Server:
    server = start_server(
        "PostgreSQL",
        [home.programs / "postgres", "-D", home.cluster, *_options(sockets, volatile=volatile)],
        log=log,
        env=ENVIRONMENT,
        cwd=Path("/"),
        account=home.account,
        stop_signal=signal.SIGINT,
        patience=20,
    )
    server.wait_until(lambda: _is_ready(home.cluster, server.process.pid), seconds=90)
    return server


def _options(sockets: Path, *, volatile: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    settings |= VOLATILE if volatile else {}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _make_cluster(home: PostgresHome, log: Path) -> None:
    """Make it beside its place and move it there when it is whole."""
    initdb = [home.programs / "initdb", "-D", home.half_made, "-U", ROLE, *LOCALE]
    _run(home, [*initdb, "--auth-local=peer", "--auth-host=reject"], log=log)
    # No other client is needed for the one statement: the server runs it before it ever listens.
    single = [home.programs / "postgres", "--single", "-D", home.half_made, "template1"]
    _run(home, single, log=log, statement=f"CREATE DATABASE {DATABASE};\n")
    home.half_made.rename(home.cluster)


def _run(home: PostgresHome, command: list, *, log: Path, statement: str = "") -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        finished = subprocess.run(
            command,
            input=statement.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            cwd="/",
            **(home.account.as_popen_arguments() if home.account else {}),
        )
    if finished.returncode != 0:
        raise CannotStart(f"The database could not be made. {last_words(log)}")


def _refuse_another_version(home: PostgresHome) -> None:
    version_file = home.cluster / "PG_VERSION"
    if not version_file.exists():
        raise CannotStart(
            f"{home.cluster} holds no PostgreSQL data. Move it away, or start over by: make reset"
        )
    made_by = version_file.read_text().strip()
    if made_by != home.major_version:
        raise CannotStart(
            f"The data in {home.cluster} was made by PostgreSQL {made_by}, but this environment "
            f"brings PostgreSQL {home.major_version}, which cannot read it. Take it over with "
            f"pg_dump of version {made_by}, or start over by: make reset"
        )


def _admit_this_user(home: PostgresHome) -> None:
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise CannotStart(
            f"PostgreSQL needs an account with a name, and user id {os.geteuid()} has none."
        ) from None
    (home.cluster / "pg_hba.conf").write_text(AUTHENTICATION)
    (home.cluster / "pg_ident.conf").write_text(f'{MAP} "{user}" {ROLE}\n')


def _clear_away_what_a_crash_left(home: PostgresHome) -> None:
    # Called by the folder's owner only, so whatever still runs there belongs to nobody.
    if home.half_made.exists():
        shutil.rmtree(home.half_made)
    if Path("/proc/self").exists():
        end_leftovers("postgres", working_in=home.cluster, stop_signal=signal.SIGINT)
        # It names a process that is gone; where nobody reaps the dead, PostgreSQL takes it
        # for alive and refuses to start.
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)


def _is_ready(cluster: Path, pid: int) -> bool:
    """Read the file by which PostgreSQL's own pg_ctl knows that the server takes connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
