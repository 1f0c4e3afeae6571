"""Whatever breaks: the list of warnings, breaches and levels is that of a quiet day.

Short here, on sixty tickets; `make faults` runs the same on as many as FAULTS_TICKETS says.
"""

import os
import time
from collections.abc import Callable

import pytest

from tests.escalations.disturbed import House, Run, Step, a_house
from tests.escalations.disturbed_tickets import LEVEL_AFTER, WARNED_BEFORE

TICKETS = int(os.environ.get("FAULTS_TICKETS", "60"))
#: Seconds over which the deadlines come.
SPREAD = max(4, TICKETS / 25)
SIX_HOURS = 6 * 3600.0


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("house") / "data") as house:
        yield house


@pytest.fixture(autouse=True)
def _quiet_afterwards(house):
    yield
    house.kill_processes()
    house.flush_redis()


def nothing(house: House) -> None:
    """The quiet day all others are compared with."""


def workers_are_killed(house: House) -> None:
    for _ in range(3):
        time.sleep(SPREAD / 4)
        for worker in [one for one in house.processes if one.name.startswith("worker")]:
            house.kill(worker)
            house.start_worker()


def redis_is_flushed(house: House) -> None:
    for _ in range(5):
        time.sleep(SPREAD / 6)
        house.flush_redis()


def redis_is_restarted(house: House) -> None:
    time.sleep(SPREAD / 2)
    house.restart_redis()


def postgres_is_restarted(house: House) -> None:
    time.sleep(SPREAD / 2)
    house.restart_postgres()


def two_beats_run(house: House) -> None:
    house.start_beat()


DISTURBANCES = [
    nothing,
    workers_are_killed,
    redis_is_flushed,
    redis_is_restarted,
    postgres_is_restarted,
    two_beats_run,
]


def promised(tickets: int) -> list[Step]:
    one = [("breach", 0.0), ("level", float(LEVEL_AFTER)), ("warning", -float(WARNED_BEFORE))]
    return [Step(number, *step) for number in range(tickets) for step in one]


def assert_nothing_is_missing_and_nothing_doubled(run: Run) -> None:
    assert run.steps() == promised(run.tickets)
    kinds = ("sla.breached", "sla.level", "sla.warned", "ticket.priority")
    assert run.entries() == [(number, kind) for number in range(run.tickets) for kind in kinds]
    notices = run.notices()
    missed = [(number, entry) for number, _, kind, entry in notices if kind == "deadline_missed"]
    assert missed == [(number, kind) for number in range(run.tickets) for kind in kinds[:2]]
    # Nobody is warned of what was missed before they could be.
    near = [number for number, _, kind, _ in notices if kind == "deadline_near"]
    assert len(near) == len(set(near))


@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda disturb: disturb.__name__)
def test_the_list_is_that_of_a_quiet_day(house: House, disturb: Callable[[House], None]):
    for _ in range(2):
        house.start_worker()
    house.start_beat()
    run = Run(house, tickets=TICKETS, first_due=time.time() + 4 + TICKETS * 0.04, spread=SPREAD)
    time.sleep(max(0, run.last_due - SPREAD - time.time()))

    disturb(house)

    run.wait(seconds=60)
    assert_nothing_is_missing_and_nothing_doubled(run)


def test_after_six_hours_without_a_worker_nothing_is_missing(house: House):
    run = Run(house, tickets=TICKETS, first_due=time.time() - SIX_HOURS, spread=SIX_HOURS - 60)
    house.start_beat()
    time.sleep(3)

    house.start_worker()
    house.start_worker()

    run.wait(seconds=60)
    assert_nothing_is_missing_and_nothing_doubled(run)
