"""Two people at once: another connection, and many threads behind one barrier."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction


def while_uncommitted(first: Callable[[], object], second: Callable[[], object]) -> object:
    """Run ``second`` in another connection while ``first`` is done but not committed.

    Commits ``first`` only once ``second`` waits for a lock, so an act that looked before it
    locked acts on what it saw too early: every time, not in two runs of three. Returns what
    ``second`` returned or raised.

    :raises AssertionError: if ``second`` never had to wait.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            first()
            outcome = pool.submit(_alone, second)
            _wait_for_a_waiter(outcome)
        return outcome.result()


def _alone(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:  # the caller looks at what went wrong
        return error
    finally:
        connection.close()


def _wait_for_a_waiter(outcome) -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            assert not outcome.done(), f"It did not wait: {outcome.result()!r}"
            threading.Event().wait(0.01)
    raise AssertionError("Nobody waited for a lock within five seconds.")


def all_at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Run every act in a thread and connection of its own, started together.

    Returns results in order; an exception is returned in its place, not raised.
    """
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=10)
        return _alone(act)

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))


def transactions_open() -> int:
    """Return how many transactions others have open in this database, doing nothing in them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
        )
        count = cursor.fetchone()[0]
    connection.close()
    return count
