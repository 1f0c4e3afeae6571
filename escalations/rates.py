"""Did a rate fall? Two counts over windows of equal length, with an interval. Pure.

Of ``before + after`` cases, each fell into the second window with probability p; the ratio of
the rates is p / (1 - p). The interval of p is Clopper and Pearson's, exact for small counts.
"""

from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt

CONFIDENCE = 0.95
_STEPS = 60
#: Beyond, the usual approximation says the same to three digits, at once.
_EXACT_UP_TO = 5_000
_DEVIATIONS = 1.959964


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ratio``, ``low`` and ``high`` are after divided by before; None where nothing is known."""

    days: int
    before: int
    after: int
    ratio: float | None
    low: float
    high: float | None

    @property
    def fell(self) -> bool:
        return self.high is not None and self.high < 1

    @property
    def rose(self) -> bool:
        return self.low > 1

    def per_week(self, count: int) -> float:
        return count * 7 / self.days


def compare(before: int, after: int, *, days: int) -> Comparison:
    """Compare the counts of two windows of ``days`` each.

    :raises ValueError: for negative counts or no days.
    """
    if before < 0 or after < 0 or days < 1:
        raise ValueError("Counts are not negative, and a window has a day at least.")
    low, high = _approximate(before, after) if before + after > _EXACT_UP_TO else (None, None)
    if low is None:
        low, high = _exact(before, after)
    ratio = after / before if before else None
    return Comparison(days, before, after, ratio, low, None if high == inf else high)


def _exact(before: int, after: int) -> tuple[float, float]:
    total = before + after
    low = 0.0 if after == 0 else _chance(lambda p: _tail(after, total, p), (1 - CONFIDENCE) / 2)
    high = 1.0
    if before > 0:
        high = 1 - _chance(lambda p: _tail(before, total, p), (1 - CONFIDENCE) / 2)
    return _odds(low), _odds(high)


def _approximate(before: int, after: int) -> tuple[float, float] | tuple[None, None]:
    if not before or not after:
        return None, None
    spread = exp(_DEVIATIONS * sqrt(1 / before + 1 / after))
    return after / before / spread, after / before * spread


def _odds(chance: float) -> float:
    return inf if chance >= 1 else chance / (1 - chance)


def _chance(tail, wanted: float) -> float:
    """Find the chance at which a growing tail reaches what is wanted, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) < wanted else (low, middle)
    return low


def _tail(least: int, total: int, chance: float) -> float:
    """The probability of ``least`` or more of ``total``."""
    if chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    return sum(_binomial(k, total, chance) for k in range(least, total + 1))


def _binomial(k: int, total: int, chance: float) -> float:
    ways = lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1)
    return exp(ways + k * log(chance) + (total - k) * log(1 - chance))
