"""What the person at the terminal reads: one line for every long step.

Progress goes to standard error, so that the output of a command stays clean.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(sentence: str) -> None:
    """Write one line, at once."""
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Write the sentence before a long step and the seconds it took behind it."""
    print(f"{sentence} … ", end="", file=sys.stderr, flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - begun:.1f} s")
