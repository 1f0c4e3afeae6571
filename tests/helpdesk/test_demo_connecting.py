"""The demo's stores are connected with the sandbox's shops of the same names."""

import pytest

from accounts.rules import Role
from helpdesk.demo.connecting import connect_demo_stores
from helpdesk.demo.shop import open_shop
from marketplaces.models import Connection
from marketplaces.wire.opening import open_gateway
from tests.factories import MONDAY, make_user
from tests.sandbox.process import CHECKOUT, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
DEMO = str(CHECKOUT / "helpdesk" / "demo")


@pytest.fixture
def shops(settings):
    settings.MARKETPLACES_MAY_BE_PRIVATE = True
    with running_sandbox("--demo", DEMO) as sandbox:
        yield sandbox.ask("shops")["shops"]


@pytest.fixture
def demo():
    make_user(email="priya.raman@northvane.example", role=Role.ADMIN)
    open_shop(now=MONDAY)


@pytest.mark.usefixtures("demo")
def test_each_store_finds_its_marketplace(shops):
    assert connect_demo_stores(shops, at=MONDAY) == 4

    accounts = {}
    for connection in Connection.objects.select_related("store"):
        with open_gateway(connection.store_id) as gateway:
            found = gateway.check()
            assert found.missing == ()
            accounts[connection.store.name] = found.account
    assert len(accounts) == 4


@pytest.mark.usefixtures("demo")
def test_a_second_start_elsewhere_gives_them_the_new_address_and_no_more_connections(shops):
    connect_demo_stores(shops, at=MONDAY)
    versions = set(Connection.objects.values_list("version", flat=True))
    connect_demo_stores(shops, at=MONDAY)
    assert set(Connection.objects.values_list("version", flat=True)) == versions

    moved = [
        shop | {"addresses": {name: "http://127.0.0.1:9" for name in shop["addresses"]}}
        for shop in shops
    ]
    connect_demo_stores(moved, at=MONDAY)

    addresses = [connection.addresses["api"] for connection in Connection.objects.all()]
    assert addresses == ["http://127.0.0.1:9"] * 4


def test_nothing_is_connected_where_there_is_no_demo(shops):
    make_user(email="somebody@else.example", role=Role.ADMIN)
    open_shop(now=MONDAY)

    assert connect_demo_stores(shops, at=MONDAY) == 0
    assert not Connection.objects.exists()
