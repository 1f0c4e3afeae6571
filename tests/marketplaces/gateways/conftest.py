import pytest

from tests.marketplaces.gateways.connected import GATEWAYS, Connected
from tests.sandbox.process import running_sandbox


@pytest.fixture(scope="session")
def the_sandbox():
    with running_sandbox("--at", "2026-03-02T09:00Z", "--orders", "0") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(the_sandbox):
    the_sandbox.tell("reset", orders=0, at="2026-03-02T09:00Z")
    the_sandbox.tell("rates", is_enforced=False)
    return the_sandbox


@pytest.fixture(params=GATEWAYS)
def connected(request, sandbox):
    """Each gateway in turn, connected to a shop with three orders."""
    return Connected(sandbox, request.param, sandbox.open_shop(request.param, orders=3))


@pytest.fixture(params=[name for name in GATEWAYS if name != "amazon"])
def refunding(request, sandbox):
    """The gateways that answer a refund at once, or soon after."""
    return Connected(sandbox, request.param, sandbox.open_shop(request.param, orders=2))
