"""The breaker of a connection, kept in its row: who may call, and what follows from an answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from marketplaces.breaker import Breaker, BreakerState, failed, probing, succeeded
from marketplaces.models import Connection


def claim_probe(connection: Connection, *, at: datetime) -> bool:
    """Become the one call that tries whether the other side is well again."""
    if not connection.breaker.may_probe(at):
        return False
    free = Q(breaker_probe_until=None) | Q(breaker_probe_until__lte=at)
    ours = Connection.objects.filter(free, pk=connection.pk, breaker_retry_at__lte=at)
    until = probing(connection.breaker, at=at).probe_until
    return ours.update(breaker_probe_until=until) == 1


def release_probe(connection: Connection) -> None:
    """Let another call be the probe: this one was not made."""
    Connection.objects.filter(pk=connection.pk).update(breaker_probe_until=None)


def is_closed(connection: Connection, *, at: datetime) -> bool:
    return connection.breaker.state(at) == BreakerState.CLOSED


def waits(connection: Connection, *, at: datetime) -> timedelta:
    return connection.breaker.waits(at)


def note_success(connection: Connection, *, was_probe: bool) -> None:
    """Nothing is written while all is well."""
    if connection.breaker != Breaker():
        _change(connection.pk, lambda breaker: succeeded(breaker, was_probe=was_probe))


def note_failure(connection: Connection, *, was_probe: bool, at: datetime) -> None:
    _change(connection.pk, lambda breaker: failed(breaker, was_probe=was_probe, at=at))


def note_error(connection: Connection, words: str, *, at: datetime) -> None:
    Connection.objects.filter(pk=connection.pk).update(last_error=words[:300], last_error_at=at)


@transaction.atomic
def _change(pk: int, change) -> None:
    row = Connection.objects.locked(pk)
    after = change(row.breaker)
    if after == row.breaker:
        return
    row.breaker_failures, row.breaker_openings = after.failures, after.openings
    row.breaker_retry_at, row.breaker_probe_until = after.retry_at, after.probe_until
    row.save(
        update_fields=[
            "breaker_failures", "breaker_openings", "breaker_retry_at", "breaker_probe_until",
        ]
    )  # fmt: skip
