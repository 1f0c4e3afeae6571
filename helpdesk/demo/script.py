"""What the demo plays: conversations written down as scenes. Pure: text in, plan out.

A scene says how long before "now" its ticket was opened; every act says how long after the one
before it happened. So the whole demo moves with its "now" and stays in order.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

SCENES = Path(__file__).parent / "conversations"
CUSTOMER = "customer"
#: The verb of a vacation notice; every other verb is an act of somebody.
AUTOMATIC = "automatic"
_DURATION = re.compile(r"([+-]?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


class ScriptError(ValueError):
    """A scene that cannot be played; names the scene."""


@dataclass(frozen=True)
class Act:
    at: datetime
    who: str
    verb: str
    words: str = ""
    then: str = ""
    mail: str = "sent"
    quoted: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """``sort`` names team, category, line, order and priority."""

    key: str
    customer: str
    channel: str
    subject: str
    text: str
    opened_at: datetime
    acts: tuple[Act, ...]
    sort: dict[str, str] = field(default_factory=dict)
    opened_by: str = ""
    files: tuple[str, ...] = ()
    page: str = ""


def duration(text: str) -> timedelta:
    """Read "2d4h", "+1d20m" or "-14m".

    :raises ScriptError: for anything else.
    """
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()[1:]):
        raise ScriptError(f"“{text}” is not a duration, e.g. 2d4h or +15m.")
    sign, days, hours, minutes = found.groups()
    length = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))
    return -length if sign == "-" else length


def read_scenes(now: datetime, folder: Path = SCENES) -> list[Scene]:
    """Return all scenes of the folder with their moments before ``now``.

    :raises ScriptError: for a scene that would happen after ``now`` or has a key twice.
    """
    tables = [
        table
        for path in sorted(folder.glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["tickets"]
    ]
    scenes = [_scene(table, now) for table in tables]
    keys = [scene.key for scene in scenes]
    for key in keys:
        if keys.count(key) > 1:
            raise ScriptError(f"{key}: two scenes have this key.")
    return scenes


def in_time(scenes: Iterable[Scene]) -> list[tuple[datetime, Scene, Act | None]]:
    """Return every opening (act None) and act of all scenes in the order they happened."""
    steps = [
        step
        for scene in scenes
        for step in ((scene.opened_at, scene, None), *((a.at, scene, a) for a in scene.acts))
    ]
    return sorted(steps, key=lambda step: step[0])


def _scene(table: dict, now: datetime) -> Scene:
    opened_at = now - duration(table["opened"])
    scene = Scene(
        key=table["key"],
        customer=table["customer"],
        channel=table["channel"],
        subject=table["subject"],
        text=table["text"].strip(),
        opened_at=opened_at,
        acts=tuple(_acts(table["acts"], opened_at)),
        sort=table["sort"],
        opened_by=table.get("by", ""),
        files=tuple(table.get("files", ())),
        page=table.get("html", ""),
    )
    if scene.acts and scene.acts[-1].at >= now:
        raise ScriptError(f"{scene.key}: its last act would happen after now.")
    return scene


def _acts(rows: list[list], opened_at: datetime) -> Iterator[Act]:
    moment = opened_at
    for after, who, verb, *rest in rows:
        moment += duration(after)
        options = rest.pop() if rest and isinstance(rest[-1], dict) else {}
        yield Act(
            at=moment,
            who=who,
            verb=verb,
            words=rest[0].strip() if rest else "",
            then=options.get("then", ""),
            mail=options.get("mail", "sent"),
            quoted=options.get("quoted", "").strip(),
            files=tuple(options.get("files", ())),
        )
