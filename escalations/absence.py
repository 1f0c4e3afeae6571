"""When a case cannot wait for its specialist. Pure: no queries, no clock, no settings."""

from datetime import UTC, datetime, time, timedelta

from helpdesk.notification_times import Reader

#: Whoever is back within this time keeps what they have, if its deadline is not earlier.
SHORT = timedelta(days=2)


def back_at(reader: Reader, *, at: datetime) -> datetime | None:
    """Return when somebody who is away is back, at the first midnight after; None if not away.

    Leaves that follow each other without a day between are one.
    """
    day = at.astimezone(reader.zone).date()
    if not reader.is_away_on(day):
        return None
    while reader.is_away_on(day):
        day = max(last for first, last in reader.away if first <= day <= last)
        day += timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=reader.zone).astimezone(UTC)


def away_since(reader: Reader, *, at: datetime) -> datetime:
    """Return when the leave of somebody who is away began."""
    day = at.astimezone(reader.zone).date()
    while reader.is_away_on(day):
        day = min(first for first, last in reader.away if first <= day <= last)
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=reader.zone).astimezone(UTC)


def is_waited_for(
    reader: Reader, *, accepted_at: datetime, due_at: datetime | None, at: datetime
) -> bool:
    """Test whether a case stays with somebody on leave.

    It does if they are back soon and before the case is due, and if they took it on while they
    were away: they know what they do.
    """
    back = back_at(reader, at=at)
    if back is None or accepted_at >= away_since(reader, at=at):
        return True
    return back - at <= SHORT and (due_at is None or back <= due_at)
