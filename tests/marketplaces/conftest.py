import pytest

from marketplaces.wire.opening import open_gateway
from tests.marketplaces.connected import GATEWAY, make_connection
from tests.marketplaces.http_server import running_server
from tests.sandbox.process import running_sandbox


@pytest.fixture
def plain_gateway(settings):
    """Shopify's place is taken by a gateway that is nothing but HTTP, on this machine."""
    settings.MARKETPLACE_GATEWAYS = {"shopify": GATEWAY}
    settings.MARKETPLACES_MAY_BE_PRIVATE = True


@pytest.fixture
def server():
    with running_server() as server:
        yield server


@pytest.fixture
def connection(plain_gateway, server):
    return make_connection(server.url)


@pytest.fixture
def gateway(connection):
    with open_gateway(connection.store_id, seconds=3) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def the_sandbox():
    """One process for all tests of this process."""
    with running_sandbox("--at", "2026-03-02T09:00Z", "--orders", "0") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(the_sandbox, settings):
    """The marketplaces with an empty world, and we may call them on this machine."""
    settings.MARKETPLACES_MAY_BE_PRIVATE = True
    the_sandbox.tell("reset", orders=0, at="2026-03-02T09:00Z")
    the_sandbox.tell("rates", is_enforced=False)
    return the_sandbox
