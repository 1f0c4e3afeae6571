"""How far each stream of a connection has come. The gateway's cursor moves with what it brought."""

from datetime import datetime

from django.db.models import F

from marketplaces.models import Connection, Stream


def stream_of(store_id: int, kind: str) -> Stream:
    """Return the stream, made at the first use.

    :raises Connection.DoesNotExist: if the store is not connected.
    """
    connection = Connection.objects.get(store=store_id)
    return Stream.objects.get_or_create(connection=connection, kind=kind)[0]


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
