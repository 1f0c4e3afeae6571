"""The connection of pages and workers to Redis. Short waits: a page never hangs on a hint."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

#: Seconds.
CONNECT_WITHIN, ANSWER_WITHIN = 0.25, 0.5


def live_redis() -> Redis:
    return _connected_to(settings.REDIS_URL)


@cache
def _connected_to(url: str) -> Redis:
    # One try on a fresh connection, since the pooled one may be of a server that has gone.
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=CONNECT_WITHIN,
        socket_timeout=ANSWER_WITHIN,
        retry=Retry(NoBackoff(), 1),
    )
