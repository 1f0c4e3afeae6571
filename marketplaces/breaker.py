"""When a store's marketplace is left alone, and when it is tried again. Pure.

Closed: calls pass. After ``FAILURES`` failures in a row it opens, and nothing is sent. When its
time is over, one call goes as a probe (half-open): if that succeeds the breaker closes, else it
opens again, for twice as long up to ``LONGEST``. A refusal or "too many requests" is an answer, and
no failure: the other side lives.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
#: A probe that nobody heard of again for so long was lost with its process.
PROBE_LEASE = timedelta(minutes=2)


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    """``failures`` in a row; ``openings`` since it was last closed; open until ``retry_at``."""

    failures: int = 0
    openings: int = 0
    retry_at: datetime | None = None
    probe_until: datetime | None = None

    def state(self, now: datetime) -> BreakerState:
        if self.retry_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.retry_at else BreakerState.HALF_OPEN

    def may_probe(self, now: datetime) -> bool:
        """Test whether a call may go as the probe: the time is over and no other probe is out."""
        is_out = self.probe_until is not None and now < self.probe_until
        return self.state(now) == BreakerState.HALF_OPEN and not is_out

    def waits(self, now: datetime) -> timedelta:
        """Return how long until a call makes sense again."""
        until = max(filter(None, (self.retry_at, self.probe_until)), default=now)
        return max(until - now, timedelta(0))


def probing(breaker: Breaker, *, at: datetime) -> Breaker:
    return replace(breaker, probe_until=at + PROBE_LEASE)


def succeeded(breaker: Breaker, *, was_probe: bool) -> Breaker:
    """Close after a good probe; an answer to a call from before it opened changes nothing."""
    if breaker.retry_at is not None and not was_probe:
        return breaker
    return Breaker()


def failed(breaker: Breaker, *, was_probe: bool, at: datetime) -> Breaker:
    """Count a failure, and open where it was one too many or that of the probe."""
    failures = breaker.failures + 1
    if breaker.retry_at is not None and not was_probe:
        return replace(breaker, failures=failures)
    if breaker.retry_at is None and failures < FAILURES:
        return replace(breaker, failures=failures)
    # Bounded before the shift: a number of openings is a number of days in the end.
    pause = min(FIRST_PAUSE * 2 ** min(breaker.openings, 10), LONGEST)
    return Breaker(failures, breaker.openings + 1, retry_at=at + pause)
