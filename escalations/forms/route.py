"""The form of a route: what was typed, what it says, and where a mistake is shown.

Controls are named by where they stand: ``criteria.0.1.field`` is the second condition of the
first group. A condition without a value and a question without words are as good as not there.
With a script the builder sends the criteria whole, as ``criteria.json``.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from escalations.criteria_reading import MAX_CONDITIONS, MAX_DEPTH
from escalations.criteria_values import typed_value, value_from
from escalations.models import RouteMode, RouteVersion
from escalations.questions import MOST_QUESTIONS
from escalations.refusals import Mistake
from helpdesk.whole_numbers import whole_number

LARGEST_TREE = 60_000


@dataclass
class Part:
    """A condition as it was typed, or with a ``joint`` a group of parts."""

    path: str
    joint: str = ""
    parts: list["Part"] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    field: str = ""
    operator: str = ""
    value: str = ""

    @property
    def is_group(self) -> bool:
        return bool(self.joint)

    @property
    def is_root(self) -> bool:
        return "." not in self.path

    @property
    def is_empty(self) -> bool:
        return not (any(not part.is_empty for part in self.parts) or self.field or self.value)

    def whole(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.whole()

    def written(self) -> dict:
        """Return what the services read."""
        if not self.is_group:
            value = value_from(self.field, self.operator, self.value)
            return {"field": self.field, "operator": self.operator, "value": value}
        parts = [part.written() for part in self.parts if not part.is_empty]
        return {self.joint: parts} if parts else {}


@dataclass
class Asked:
    """A question as it was typed."""

    path: str
    label: str = ""
    key: str = ""
    kind: str = "text"
    choices: str = ""
    source: str = ""
    is_required: bool = True
    errors: list[str] = field(default_factory=list)

    def written(self) -> dict:
        choices = [each.strip() for each in self.choices.split(",") if each.strip()]
        return {
            "key": self.key or _key_of(self.label),
            "label": self.label,
            "kind": self.kind,
            "choices": choices if self.kind == "choice" else [],
            "is_required": self.is_required,
            "source": self.source,
        }


@dataclass
class Typed:
    """A whole form. ``mistakes`` are those of no single control."""

    name: str = ""
    note: str = ""
    team: str = ""
    skill: str = ""
    priority: str = ""
    mode: str = RouteMode.SUGGEST
    accept_after: str = ""
    criteria: Part = field(default_factory=lambda: Part("criteria", "all"))
    questions: list[Asked] = field(default_factory=list)
    seen: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    def written_criteria(self) -> dict:
        return self.criteria.written()

    def written_questions(self) -> list[dict]:
        return [each.written() for each in self.questions]

    def show(self, mistakes: Mapping[str, Mistake]) -> None:
        """Put every mistake to the control it is about, the deepest there is."""
        places = [*self.criteria.whole(), *self.questions]
        places.sort(key=lambda place: -len(place.path))
        for path, mistake in mistakes.items():
            typed = ".".join(step for step in path.split(".") if step not in ("all", "any"))
            place = next((one for one in places if f"{typed}.".startswith(f"{one.path}.")), None)
            told = place.errors if place else self.errors.setdefault(path.replace(".", "_"), [])
            told.append(mistake.message)

    def mistakes(self) -> str:
        """Write the mistakes of criteria for the builder, by where they stand."""
        told = {part.path: part.errors for part in self.criteria.whole() if part.errors}
        return json.dumps(told)


def typed_in(post: QueryDict) -> Typed:
    """Read the form."""
    plain = ("name", "note", "team", "skill", "priority", "mode", "accept_after", "seen")
    return Typed(
        **{name: post.get(name, "").strip() for name in plain},
        criteria=_sent_whole(post) or _part(post, "criteria", depth=1),
        questions=_questions(post),
    )


def typed_from(version: RouteVersion, *, name: str) -> Typed:
    """Write a version into the form."""
    minutes = "" if version.accept_after is None else f"{version.accept_after / 60:g}"
    return Typed(
        name=name,
        team=str(version.team_id),
        skill=str(version.skill_id or ""),
        priority=str(version.priority or ""),
        mode=version.mode,
        accept_after=minutes,
        criteria=_written(version.criteria or {"all": []}, "criteria"),
        questions=[_written_question(i, each) for i, each in enumerate(version.questions)],
        seen=str(version.number),
    )


def with_another(typed: Typed, path: str, kind: str) -> None:
    """Add a condition, a group, or a question where ``path`` says."""
    if kind == "question":
        typed.questions.append(Asked(f"questions.{len(typed.questions)}"))
        return
    for part in list(typed.criteria.whole()):
        if part.path == path and part.is_group:
            here = f"{path}.{len(part.parts)}"
            new = [Part(f"{here}.0")] if kind == "group" else []
            part.parts.append(Part(here, "any" if kind == "group" else "", new))


def without(typed: Typed, path: str) -> None:
    """Take the part or the question of that path away; the others close up."""
    for part in typed.criteria.whole():
        part.parts = [each for each in part.parts if each.path != path]
    _close_up(typed.criteria)
    typed.questions = [each for each in typed.questions if each.path != path]
    for i, each in enumerate(typed.questions):
        each.path = f"questions.{i}"


def _close_up(part: Part) -> None:
    for i, each in enumerate(part.parts):
        each.path = f"{part.path}.{i}"
        _close_up(each)


def _sent_whole(post: QueryDict) -> Part | None:
    sent = post.get("criteria.json", "")
    if not sent or len(sent) > LARGEST_TREE:
        return None
    try:
        return _written(json.loads(sent), "criteria")
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def _part(post: QueryDict, path: str, *, depth: int) -> Part:
    joint = post.get(f"{path}.joint", "all" if depth == 1 else "")
    if not joint or depth > MAX_DEPTH:
        plain = (post.get(f"{path}.{name}", "").strip() for name in ("field", "operator", "value"))
        return Part(path, "", [], [], *plain)
    count = _count(post, path, MAX_CONDITIONS)
    parts = [_part(post, f"{path}.{i}", depth=depth + 1) for i in range(count)]
    return Part(path, "any" if joint == "any" else "all", parts)


def _written(stored: Mapping, path: str) -> Part:
    if "field" in stored:
        name, operator = str(stored["field"]), str(stored["operator"])
        value = typed_value(name, stored.get("value"))
        return Part(path, "", [], [], name, operator, value)
    ((joint, parts),) = stored.items()
    return Part(
        path,
        "any" if joint == "any" else "all",
        [_written(part, f"{path}.{i}") for i, part in enumerate(parts)],
    )


def _questions(post: QueryDict) -> list[Asked]:
    rows = []
    for i in range(_count(post, "questions", MOST_QUESTIONS)):
        path = f"questions.{i}"
        names = ("label", "key", "kind", "choices", "source")
        words = (post.get(f"{path}.{name}", "").strip() for name in names)
        rows.append(Asked(path, *words, is_required=f"{path}.is_required" in post))
    kept = [row for row in rows if row.label or row.key]
    for i, row in enumerate(kept):
        row.path = f"questions.{i}"
    return kept


def _written_question(i: int, row: Mapping) -> Asked:
    return Asked(
        f"questions.{i}",
        row["label"],
        row["key"],
        row["kind"],
        ", ".join(row["choices"]),
        row.get("source", ""),
        row["is_required"],
    )


def _count(post: QueryDict, path: str, most: int) -> int:
    return min(whole_number(post.get(f"{path}.count", ""), digits=3) or 0, most)


def _key_of(label: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in label)
    return "_".join(words.lower().split()).lstrip("0123456789_")[:40].rstrip("_")
