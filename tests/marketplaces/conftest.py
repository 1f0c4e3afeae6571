import pytest

from marketplaces.wire.opening import open_gateway
from tests.marketplaces.connected import GATEWAY, make_connection
from tests.marketplaces.http_server import running_server


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
