"""What goes wrong, and at which call. Pure: the same schedule strikes the same calls every time."""

from dataclasses import asdict, dataclass, field
from hashlib import blake2b

#: before: the call has no effect. after: it had its effect, and the answer suffers.
BEFORE = ("refuse_connection", "error", "throttle")
AFTER = ("lose_answer", "error_after", "malformed", "slow", "twice", "duplicate", "reorder")
KINDS = BEFORE + AFTER


@dataclass(frozen=True)
class Fault:
    """``seconds``: how slow, or what ``Retry-After`` says. ``status``: of an error."""

    kind: str
    seconds: float = 1.0
    status: int = 500


@dataclass
class Rule:
    """Where and when it strikes. ``*`` is any marketplace, shop or operation.

    With ``script`` the calls it matches meet its entries one by one (``"ok"`` is none), and then
    nothing more. With ``chances`` (kind → probability) each call is drawn for by ``seed``, the
    operation and its number alone, so that other calls in between change nothing.
    """

    marketplace: str = "*"
    operation: str = "*"
    shop: str = "*"
    script: list[str] = field(default_factory=list)
    chances: dict[str, float] = field(default_factory=dict)
    seed: int = 1
    seconds: float = 1.0
    status: int = 500
    matched: int = 0

    def __post_init__(self) -> None:
        unknown = {kind for kind in [*self.script, *self.chances] if kind not in (*KINDS, "ok")}
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: a fault is one of {', '.join(KINDS)}")

    def matches(self, marketplace: str, operation: str, shop: str) -> bool:
        wanted = ((self.marketplace, marketplace), (self.operation, operation), (self.shop, shop))
        return all(rule in ("*", value) for rule, value in wanted)

    def strike(self, place: str, number: int) -> Fault | None:
        """Return what the next call it matches meets; ``number`` counts the calls of ``place``."""
        position = self.matched
        self.matched += 1
        kind = self._by_script(position) if self.script else self._by_chance(place, number)
        return None if kind in ("", "ok") else Fault(kind, self.seconds, self.status)

    def _by_script(self, position: int) -> str:
        return self.script[position] if position < len(self.script) else ""

    def _by_chance(self, place: str, number: int) -> str:
        drawn = chance(self.seed, place, number)
        for kind, probability in self.chances.items():
            if drawn < probability:
                return kind
            drawn -= probability
        return ""


@dataclass
class Schedule:
    """All rules, and what they did. The first rule with something to say wins."""

    rules: list[Rule] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)

    def decide(self, marketplace: str, operation: str, shop: str) -> Fault | None:
        place = f"{marketplace}.{operation}.{shop}"
        number = self.calls[place] = self.calls.get(place, 0) + 1
        for rule in self.rules:
            if rule.matches(marketplace, operation, shop):
                fault = rule.strike(place, number)
                if fault:
                    told = f"{marketplace}.{operation}.{fault.kind}"
                    self.struck[told] = self.struck.get(told, 0) + 1
                    return fault
        return None

    def told(self) -> dict:
        return {"rules": [asdict(rule) for rule in self.rules], "struck": self.struck}


def chance(seed: int, place: str, number: int) -> float:
    """Return a number from 0 to 1 that depends on nothing but these three."""
    digest = blake2b(f"{seed}:{place}:{number}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56
