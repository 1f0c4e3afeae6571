"""How much is in the views people keep, in bounded time whatever their conditions.

What took long is remembered for a while. The reader's own acts are always counted: a remembered
count is dropped as soon as the timeline holds anything of theirs after it.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.db.models import Max
from redis.exceptions import RedisError

from helpdesk.models import TimelineEntry
from helpdesk.queue import View, count_views

#: All together may take so long; where that is not enough, each by itself, until …
TOGETHER = timedelta(milliseconds=500)
EACH = timedelta(milliseconds=50)
#: … so much was spent. What is not counted then stays without a number for a while.
AT_MOST = timedelta(seconds=1)
#: A count is remembered so many times as long as it took: counting costs a fiftieth of the time.
REMEMBERED_TIMES = 50
QUERY_CANCELED = "57014"
#: Quicker than this is not worth remembering.
QUICK = timedelta(milliseconds=20)


def count_saved_views(user, views: Sequence[View]) -> dict[str, int]:
    """Count views, each up to COUNT_CAP + 1; those that take too long are missing."""
    if not views:
        return {}
    key = _key(user, views)
    with suppress(RedisError):
        remembered = cache.get(key)
        if remembered and not _has_acted(user, since=remembered["event"]):
            return remembered["counts"]
    event = TimelineEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    begun = monotonic()
    counts = _count(user, views)
    took = timedelta(seconds=monotonic() - begun)
    if took > QUICK:
        with suppress(RedisError):
            kept = {"event": event, "counts": counts}
            cache.set(key, kept, (took * REMEMBERED_TIMES).total_seconds())
    return counts


def count_draft(user, view: View) -> int | None:
    """Count a view that is being built, up to COUNT_CAP + 1; nothing where it takes too long."""
    with suppress(_TooSlow):
        return _count_within(TOGETHER, user, [view])[view.name]
    return None


def _count(user, views: Sequence[View]) -> dict[str, int]:
    begun = monotonic()
    with suppress(_TooSlow):
        return _count_within(TOGETHER, user, views)
    counts = {}
    for view in views:
        if monotonic() - begun < AT_MOST.total_seconds():
            with suppress(_TooSlow):
                counts |= _count_within(EACH, user, [view])
    return counts


class _TooSlow(Exception):
    """PostgreSQL has stopped counting."""


def _count_within(limit: timedelta, user, views: Sequence[View]) -> dict[str, int]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            milliseconds = limit // timedelta(milliseconds=1)
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            # No row is a condition that nothing can meet.
            counts = dict.fromkeys((view.name for view in views), 0)
            counts |= count_views(user, views=views)
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return counts
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
            raise
        raise _TooSlow from error


def _has_acted(user, *, since: int) -> bool:
    return TimelineEntry.objects.filter(pk__gt=since, actor=user).exists()


def _key(user, views: Sequence[View]) -> str:
    """Another view, and a view with other conditions, is counted anew."""
    what = "\n".join(f"{view.name} {view.version}" for view in views)
    return f"view-counts:{user.pk}:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
