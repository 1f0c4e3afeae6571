"""What one marketplace brings: its operations, how it knows a shop, and how it says no."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from sandbox.exchange import Answer, Request
from sandbox.faults import Fault
from sandbox.rates import Rates
from sandbox.values import Shop
from sandbox.world import World

T = TypeVar("T")


@dataclass
class Scene:
    """What an operation acts in: the world, whose account it is, and what goes wrong with lists.

    ``skew`` is by how much this marketplace's clock is wrong: every moment it tells is off by it.
    """

    world: World
    shop: Shop
    rates: Rates
    address: str
    monotonic: float
    skew: timedelta = timedelta()
    fault: Fault | None = None

    @property
    def now(self) -> datetime:
        return self.world.now + self.skew

    def clock(self, moment: datetime) -> datetime:
        """Return the moment as this marketplace's clock shows it."""
        return moment + self.skew

    def handed_over(self, items: Sequence[T]) -> list[T]:
        """Return the items of a page as they are delivered: perhaps twice, or in another order."""
        kind = self.fault.kind if self.fault else ""
        if kind == "duplicate":
            return [*items, *items[:1]]
        return list(reversed(items)) if kind == "reorder" else list(items)


@dataclass(frozen=True)
class Operation:
    """One call of a wire format. ``{name}`` in the path is handed to ``act`` by name.

    ``rate`` is tokens per second and burst as documented; nothing where none is documented, or
    where the operation reckons by itself. An ``is_open`` operation needs no token.
    """

    name: str
    method: str
    path: str
    act: Callable[..., Answer]
    rate: tuple[float, int] | None = None
    is_open: bool = False
    #: What the shop must have granted, if anything.
    scope: str = ""
    #: Tells operations apart that share one path.
    told_apart: Callable[[Request], str] | None = None

    def name_of(self, request: Request) -> str:
        return self.told_apart(request) if self.told_apart else self.name

    @cached_property
    def pattern(self) -> re.Pattern:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + r"/?")


@dataclass(frozen=True)
class Marketplace:
    """``refuse(kind, words)`` writes an error of this marketplace; kinds are unauthorized,
    forbidden, not_found, too_many, error and unreadable.
    """

    name: str
    operations: tuple[Operation, ...]
    shop_of: Callable[[World, Request], Shop | None]
    refuse: Callable[[str, str], Answer]
    connection: Callable[[Shop, str], dict]
    #: Headers every answer has: scene, operation, bucket's key.
    dress: Callable[[Scene, Operation, str], dict[str, str]] = lambda scene, operation, key: {}
    turns: dict = field(default_factory=dict)
    #: Whether a 429 says in Retry-After how long to wait.
    tells_wait: bool = True

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        for operation in self.operations:
            if operation.method == method and (found := operation.pattern.fullmatch(path)):
                return operation, found.groupdict()
        return None


def shops_of(world: World, marketplace: str) -> list[Shop]:
    return [shop for shop in world.shops.values() if shop.marketplace == marketplace]


def shop_with(world: World, marketplace: str, name: str, secret: str) -> Shop | None:
    """Return the shop with this credential."""
    wanted = (shop for shop in shops_of(world, marketplace) if secret)
    return next((shop for shop in wanted if shop.credentials.get(name) == secret), None)
