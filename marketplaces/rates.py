"""How often an operation may be called, kept by all workers together in Redis.

A token bucket, with one difference that makes it exact from the other side: a token is given back
its time only from the end of a call on. We know when a call began and when it was answered, not
when it arrived; whenever that was in between, the marketplace's own bucket never runs over. Calls
on their way hold their tokens; one whose process died is counted as over when its time is.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplaces.limits import Told

#: Seconds.
CONNECT_WITHIN, ANSWER_WITHIN = 0.25, 0.5
#: What a marketplace has told about its limits is believed for so long, in seconds.
BELIEVED = 24 * 3600

# Both scripts keep a hash (level, at, rate, burst, told, closed) and the calls on their way, by the
# second at which they are given up. Redis's clock is the only one.
_BUCKET = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local known = redis.call('HMGET', KEYS[1], 'level', 'at', 'rate', 'burst', 'told', 'closed')
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
if known[5] and now - tonumber(known[5]) < tonumber(ARGV[3]) then
  rate = tonumber(known[3]) or rate
  burst = tonumber(known[4]) or burst
end
local level, at = tonumber(known[1]), tonumber(known[2]) or now
local closed = tonumber(known[6]) or 0
local function charge(when, cost)
  level = math.min(burst, level + math.max(0, when - at) * rate) - cost
  at = math.max(at, when)
end
local function keep()
  redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'at',
    string.format('%.6f', at), 'closed', string.format('%.6f', closed))
  local life = math.ceil(math.max(86400, 2 * burst / rate, closed - now + 60))
  redis.call('EXPIRE', KEYS[1], life)
  redis.call('EXPIRE', KEYS[2], life)
end
local function settle()
  local lost = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'WITHSCORES')
  for i = 1, #lost, 2 do
    charge(tonumber(lost[i + 1]), tonumber(string.match(lost[i], '[^ ]+$')))
    redis.call('ZREM', KEYS[2], lost[i])
  end
  charge(now, 0)
end
"""
_TAKE = (
    _BUCKET
    + """
local cost, call, hold, first = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]), ARGV[7]
if not level then
  if first == '' then return 'unknown' end
  level = tonumber(first)
end
settle()
cost = math.min(cost, burst)
local held = 0
for _, one in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  held = held + tonumber(string.match(one, '[^ ]+$'))
end
local wait = math.max(0, closed - now)
if level - held < cost then wait = math.max(wait, (cost + held - level) / rate, 0.01) end
if wait == 0 then
  redis.call('ZADD', KEYS[2], string.format('%.6f', now + hold), call .. ' ' .. cost)
end
keep()
return string.format('%.6f', wait)
"""
)
_GIVE_BACK = (
    _BUCKET
    + """
local call, wait = ARGV[4], tonumber(ARGV[5])
local told_rate, told_burst, left = ARGV[6], ARGV[7], ARGV[8]
if not level then return '0' end
settle()
for _, one in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if string.match(one, '^[^ ]+') == call then
    redis.call('ZREM', KEYS[2], one)
    charge(now, tonumber(string.match(one, '[^ ]+$')))
  end
end
if told_rate ~= '' then redis.call('HSET', KEYS[1], 'rate', told_rate, 'told', now) end
if told_burst ~= '' then redis.call('HSET', KEYS[1], 'burst', told_burst, 'told', now) end
if left ~= '' then level = math.min(level, tonumber(left)) end
if wait > 0 then closed = math.max(closed, now + wait) end
keep()
return '0'
"""
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """``key`` names what the limit is counted for; a call takes ``cost`` of its tokens."""

    key: str
    per_second: float
    burst: float
    cost: float = 1.0

    @property
    def fills_in(self) -> float:
        """Seconds in which an empty bucket is full."""
        return self.burst / self.per_second


def take(bucket: Bucket, *, call: str, hold: float, first: float | None = None) -> float | None:
    """Take the tokens of one call, or return the seconds after which to try again.

    ``hold`` is how long the call may take at most. ``first`` is what is in a bucket that Redis does
    not know; without it nothing is returned for such a one.

    :raises RedisError: if Redis cannot be asked.
    """
    said = _take(bucket, bucket.cost, call, hold, "" if first is None else f"{first:.6f}")
    return None if said == "unknown" else float(said)


def give_back(bucket: Bucket, *, call: str, told: Told) -> None:
    """Count the call from now on, and keep what the answer said of the limits.

    :raises RedisError: if Redis cannot be asked; the call then counts as over when its time is.
    """
    written = ["" if one is None else repr(one) for one in (told.per_second, told.burst, told.left)]
    _give_back(bucket, call, told.wait or 0.0, *written)


def _take(bucket: Bucket, *arguments: object) -> str:
    return _run(_TAKE, bucket, arguments)


def _give_back(bucket: Bucket, *arguments: object) -> str:
    return _run(_GIVE_BACK, bucket, arguments)


def _run(script: str, bucket: Bucket, arguments: tuple) -> str:
    keys = [f"rate:{bucket.key}", f"rate-calls:{bucket.key}"]
    return _script(settings.REDIS_URL, script)(
        keys=keys, args=[bucket.per_second, bucket.burst, BELIEVED, *arguments]
    )


@cache
def _script(url: str, script: str):
    return _connected_to(url).register_script(script)


@cache
def _connected_to(url: str) -> Redis:
    # One try on a fresh connection, since the pooled one may be of a server that has gone. A
    # script that ran twice has taken twice: too careful, never too bold.
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=CONNECT_WITHIN,
        socket_timeout=ANSWER_WITHIN,
        retry=Retry(NoBackoff(), 1),
    )
