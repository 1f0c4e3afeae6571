"""Every gateway on the wire of the product: connected, tested, asked, and written down."""

from uuid import uuid4

import pytest

from accounts.models import Role
from marketplaces.models import Exchange
from marketplaces.services.checking import check_connection
from marketplaces.services.connections import connect_store
from marketplaces.wire.opening import gateway_class, open_gateway
from tests.factories import MONDAY, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(connected, settings):
    settings.MARKETPLACES_MAY_BE_PRIVATE = True
    connected.sandbox.tell("rates", is_enforced=True)
    return connected.shop


@pytest.fixture
def store(connected, shop):
    admin = make_user(Role.ADMIN)
    facts = {name: dict(shop[name]) for name in ("addresses", "credentials", "options")}
    if any(field.name == "orders_from" for field in gateway_class(connected.name).fields):
        facts["options"] |= {"orders_from": "2020-01-01"}
    connection = connect_store(
        marketplace=connected.name,
        name=connected.name,
        currency="USD",
        **facts,
        by=admin,
        at=MONDAY,
    )
    return check_connection(connection.store_id, by=admin, at=MONDAY).store_id


def test_a_store_is_connected_tested_and_asked_within_its_rates(connected, shop, store):
    act = uuid4()
    with open_gateway(store, correlation=act) as gateway:
        found, cursor, has_more = [], "", True
        while has_more:
            page = gateway.pull_orders(cursor)
            found += page.items
            cursor, has_more = page.cursor, page.has_more

    assert len(found) == 3
    outcomes = Exchange.objects.filter(correlation=act).values_list("outcome", flat=True)
    assert set(outcomes) == {"ok"}
    assert connected.sandbox.ask("rates")["violations"] == {}


def test_nothing_secret_is_written_down(shop, store):
    rows = [str(row) for row in Exchange.objects.filter(store=store).values()]
    secrets = [secret for secret in shop["credentials"].values() if len(secret) > 5]

    assert rows and secrets
    assert [row for row in rows for secret in secrets if secret in row] == []
