"""The world as one JSON text and back, so that it survives a restart."""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from sandbox.values import Shop
from sandbox.world import World


def freeze(world: World, only: str = "") -> dict:
    """Return everything but the code that is due; of one shop if ``only`` names it."""
    shops = {name: shop for name, shop in world.shops.items() if only in ("", name)}
    return {
        "now": world.now,
        "seed": world.seed,
        "last_number": world.last_number,
        "settles_after": world.settles_after,
        "agenda": sorted(world.agenda),
        "shops": _taken_apart(shops),
    }


def thaw(told: dict, turns: dict) -> World:
    agenda = [(datetime.fromisoformat(due), *rest) for due, *rest in told["agenda"]]
    shops = {name: _made(Shop, shop) for name, shop in told["shops"].items()}
    return World(
        datetime.fromisoformat(told["now"]), told["seed"], shops, told["settles_after"],
        agenda, told["last_number"], dict(turns),
    )  # fmt: skip


def save(world: World, path: Path) -> None:
    """Write in one step, so that a kill leaves the old or the new."""
    new = path.with_name(path.name + ".new")
    new.write_text(text(freeze(world)), encoding="utf-8")
    new.replace(path)


def load(path: Path, turns: dict) -> World:
    return thaw(json.loads(path.read_text(encoding="utf-8")), turns)


def text(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _taken_apart(value: object) -> object:
    """As ``asdict``, without its copies: what comes out is written down at once."""
    if isinstance(value, dict):
        return {name: _taken_apart(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_taken_apart(one) for one in value]
    if is_dataclass(value):
        return {name: _taken_apart(one) for name, one in vars(value).items()}
    return value


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _made(kind: Any, value: Any) -> Any:
    """Return a value of the kind out of what JSON kept of it."""
    if isinstance(kind, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: _made(hints[one.name], value[one.name]) for one in fields(kind)})
    if get_origin(kind) is list:
        return [_made(get_args(kind)[0], one) for one in value]
    if get_origin(kind) is dict and get_args(kind):
        return {name: _made(get_args(kind)[1], one) for name, one in value.items()}
    return value
