import pytest

from tests.sandbox.process import running_sandbox


@pytest.fixture(scope="session")
def the_sandbox():
    """One process for all tests of this process."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(the_sandbox):
    """The process with an empty world: no orders, no faults, full buckets."""
    the_sandbox.tell("reset", orders=0, speed=1)
    the_sandbox.tell("rates", speed=1, jitter=0.1, is_enforced=True)
    return the_sandbox
