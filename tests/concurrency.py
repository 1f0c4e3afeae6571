"""Two people at once: another connection, and many threads behind one barrier."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction


def in_another_connection(act: Callable[[], object], *, lock_timeout_ms: int = 300) -> object:
    """Run ``act`` in a second connection that gives up waiting for a lock.

    :raises OperationalError: if it had to wait longer than ``lock_timeout_ms``.
    """

    def run():
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{lock_timeout_ms}ms'")
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()


def all_at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Run every act in a thread and connection of its own, started together.

    Returns results in order; an exception is returned in its place, not raised.
    """
    barrier = threading.Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=10)
            return act()
        except Exception as error:  # the caller looks at what went wrong
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))
