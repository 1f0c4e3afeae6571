"""From when on a store's orders are asked for the very first time."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from marketplaces.gateways.base import Field, GatewayRefused

#: Marketplaces that want a start ask for it when the store is connected.
FIELD = Field(
    "orders_from",
    _("Import orders from"),
    help=_("A date, e.g. 2026-03-01. Older orders can be imported from a file."),
)


def beginning(operation: str, text: str) -> datetime:
    """Return the beginning of that day in UTC.

    :raises GatewayRefused: if it is no date.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        words = "The connection's “Import orders from” is no date like 2026-03-01."
    raise GatewayRefused(operation, words, code="NO_BEGINNING")
