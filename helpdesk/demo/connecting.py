"""Connects the demo's stores with the marketplaces it is told of."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from accounts.models import User
from accounts.rules import Role
from accounts.services.values import NothingChanged
from helpdesk.demo.company import people_planned
from marketplaces.gateways import beginnings
from marketplaces.models import Connection
from marketplaces.models.store import Store
from marketplaces.services.connections import (
    change_connection,
    connect_store,
    rotate_credentials,
)
from marketplaces.wire.opening import gateway_class

#: The demo's oldest order is younger.
HISTORY = timedelta(days=170)


def connect_demo_stores(told: Iterable[Mapping], *, at: datetime) -> int:
    """Connect each store of the demo that is there with the marketplace of its name.

    What is told has ``name``, ``marketplace``, ``currency``, ``addresses``, ``credentials`` and
    ``options``. One that is connected is given addresses and credentials anew. Nothing happens
    where there is no demo. Returns how many stores were told of.
    """
    planned = [person["email"] for person in people_planned()]
    admin = User.objects.filter(email__in=planned, role=Role.ADMIN, is_active=True).first()
    stores = {store.name: store for store in Store.objects.all()} if admin else {}
    meant = [one for one in told if one["name"] in stores]
    for one in meant:
        if Connection.objects.filter(store=stores[one["name"]]).exists():
            _renew(stores[one["name"]], one, by=admin, at=at)
        else:
            names = ("marketplace", "name", "currency", "addresses", "credentials")
            given = {name: one[name] for name in names}
            connect_store(**given, options=_options(one, at=at), by=admin, at=at)
    return len(meant)


def _options(told: Mapping, *, at: datetime) -> dict[str, str]:
    """What is told, and from when on orders are wanted where the marketplace has to be told."""
    fields = {field.name for field in gateway_class(told["marketplace"]).fields}
    begin = {beginnings.FIELD.name: (at - HISTORY).date().isoformat()}
    return dict(told["options"]) | (begin if beginnings.FIELD.name in fields else {})


def _renew(store: Store, told: Mapping, *, by: User, at: datetime) -> None:
    with suppress(NothingChanged):
        change_connection(store.pk, addresses=told["addresses"], by=by, at=at)
        # Another address is another world, with other credentials.
        rotate_credentials(store.pk, credentials=told["credentials"], by=by, at=at)
