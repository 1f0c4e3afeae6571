"""A real Celery worker on this test's database and Redis."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from django.conf import settings

from helpdesk.embedded.supervisor import QUEUES
from tests.processes import environment_of_this_test


@contextmanager
def running_worker(**environment: str) -> Iterator[subprocess.Popen]:
    """Start a worker; it is ready when the context begins, and gone when it ends."""
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "helpdesk", "worker"),
            *("--concurrency", "1", "--queues", QUEUES, "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        cwd=settings.BASE_DIR,
        env=environment_of_this_test() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = []
        for line in worker.stdout:
            said.append(line)
            if " ready." in line:
                break
        else:
            raise AssertionError("The worker did not start:\n" + "".join(said))
        # What nobody reads fills the pipe, and then the worker stands still.
        Thread(target=deque, args=(worker.stdout, 0), daemon=True).start()
        yield worker
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def eventually(condition: Callable[[], object], *, seconds: float = 20) -> object:
    """Return the first true answer of ``condition``; for what another process does."""
    end = monotonic() + seconds
    while not (answer := condition()):
        assert monotonic() < end, "It did not happen in time."
        Event().wait(0.05)
    return answer
