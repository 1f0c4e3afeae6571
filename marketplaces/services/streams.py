"""How far each stream of a connection has come. The gateway's cursor moves with what it brought."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F

from marketplaces.gateways.base import Capability
from marketplaces.models import Connection, Stream, StreamKind

#: Between two runs that found nothing more; a store is never further behind than this and a run.
EVERY = timedelta(minutes=2)
#: A run that has not ended by then has died with its worker.
LEASE = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
#: What of a marketplace's offers is fetched.
CAPABILITIES = {StreamKind.ORDERS: Capability.PULL_ORDERS}


def open_streams(connection: Connection, *, offered: Collection[Capability], at: datetime) -> None:
    """Give a connection a stream, due at once, for everything its marketplace offers."""
    Stream.objects.bulk_create(
        (
            Stream(connection=connection, kind=kind, next_run_at=at)
            for kind, capability in CAPABILITIES.items()
            if capability in offered
        ),
        ignore_conflicts=True,
    )


def claim_stream(stream_id: int, *, at: datetime) -> Stream | None:
    """Take a stream whose turn it is; nothing if it is not, is paused or is worked on."""
    stream = Stream.objects.due(at).select_related("connection__store").filter(pk=stream_id).first()
    # Conditions on the row alone: with a join they would not be asked again behind another's lock.
    if stream is None or not Stream.objects.waiting(at).filter(pk=stream_id).update(
        claimed_until=at + LEASE
    ):
        return None
    stream.refresh_from_db(fields=["cursor", "has_more", "failures"])
    return stream


def release_stream(stream_id: int, *, wait: timedelta | None = None, at: datetime) -> None:
    """Let go of a stream and say when its next turn is: ``wait`` if the marketplace said so.

    At once if there is more, later if it went wrong, the later the more often in a row.
    """
    stream = Stream.objects.get(pk=stream_id)
    wait = max(wait or timedelta(0), _pause(stream))
    Stream.objects.filter(pk=stream_id).update(claimed_until=None, next_run_at=at + wait)


def _pause(stream: Stream) -> timedelta:
    if stream.failures:
        return min(FIRST_WAIT * 2 ** min(stream.failures - 1, 10), LONGEST_WAIT)
    return timedelta(0) if stream.has_more else EVERY


def note_page(
    stream: Stream,
    *,
    cursor: str,
    has_more: bool,
    count: int,
    newest_at: datetime | None = None,
    at: datetime,
) -> bool:
    """Move on behind a page, in the transaction that stored it; False if another worker has.

    Compare-and-set on the cursor: of two workers with the same page one moves on.
    """
    facts: dict[str, object] = {
        "cursor": cursor,
        "has_more": has_more,
        "last_run_at": at,
        "failures": 0,
        "last_error": "",
        "fetched": F("fetched") + count,
    }
    if not has_more:
        facts["caught_up_at"] = at
    if newest_at and (stream.newest_at is None or newest_at > stream.newest_at):
        facts["newest_at"] = newest_at
    return Stream.objects.filter(pk=stream.pk, cursor=stream.cursor).update(**facts) == 1


def note_trouble(stream: Stream, *, words: str, at: datetime) -> None:
    """Count a failed run; the words come from an error of the gateway and hold no secret."""
    Stream.objects.filter(pk=stream.pk).update(
        last_run_at=at, failures=F("failures") + 1, last_error=words[:300]
    )
