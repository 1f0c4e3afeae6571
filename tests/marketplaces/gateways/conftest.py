import pytest

from tests.marketplaces.gateways.connected import GATEWAYS, Connected


@pytest.fixture(params=GATEWAYS)
def connected(request, sandbox):
    """Each gateway in turn, connected to a shop with three orders."""
    return Connected(sandbox, request.param, sandbox.open_shop(request.param, orders=3))


@pytest.fixture(params=[name for name in GATEWAYS if name != "amazon"])
def refunding(request, sandbox):
    """The gateways that answer a refund at once, or soon after."""
    return Connected(sandbox, request.param, sandbox.open_shop(request.param, orders=2))
