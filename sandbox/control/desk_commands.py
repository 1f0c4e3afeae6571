"""Commands on the process itself: time, faults, rates, state."""

from datetime import UTC, datetime
from pathlib import Path

from sandbox.control.commands import connection_of
from sandbox.desk import Desk
from sandbox.faults import Rule, Schedule
from sandbox.rates import Rates
from sandbox.snapshot import freeze, save
from sandbox.stock import sow
from sandbox.world import Refused, World


def told_shops(desk: Desk, asked: dict) -> dict:
    """How to connect to every shop."""
    return {"shops": [connection_of(desk, shop) for shop in desk.world.shops.values()]}


def told_state(desk: Desk, asked: dict) -> dict:
    """Everything there is, of one shop where ``shop`` is given."""
    return freeze(desk.world, asked.get("shop", ""))


def told_time(desk: Desk, asked: dict) -> dict:
    return {"now": desk.world.now, "is_frozen": desk.clock.since is None, "skew": desk.skew}


def change_time(desk: Desk, asked: dict) -> dict:
    """``advance`` seconds, ``freeze`` or ``run``, ``skew`` seconds by marketplace."""
    if "freeze" in asked or "run" in asked:
        desk.clock.freeze() if asked.get("freeze") else desk.clock.run()
    if asked.get("advance", 0) < 0:
        raise Refused("backwards", "Time does not go back.")
    desk.clock.advance(asked.get("advance", 0))
    desk.skew.update(asked.get("skew", {}))
    desk.world.settles_after.update(asked.get("settles_after", {}))
    desk.world.catch_up(desk.clock.now())
    return told_time(desk, asked)


def told_faults(desk: Desk, asked: dict) -> dict:
    return desk.schedule.told()


def add_faults(desk: Desk, asked: dict) -> dict:
    """One rule, or several under ``rules``; the first with something to say wins."""
    try:
        desk.schedule.rules += [Rule(**one) for one in asked.get("rules", [asked])]
    except (TypeError, ValueError) as error:
        raise Refused("no_fault", str(error)) from None
    return desk.schedule.told()


def remove_faults(desk: Desk, asked: dict) -> dict:
    desk.schedule = Schedule()
    return desk.schedule.told()


def told_rates(desk: Desk, asked: dict) -> dict:
    rates = desk.rates
    return {
        "calls": rates.calls,
        "violations": rates.violations,
        "speed": rates.speed,
        "jitter": rates.jitter,
        "is_enforced": rates.is_enforced,
    }


def change_rates(desk: Desk, asked: dict) -> dict:
    """New full buckets and no counts; ``speed``, ``jitter`` and ``is_enforced`` as given."""
    names = ("speed", "jitter", "is_enforced")
    desk.rates = Rates(**{name: asked.get(name, getattr(desk.rates, name)) for name in names})
    return told_rates(desk, asked)


def told_calls(desk: Desk, asked: dict) -> dict:
    """The last calls, oldest first."""
    return {"calls": list(desk.calls)}


def reset(desk: Desk, asked: dict) -> dict:
    """A new world of ``orders`` per marketplace out of ``seed``; no faults, full buckets."""
    turns = desk.world.turns
    begin = asked.get("at")
    if begin:
        desk.clock.at, desk.clock.since = datetime.fromisoformat(begin), None
    else:
        desk.clock = type(desk.clock).running()
    desk.world = World(desk.clock.now().astimezone(UTC), asked.get("seed", 1), turns=turns)
    sow(desk.world, list(desk.marketplaces), asked.get("orders", 5))
    desk.schedule, desk.skew = Schedule(), {}
    desk.rates = Rates(desk.rates.speed, desk.rates.jitter, desk.rates.is_enforced)
    desk.calls.clear()
    return told_shops(desk, asked)


def keep(desk: Desk, asked: dict) -> dict:
    """Write the world to the file named at the start, or to ``path``."""
    path = Path(asked["path"]) if "path" in asked else desk.snapshot
    if path is None:
        raise Refused("no_path", "Name a path.")
    save(desk.world, path)
    return {"path": str(path)}
