"""The desk all requests come to: whose they are, what goes wrong with them, and who answers."""

import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.faults import AFTER, Fault, Schedule
from sandbox.marketplace import Marketplace, Operation, Scene
from sandbox.rates import Rates
from sandbox.world import World

REMEMBERED_CALLS = 2000


@dataclass
class Clock:
    """The world's time: a moment, and whether it moves by itself from there."""

    at: datetime
    since: float | None

    @classmethod
    def running(cls) -> "Clock":
        return cls(datetime.now(UTC), time.monotonic())

    def now(self) -> datetime:
        if self.since is None:
            return self.at
        return self.at + timedelta(seconds=time.monotonic() - self.since)

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def freeze(self) -> None:
        self.at, self.since = self.now(), None

    def run(self) -> None:
        self.at, self.since = self.now(), time.monotonic()


@dataclass
class Desk:
    """Everything one process holds. ``control`` answers below ``/control/``."""

    world: World
    clock: Clock
    marketplaces: dict[str, Marketplace]
    address: str
    control: Callable[["Desk", Request], Answer]
    schedule: Schedule = field(default_factory=Schedule)
    rates: Rates = field(default_factory=Rates)
    skew: dict[str, float] = field(default_factory=dict)
    snapshot: Path | None = None
    calls: deque = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS))

    def answer(self, request: Request) -> Answer:
        """Answer any request; never raises for what a client sent."""
        self.world.catch_up(self.clock.now())
        name, _, rest = request.path.lstrip("/").partition("/")
        if name == "livez":
            return told({"status": "ok"})
        if name == "control":
            return self.control(self, request)
        marketplace = self.marketplaces.get(name)
        if marketplace is None:
            return told({"error": f"No marketplace is called {name!r}."}, 404)
        return self._answer_of(marketplace, request, "/" + rest)

    def _answer_of(self, marketplace: Marketplace, request: Request, path: str) -> Answer:
        found = marketplace.find(request.method, path)
        if found is None:
            return marketplace.refuse("not_found", f"{request.method} {path}")
        operation, names = found
        shop = marketplace.shop_of(self.world, request)
        if shop is None and not operation.is_open:
            return marketplace.refuse("unauthorized", "No such token.")
        if shop and operation.scope and operation.scope not in shop.scopes:
            return marketplace.refuse("forbidden", f"{operation.scope} was not granted.")
        name, shop_id = operation.name_of(request), shop.id if shop else ""
        key = f"{marketplace.name}.{name}.{shop_id}"
        fault = self.schedule.decide(marketplace.name, name, shop_id)
        scene = Scene(
            self.world, shop, self.rates, f"{self.address}/{marketplace.name}", time.monotonic(),
            timedelta(seconds=self.skew.get(marketplace.name, 0)), fault,
        )  # fmt: skip
        answer = self._act(marketplace, operation, scene, key, request, names)
        for header, text in marketplace.dress(scene, operation, key).items():
            answer.headers.setdefault(header, text)
        self._note(key, answer, fault)
        return answer

    def _act(
        self, marketplace: Marketplace, operation: Operation, scene: Scene, key: str,
        request: Request, names: dict[str, str],
    ) -> Answer:  # fmt: skip
        if operation.rate and not self.rates.take(key, *operation.rate, scene.monotonic):
            refused = marketplace.refuse("too_many", operation.name)
            if marketplace.tells_wait:
                wait = self.rates.seconds_until(key, operation.rate[0])
                refused.headers["Retry-After"] = str(max(1, round(wait + 0.5)))
            return refused
        fault = scene.fault
        if fault and fault.kind not in AFTER:
            return _without_effect(marketplace, fault)
        try:
            answer = operation.act(scene, request, **names)
            if fault and fault.kind == "twice":
                answer = operation.act(scene, request, **names)
        except (Unreadable, ValueError) as error:
            answer = marketplace.refuse("unreadable", str(error))
        return _after_effect(marketplace, fault, answer) if fault else answer

    def _note(self, key: str, answer: Answer, fault: Fault | None) -> None:
        self.calls.append(
            {
                "call": key,
                "at": self.world.now.isoformat(),
                "status": 0 if answer.is_cut else answer.status,
                "fault": fault.kind if fault else "",
            }
        )


def _without_effect(marketplace: Marketplace, fault: Fault) -> Answer:
    if fault.kind == "refuse_connection":
        return Answer(is_cut=True)
    if fault.kind == "throttle":
        answer = marketplace.refuse("too_many", "")
        answer.headers["Retry-After"] = f"{fault.seconds:g}"
        return answer
    answer = marketplace.refuse("error", "")
    answer.status = fault.status
    return answer


def _after_effect(marketplace: Marketplace, fault: Fault, answer: Answer) -> Answer:
    if fault.kind == "lose_answer":
        answer.is_cut = True
    elif fault.kind == "error_after":
        answer = marketplace.refuse("error", "")
        answer.status = fault.status
    elif fault.kind == "malformed":
        answer.body = _broken(answer.body)
    elif fault.kind == "slow":
        answer.delay = fault.seconds
    return answer


def _broken(body: bytes) -> bytes:
    """Return the first part of a JSON text, which is never JSON itself."""
    half = body[: len(body) // 2] or b"{"
    try:
        json.loads(half)
    except ValueError:
        return half
    return b"{" + half
