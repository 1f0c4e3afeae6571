"""How a store stands with its marketplace, in one word. Pure."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplaces.breaker import BreakerState
from marketplaces.models import Connection

#: So long after an error a store is said to have trouble.
TROUBLE_LASTS = timedelta(hours=1)


class StoreState(models.TextChoices):
    NOT_CONNECTED = "not_connected", _("Not connected")
    PAUSED = "paused", _("Paused")
    BROKEN = "broken", _("Left alone for now")
    PROBING = "probing", _("Being tried again")
    INCOMPLETE = "incomplete", _("Rights missing")
    TROUBLE = "trouble", _("Errors lately")
    RUNNING = "running", _("Connected")


def state_of(connection: Connection | None, now: datetime) -> StoreState:
    """Return what matters most of all that is true."""
    if connection is None:
        return StoreState.NOT_CONNECTED
    breaker = connection.breaker.state(now)
    error_at = connection.last_error_at
    true = {
        StoreState.PAUSED: connection.paused_at is not None,
        StoreState.BROKEN: breaker == BreakerState.OPEN,
        StoreState.PROBING: breaker == BreakerState.HALF_OPEN,
        StoreState.INCOMPLETE: bool(connection.checked_missing),
        StoreState.TROUBLE: error_at is not None and now - error_at < TROUBLE_LASTS,
    }
    return next((state for state, is_so in true.items() if is_so), StoreState.RUNNING)
