"""Which policy decides for a ticket: the first in order whose every condition it meets. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from escalations.promises import Promise

#: Fields a policy may ask for, in the order they are explained.
FIELDS = ("channel", "tier", "team", "priority", "severity", "category", "customer_tags")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a ticket policies ask: keys of rows, and names as REST speaks them ("urgent")."""

    channel: str = ""
    tier: int | None = None
    team: int | None = None
    priority: str = ""
    severity: str = ""
    category: int | None = None
    customer_tags: tuple[str, ...] = ()

    def as_record(self) -> dict:
        """Write the facts as JSON can hold them."""
        return asdict(self) | {"customer_tags": list(self.customer_tags)}

    @classmethod
    def from_record(cls, record: dict) -> "Facts":
        return cls(**record | {"customer_tags": tuple(record.get("customer_tags", ()))})


@dataclass(frozen=True, slots=True)
class Miss:
    """A condition that did not hold: one of ``wanted`` was wanted, ``found`` is what is there."""

    field: str
    wanted: tuple
    found: tuple


@dataclass(frozen=True, slots=True)
class Tried:
    """A policy that was asked; it matches when nothing is amiss."""

    promise: Promise
    misses: tuple[Miss, ...]

    @property
    def matched(self) -> bool:
        return not self.misses


@dataclass(frozen=True, slots=True)
class Match:
    """The deciding promise, if any, and all that were asked until then, in order."""

    promise: Promise | None
    tried: tuple[Tried, ...]


def first_match(promises: Iterable[Promise], facts: Facts) -> Match:
    """Ask the promises in the order given, until one matches."""
    tried = []
    for promise in promises:
        tried.append(Tried(promise, misses(promise, facts)))
        if tried[-1].matched:
            return Match(promise, tuple(tried))
    return Match(None, tuple(tried))


def misses(promise: Promise, facts: Facts) -> tuple[Miss, ...]:
    """Return every condition of the promise that the facts do not meet."""
    found = {name: _values(getattr(facts, name)) for name in FIELDS}
    return tuple(
        Miss(name, tuple(promise.conditions[name]), found[name])
        for name in FIELDS
        if name in promise.conditions and not set(promise.conditions[name]) & set(found[name])
    )


def in_words(miss: Miss, *, name: Callable[[str, object], str]) -> str:
    """Say a condition that did not hold: “priority is normal, wanted urgent or high”.

    ``name`` gives the words for a value of a field, and for the field itself (value None).
    """
    found = ", ".join(name(miss.field, value) for value in miss.found) or "none"
    wanted = " or ".join(name(miss.field, value) for value in miss.wanted)
    return f"{name(miss.field, None)} is {found}, wanted {wanted}"


def _values(found: object) -> tuple:
    if isinstance(found, tuple):
        return found
    return () if found in (None, "") else (found,)
