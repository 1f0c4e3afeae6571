"""Databases to measure against, beside the one DATABASE_URL names, filled once and used again."""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import environ
import psycopg2

CHECKOUT = Path(__file__).resolve().parents[1]
#: What the content of a filled database depends on.
_MAKERS = ("*/migrations/*.py", "helpdesk/load/*")


def filled_database(tickets: int) -> str:
    """Return the URL of a database with so many generated tickets, making it where it is missing.

    One that older code has filled is made anew.
    """
    name, made_by = f"bench_{tickets}", _fingerprint()
    if _comment(name) != made_by:
        print(f"Filling {name} … ", end="", flush=True)
        url = fresh_database(name)
        print(run(url, "generate_load", "--tickets", str(tickets)).splitlines()[-1], flush=True)
        _tell_server(f"COMMENT ON DATABASE {name} IS '{made_by}'")
    return url_of(name)


def fresh_database(name: str) -> str:
    """Return the URL of an empty, migrated database of that name; what was in it is gone."""
    _tell_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _tell_server(f"CREATE DATABASE {name}")
    # What helper processes compute would be missing from the figures.
    _tell_server(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
    run(url_of(name), "migrate", "--verbosity", "0")
    return url_of(name)


def copied_database(name: str, *, of: str) -> str:
    """Return the URL of a copy of a database on which nobody works; an older copy is gone."""
    _tell_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _tell_server(f"CREATE DATABASE {name} TEMPLATE {of}")
    _tell_server(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
    return url_of(name)


def url_of(name: str) -> str:
    address, question_mark, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question_mark}{options}"


def run(url: str, *command: str) -> str:
    """Run one of Django's commands on a database and return what it prints."""
    return subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", *command],
        env=environment(url),
        cwd=CHECKOUT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def environment(url: str) -> dict[str, str]:
    """The caller's environment with another database, and nothing that leaves the machine."""
    return os.environ | {
        "DATABASE_URL": url,
        "DEBUG": "off",
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "WARNING",
        "STATIC_ROOT": str(CHECKOUT / "templates"),
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


def connect(url: str):
    """Return a psycopg2 connection to the database of the URL."""
    config = environ.Env.db_url_config(url)
    connection = psycopg2.connect(
        host=config["HOST"] or None,
        port=config["PORT"] or None,
        user=config["USER"] or None,
        password=config["PASSWORD"] or None,
        dbname=config["NAME"],
        **config.get("OPTIONS", {}),
    )
    connection.autocommit = True
    return connection


def backends(url: str) -> list[int]:
    """Return the process numbers of the server's processes that work for others on it."""
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def _comment(name: str) -> str | None:
    with closing(connect(url_of("postgres"))) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        return (cursor.fetchone() or (None,))[0]


def _tell_server(statement: str) -> None:
    with closing(connect(url_of("postgres"))) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for makers in _MAKERS for path in CHECKOUT.glob(makers)):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()
