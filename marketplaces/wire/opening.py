"""A gateway that works for one store: what everybody uses who speaks with a marketplace."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from marketplaces.gateways.base import Access, Gateway
from marketplaces.limits import read_limits
from marketplaces.models import Connection
from marketplaces.wire.secrets import LiveCredentials
from marketplaces.wire.store_wire import Manners, StoreWire
from outbound.calling import Caller

#: Seconds for one whole call, and for one in a test that somebody waits for.
CALL_SECONDS, TEST_SECONDS = 30.0, 10.0


class NotConnected(RuleViolation):
    code = "store_not_connected"


def gateway_class(marketplace: str) -> type[Gateway]:
    """Return what speaks with a marketplace.

    :raises NotConnected: if nothing does, as for files.
    """
    path = settings.MARKETPLACE_GATEWAYS.get(marketplace)
    if path is None:
        raise NotConnected(_("Stores of this kind are not connected: their orders come in files."))
    return import_string(path)


@contextmanager
def open_gateway(
    store_id: int,
    *,
    correlation: UUID | None = None,
    patience: float = 2.0,
    seconds: float = CALL_SECONDS,
    even_paused: bool = False,
) -> Iterator[Gateway]:
    """Give a gateway of the store, to be used by this thread and outside any transaction.

    :raises NotConnected: if the store is not connected.
    :raises CannotDecrypt: if its credentials cannot be opened.
    """
    connection = Connection.objects.select_related("store").filter(store=store_id).first()
    if connection is None:
        raise NotConnected(_("The store is not connected with its marketplace."))
    cls = gateway_class(connection.store.marketplace)
    credentials = LiveCredentials(connection)
    access = Access(
        addresses=dict(cls.addresses) | connection.addresses,
        credentials=credentials,
        options=connection.options,
    )
    manners = Manners(
        rates=cls.rates,
        read_limits=getattr(cls, "read_limits", read_limits),
        app=_app_of(cls, access),
        patience=patience,
        even_paused=even_paused,
        correlation=correlation or uuid4(),
    )
    caller = Caller(may_be_private=settings.MARKETPLACES_MAY_BE_PRIVATE, seconds=seconds)
    wire = StoreWire(connection, credentials, caller, manners)
    try:
        yield cls(access, wire)
    finally:
        wire.close()


def _app_of(cls: type[Gateway], access: Access) -> str:
    """Who we are to the marketplace over all stores, for limits that count for the application."""
    name = getattr(cls, "app_field", "client_id")
    return access.options.get(name) or access.credentials.get(name, "")
