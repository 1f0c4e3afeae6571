"""Token buckets as the marketplaces document them, in seconds of this machine's own clock."""

from dataclasses import dataclass, field


@dataclass
class Bucket:
    level: float
    at: float


@dataclass
class Rates:
    """``speed`` makes all buckets fill faster, for tests that do not want to wait for hours.

    ``jitter`` is the time in seconds a call may have spent on its way: a client that keeps the
    rate exactly must not be found guilty because its first call took longer than its second.
    """

    speed: float = 1.0
    jitter: float = 0.1
    is_enforced: bool = True
    buckets: dict[str, Bucket] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    violations: dict[str, int] = field(default_factory=dict)

    def take(self, key: str, per_second: float, burst: float, at: float, tokens: float = 1) -> bool:
        """Take tokens; False, and one more violation, if the bucket has not so many."""
        self.calls[key] = self.calls.get(key, 0) + 1
        bucket = self._filled(key, per_second, burst, at)
        if bucket.level + per_second * self.speed * self.jitter < tokens:
            self.violations[key] = self.violations.get(key, 0) + 1
            return not self.is_enforced
        bucket.level -= tokens
        return True

    def give_back(self, key: str, tokens: float) -> None:
        self.buckets[key].level += tokens

    def left(self, key: str) -> float:
        return max(self.buckets[key].level, 0.0) if key in self.buckets else 0.0

    def seconds_until(self, key: str, per_second: float, tokens: float = 1) -> float:
        """How long until so many tokens are there."""
        return max(tokens - self.left(key), 0.0) / (per_second * self.speed)

    def _filled(self, key: str, per_second: float, burst: float, at: float) -> Bucket:
        bucket = self.buckets.setdefault(key, Bucket(burst, at))
        gained = (at - bucket.at) * per_second * self.speed
        bucket.level, bucket.at = min(burst, bucket.level + gained), at
        return bucket
