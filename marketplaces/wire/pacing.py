"""Taking a call's turn: in Redis with all other workers, or without Redis by the log itself.

Without Redis a call waits until the one before it is over and its time has passed, under a lock of
the database: slower than allowed, never faster. Redis then knows too little, so afterwards the
bucket begins anew under another key, with what the log says is left in it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Sum
from redis.exceptions import RedisError

from marketplaces import rates
from marketplaces.limits import Told
from marketplaces.models import Exchange, ExchangeOutcome
from marketplaces.rates import Bucket

Begin = Callable[..., Exchange]


def take_turn(
    bucket: Bucket, begin: Begin, *, call: str, hold: float, at: datetime
) -> Exchange | float:
    """Begin the call if it is its turn; else return the seconds after which to ask again.

    ``hold`` is how many seconds a call may take at most.
    """
    try:
        wait = _ask_redis(bucket, call=call, hold=hold, at=at)
    except RedisError:
        return _turn_by_the_log(bucket, begin, hold=hold, at=at)
    return wait or begin(bucket, is_paced=False, at=at)


def end_turn(bucket: Bucket, exchange: Exchange, *, call: str, told: Told) -> None:
    """Count the call from now on. If Redis cannot be asked: from when its time is over."""
    if exchange.is_paced:
        return
    with suppress(RedisError):
        rates.give_back(_in_redis(bucket), call=call, told=told)


def _ask_redis(bucket: Bucket, *, call: str, hold: float, at: datetime) -> float:
    kept = _in_redis(bucket)
    wait = rates.take(kept, call=call, hold=hold)
    if wait is not None:
        return wait
    closed = _closed_for(bucket, at=at)
    if closed:
        return closed
    left = _left_by_the_log(bucket, hold=hold, at=at)
    return rates.take(kept, call=call, hold=hold, first=left) or 0.0


def _in_redis(bucket: Bucket) -> Bucket:
    """Name the bucket after the last call that Redis knows nothing of."""
    last = Exchange.objects.of_bucket(bucket.key).filter(is_paced=True).order_by("-pk")
    epoch = last.values_list("pk", flat=True).first() or 0
    return replace(bucket, key=f"{bucket.key}:{epoch}")


def _closed_for(bucket: Bucket, *, at: datetime) -> float:
    rows = Exchange.objects.of_bucket(bucket.key).filter(not_before__gt=at)
    until = rows.aggregate(until=Max("not_before"))["until"]
    return (until - at).total_seconds() if until else 0.0


def _left_by_the_log(bucket: Bucket, *, hold: float, at: datetime) -> float:
    """What is certainly left: as if all calls since the bucket could last be full came just now.

    One more is counted for a worker that has just got its turn and not written its call down yet.
    """
    since = at - timedelta(seconds=bucket.fills_in + hold)
    rows = Exchange.objects.of_bucket(bucket.key).filter(started_at__gt=since)
    used = rows.aggregate(cost=Sum("cost"))["cost"]
    return bucket.burst if used is None else max(bucket.burst - used - bucket.cost, 0.0)


@transaction.atomic
def _turn_by_the_log(bucket: Bucket, begin: Begin, *, hold: float, at: datetime):
    _one_at_a_time(bucket.key)
    wait = max(_closed_for(bucket, at=at), _since_the_last(bucket, hold=hold, at=at))
    return wait or begin(bucket, is_paced=True, at=at)


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"rate:{key}"])


def _since_the_last(bucket: Bucket, *, hold: float, at: datetime) -> float:
    pause = bucket.cost / bucket.per_second
    since = at - timedelta(seconds=pause + hold)
    waits = [0.0]
    for row in Exchange.objects.of_bucket(bucket.key).filter(started_at__gt=since):
        if row.outcome == ExchangeOutcome.ON_ITS_WAY:
            waits.append(pause)
        else:
            waits.append(pause - (at - row.ended_at).total_seconds())
    return max(waits)
