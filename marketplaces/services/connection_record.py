"""Writing down who changed what of a connection. No secret ever comes here."""

from datetime import datetime

from marketplaces.models import Connection, ConnectionEntry


def record(
    connection: Connection,
    kind: str,
    *,
    about: str = "",
    before: str = "",
    after: str = "",
    by,
    at: datetime,
) -> ConnectionEntry:
    """Append one entry, in the act's transaction. Without a person the system itself acted."""
    return ConnectionEntry.objects.create(
        connection=connection,
        kind=kind,
        about=about[:120],
        before=before[:500],
        after=after[:500],
        actor=by,
        at=at,
    )
