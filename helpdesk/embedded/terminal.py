"""What the person at the terminal reads: one line for every long step.

Progress goes to standard error, so that the output of a command stays clean.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def say(sentence: str) -> None:
    """Write one line, at once."""
    _write(f"{sentence}\n")


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Write the sentence before a long step and the seconds it took behind it."""
    _write(f"{sentence} … ")
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - begun:.1f} s")


def _write(text: str) -> None:
    # A terminal that has been closed must not keep the servers from being stopped.
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
