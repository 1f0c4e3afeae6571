"""Trying a connection: who we are there, and what we may not do."""

from datetime import datetime

from accounts.permissions import require
from accounts.rules import Act
from marketplaces.gateways.base import Checked, GatewayError
from marketplaces.models import Connection, ConnectionKind
from marketplaces.services.connection_record import record
from marketplaces.wire.opening import TEST_SECONDS, NotConnected, open_gateway


def check_connection(store_id: int, *, by, at: datetime) -> Connection:
    """Ask the marketplace something harmless and keep what it says. A paused one is asked too.

    No transaction may be open: this takes as long as the marketplace takes.

    :raises NotConnected: if the store is not connected.
    :raises CannotDecrypt: if its credentials cannot be opened.
    """
    require(by, Act.MANAGE_STORES)
    checked, error = Checked(""), ""
    try:
        with open_gateway(store_id, seconds=TEST_SECONDS, even_paused=True) as gateway:
            checked = gateway.check()
    except GatewayError as failure:
        error = str(failure)
    connection = Connection.objects.get(store=store_id)
    connection.checked_at, connection.checked_error = at, error[:300]
    connection.checked_account = checked.account[:190]
    connection.checked_granted = [scope[:190] for scope in checked.granted]
    connection.checked_missing = [scope[:190] for scope in checked.missing]
    connection.save(
        update_fields=[
            "checked_at", "checked_error", "checked_account", "checked_granted", "checked_missing",
        ]
    )  # fmt: skip
    outcome = error or ", ".join(checked.missing)
    record(connection, ConnectionKind.TESTED, after=outcome, by=by, at=at)
    return connection


__all__ = ["NotConnected", "check_connection"]
