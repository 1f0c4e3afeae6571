"""Servers, workers and beats of their own, to be killed, emptied and restarted; and what they did.

One ``House`` is a PostgreSQL, a Redis and whatever processes a test starts on them. Nothing of it
is simulated: workers get SIGKILL, servers stop and start again at the same address.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psycopg2
import redis
from environ import Env

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.environment import checkout_environment
from helpdesk.embedded.postgres import ENVIRONMENT, start_postgres
from helpdesk.embedded.postgres_home import find_home
from helpdesk.embedded.processes import Server, start_server
from helpdesk.embedded.redis import start_redis
from tests.platform.running import CHECKOUT, without_servers

QUEUES = "clocks,default,mail"


class Step(NamedTuple):
    """One step as it was recorded: of the how-manieth ticket, and seconds after its deadline."""

    ticket: int
    kind: str
    offset: float


class House:
    def __init__(self, path: Path):
        self.data = DataFolder(path)
        assert self.data.take()
        self.postgres, database = start_postgres(self.data, volatile=True)
        self.redis, broker = start_redis(self.data, volatile=True)
        given = without_servers() | {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "REDIS_CACHE_URL": broker,
            "EMAIL_URL": "dummymail://",
        }
        self.environment = checkout_environment(self.data, given, site_url="http://localhost")
        self.processes: list[Server] = []
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *command: str) -> None:
        self.run(str(CHECKOUT / "manage.py"), *command)

    def run(self, *command: str) -> str:
        """Run Python to the end in this house."""
        return subprocess.run(
            [sys.executable, *command],
            env=self.environment, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip

    def start_worker(self) -> Server:
        options = ("--concurrency", "2", "--queues", QUEUES, "--without-gossip")
        return self._celery("worker", *options, "--hostname", f"{len(self.processes)}@test")

    def start_beat(self) -> Server:
        schedule = self.data.path / f"beat-{len(self.processes)}"
        return self._celery("beat", "--schedule", str(schedule))

    def kill(self, server: Server) -> None:
        """SIGKILL a process and all its children in the same moment."""
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        self.processes.remove(server)

    def kill_processes(self) -> None:
        for server in list(self.processes):
            self.kill(server)

    def flush_redis(self) -> None:
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushall()

    def restart_redis(self) -> None:
        self.redis = self._restart(self.redis, cwd=self.data.path / "redis")

    def restart_postgres(self) -> None:
        account = find_home(self.data).account
        self.postgres = self._restart(self.postgres, cwd=Path("/"), account=account)
        self.postgres.wait_until(self._database_answers, seconds=60)

    def rows(self, statement: str) -> list[tuple]:
        address = Env.db_url_config(self.environment["DATABASE_URL"])
        where = {"host": address["HOST"], "dbname": address["NAME"], "user": address["USER"]}
        connection = psycopg2.connect(**where)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()
        finally:
            connection.close()

    def _database_answers(self) -> bool:
        try:
            return self.rows("SELECT true") == [(True,)]
        except psycopg2.OperationalError:
            return False

    def close(self) -> None:
        self.kill_processes()
        self.redis.stop()
        self.postgres.stop()
        self.data.release()

    def _celery(self, act: str, *options: str) -> Server:
        command = [sys.executable, "-m", "celery", "-A", "helpdesk", act, "--loglevel", "INFO"]
        name = f"{act}-{len(self.processes)}"
        server = start_server(
            name, [*command, *options],
            log=self.data.log / f"{name}.log", env=self.environment, cwd=CHECKOUT,
        )  # fmt: skip
        self.processes.append(server)
        return server

    def _restart(self, server: Server, *, cwd: Path, account=None) -> Server:
        server.stop()
        return start_server(
            server.name, server.process.args,
            log=server.log, env=ENVIRONMENT, cwd=cwd, account=account,
            stop_signal=server.stop_signal, patience=server.patience,
        )  # fmt: skip


@contextmanager
def a_house(path: Path) -> Iterator[House]:
    house = House(path)
    try:
        yield house
    finally:
        house.close()
        house.data.empty()


class Run:
    """Tickets of one scenario, with deadlines one after the other, and what came of each."""

    def __init__(self, house: House, *, tickets: int, first_due: float, spread: float):
        self.house = house
        self.tickets = tickets
        self.last_due = first_due + spread
        module = "tests.escalations.disturbed_tickets"
        made = house.run("-m", module, str(tickets), str(first_due), str(spread))
        self.first, self.last = map(int, made.split())

    def steps(self) -> list[Step]:
        """Every step recorded, oldest deadline first."""
        rows = self.house.rows(
            "SELECT ticket_id, split_part(step, ':', 1), extract(epoch FROM event.at - due_at)"
            " FROM escalations_slaevent event JOIN escalations_slaclock clock"
            f" ON clock.id = clock_id WHERE ticket_id BETWEEN {self.first} AND {self.last}"
        )
        return sorted(
            Step(pk - self.first, step, round(float(offset), 6)) for pk, step, offset in rows
        )

    def entries(self) -> list[tuple[int, str]]:
        """The entries and acts that followed, by ticket."""
        return sorted(
            self.house.rows(
                f"SELECT ticket_id - {self.first}, kind FROM helpdesk_timelineentry"
                f" WHERE ticket_id BETWEEN {self.first} AND {self.last}"
                " AND (kind LIKE 'sla.%' OR kind = 'ticket.priority')"
            )
        )

    def notices(self) -> list[tuple[int, int, str, str]]:
        """Who was told of which ticket by which kind of entry."""
        return sorted(
            self.house.rows(
                f"SELECT line.ticket_id - {self.first}, user_id, line.kind, entry.kind"
                " FROM helpdesk_notification line JOIN helpdesk_timelineentry entry"
                f" ON entry.id = entry_id WHERE line.ticket_id BETWEEN {self.first} AND {self.last}"
            )
        )

    def is_done(self) -> bool:
        ((waiting, ahead),) = self.house.rows(
            "SELECT (SELECT count(*) FROM escalations_slaevent WHERE carried_out_at IS NULL),"
            " (SELECT count(*) FROM escalations_slaclock WHERE next_step_at IS NOT NULL)"
        )
        return waiting == ahead == 0

    def wait(self, *, seconds: float) -> None:
        """Wait until every deadline has come and all that follows is done."""
        end = max(self.last_due, time.time()) + seconds
        while not self.is_done():
            assert time.time() < end, self._left()
            time.sleep(0.2)

    def _left(self) -> str:
        logs = sorted(self.house.data.log.glob("*.log"))
        words = "\n".join(f"{log.name}: …{log.read_text()[-1500:]}" for log in logs)
        return f"Not done; {len(self.steps())} steps of {3 * self.tickets}.\n{words}"
