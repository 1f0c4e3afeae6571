"""How a ticket goes: what happens in which order, and what is true afterwards. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp

from helpdesk.models import Status, TimelineKind
from helpdesk.rules import AFTER_CUSTOMER_MESSAGE

DAY = 86_400
CLOSES_AFTER = 14 * DAY
#: A reply's beat names the status that goes with it.
REPLY = "reply:"
#: Each story has three messages, the first of which opens the ticket.
STORIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "done": (
        ("claim", "reply:pending", "write", "solve"),
        ("claim", "note", "reply:solved"),
        ("write", "claim", "reply:solved"),
        ("claim", "reply:pending", "note", "solve"),
    ),
    Status.NEW: (("write", "note"), ("write", "write")),
    Status.OPEN: (
        ("claim", "reply:pending", "write"),
        ("claim", "note", "write"),
        ("claim", "write", "note"),
    ),
    Status.PENDING: (("claim", "note", "reply:pending"), ("write", "claim", "reply:pending")),
    Status.ON_HOLD: (("claim", "reply:on_hold", "note"), ("claim", "note", "reply:on_hold")),
}
_CUSTOMER_TAKES, _AGENT_TAKES = 9.9, 8.6  # log of seconds: median 5.5 and 1.5 hours


@dataclass(slots=True)
class Entry:
    kind: str
    at: int
    who: str  # "agent", "customer" or "" for the system
    message: int | None = None
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class Said:
    kind: str  # "customer", "agent" or "note"
    at: int


@dataclass(slots=True)
class Told:
    """A finished story; moments are seconds since 1970."""

    opened_at: int
    status: str = Status.NEW
    is_taken: bool = False
    said: list[Said] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    customer_at: int = 0
    replied_at: int | None = None
    solved_at: int | None = None
    closed_at: int | None = None


def ending(age: int, chance: random.Random) -> str:
    """Choose where a ticket of this age (seconds) stands: nearly all old ones are done.

    Over a year that gives 1 % new, 3 % open, 2 % pending, 1 % on hold, 93 % solved or closed.
    """
    days = age / DAY
    new = 0.8 * exp(-days / 4.5)
    rest = 1 - new
    roll = chance.random()
    for status, share in (
        (Status.NEW, new),
        (Status.OPEN, rest * 0.5 * exp(-days / 24)),
        (Status.PENDING, rest * 0.3 * exp(-days / 27)),
        (Status.ON_HOLD, rest * 0.12 * exp(-days / 35)),
    ):
        if roll < share:
            return status
        roll -= share
    return "done"


def tell(*, opened_at: int, now: int, agent: str, by_phone: bool, chance: random.Random) -> Told:
    """Let a ticket go its way until ``now``. ``agent`` is the name of whoever takes it."""
    beats = chance.choice(STORIES[ending(now - opened_at, chance)])
    told = Told(opened_at=opened_at, customer_at=opened_at)
    opener = "agent" if by_phone else "customer"
    _say(told, "customer", Entry(TimelineKind.OPENED, opened_at, opener))
    for beat, at in zip(beats, _moments(beats, opened_at, now, chance), strict=True):
        _BEATS[beat.partition(":")[0]](told, at, beat.removeprefix(REPLY), agent)
    _close_when_due(told, now, chance)
    return told


def _moments(
    beats: tuple[str, ...], opened_at: int, now: int, chance: random.Random
) -> Iterator[int]:
    gaps = [
        30 + int(chance.lognormvariate(_CUSTOMER_TAKES if b == "write" else _AGENT_TAKES, 1.1))
        for b in beats
    ]
    room = now - opened_at - 60
    squeeze = min(1.0, room / sum(gaps))
    at = opened_at
    for gap in gaps:
        at += max(1, int(gap * squeeze))
        yield at


def _say(told: Told, kind: str, entry: Entry) -> None:
    entry.message = len(told.said)
    told.said.append(Said(kind, entry.at))
    told.entries.append(entry)


def _set(told: Told, status: str, at: int, who: str) -> None:
    kind = {Status.SOLVED: TimelineKind.SOLVED, Status.CLOSED: TimelineKind.CLOSED}.get(
        status, TimelineKind.STATUS_CHANGED
    )
    told.entries.append(Entry(kind, at, who, before=told.status, after=status))
    told.status = status
    if status == Status.SOLVED:
        told.solved_at = at
    elif status == Status.CLOSED:
        told.closed_at = at


def _claim(told: Told, at: int, beat: str, agent: str) -> None:
    told.is_taken = True
    told.entries.append(Entry(TimelineKind.CLAIMED, at, "agent", after=agent))
    _set(told, Status.OPEN, at, "agent")


def _note(told: Told, at: int, beat: str, agent: str) -> None:
    _say(told, "note", Entry(TimelineKind.NOTED, at, "agent"))


def _write(told: Told, at: int, beat: str, agent: str) -> None:
    _say(told, "customer", Entry(TimelineKind.CUSTOMER_WROTE, at, "customer"))
    told.customer_at = at
    if AFTER_CUSTOMER_MESSAGE[told.status] != told.status:
        _set(told, AFTER_CUSTOMER_MESSAGE[told.status], at, "")


def _reply(told: Told, at: int, then: str, agent: str) -> None:
    _say(told, "agent", Entry(TimelineKind.REPLIED, at, "agent"))
    told.replied_at = at
    _set(told, then, at, "agent")


def _solve(told: Told, at: int, beat: str, agent: str) -> None:
    _set(told, Status.SOLVED, at, "agent")


def _close_when_due(told: Told, now: int, chance: random.Random) -> None:
    if told.status == Status.SOLVED and told.solved_at + CLOSES_AFTER + 900 < now:
        _set(told, Status.CLOSED, told.solved_at + CLOSES_AFTER + chance.randrange(1, 900), "")


_BEATS = {"claim": _claim, "note": _note, "write": _write, "reply": _reply, "solve": _solve}
