"""Stores connected with shops of the sandbox, through the product's own services."""

from accounts.models import Role
from marketplaces.models import Connection, Store, Stream, StreamKind
from marketplaces.services.connections import connect_store
from marketplaces.wire.opening import gateway_class
from tests.factories import MONDAY, make_user


def connect(shop: dict, name: str = "Northvane in the sandbox") -> Store:
    """Connect a store with a shop as the sandbox describes it."""
    options = shop["options"] | {"orders_from": "2020-01-01"}
    gateway = gateway_class(shop["marketplace"])
    taken = {field.name for field in gateway.fields}
    connection = connect_store(
        marketplace=shop["marketplace"],
        name=name,
        currency="USD",
        credentials=shop["credentials"],
        addresses={
            name: url for name, url in shop["addresses"].items() if name in gateway.addresses
        },
        options={name: value for name, value in options.items() if name in taken},
        by=make_user(Role.ADMIN),
        at=MONDAY,
    )
    return connection.store


def stream(store: Store, kind: StreamKind = StreamKind.ORDERS) -> Stream:
    return Connection.objects.get(store=store).streams.get(kind=kind)
