"""The form of a policy: what was typed, what it drafts, and where a mistake is shown.

Controls are named by the path of what they say, so a refusal of the services names its control.
Rows without an amount are as good as not there: that is how one is taken away without a script.
"""

from dataclasses import dataclass, field

from django.http import QueryDict

from escalations.known_rows import Choice, Known
from escalations.matching import FIELDS
from escalations.models import Metric
from escalations.policy_reading import ROLES
from escalations.refusals import Mistake
from helpdesk.whole_numbers import whole_number

PERCENT, MINUTES = "percent", "minutes"
ACTS = ("assign_to", "raise_priority", "move_to_team", "escalate")


@dataclass
class Row:
    """A warning or a level as it was typed."""

    path: str
    amount: str = ""
    unit: str = MINUTES
    recipients: list[str] = field(default_factory=list)
    assign_to: str = ""
    raise_priority: str = ""
    move_to_team: str = ""
    escalate: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def named(self) -> list[str]:
        """Recipients besides the roles, and one that is still to be chosen."""
        return [each for each in self.recipients if each not in ROLES] + [""]

    @property
    def is_empty(self) -> bool:
        acts = (self.assign_to, self.raise_priority, self.move_to_team, self.escalate)
        return not self.amount and not self.recipients and not any(acts)


@dataclass
class Promised:
    """What was typed for one metric."""

    metric: str
    label: str
    hours: str = ""
    minutes: str = ""
    time: str = "business"
    warnings: list[Row] = field(default_factory=list)
    levels: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"targets.{self.metric}"

    @property
    def is_channels(self) -> bool:
        return self.metric == Metric.CHANNEL_REPLY

    @property
    def is_promised(self) -> bool:
        return bool(self.hours or self.minutes or self.warnings or self.levels)

    @property
    def is_open(self) -> bool:
        return bool(self.warnings or self.levels or self.errors)


@dataclass
class Typed:
    """A whole form. ``mistakes`` are those of no single control."""

    name: str = ""
    note: str = ""
    calendar: str = ""
    conditions: dict[str, list[str]] = field(default_factory=dict)
    promised: list[Promised] = field(default_factory=list)
    seen: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    def draft(self) -> dict:
        """Return what the services read."""
        return {
            "calendar": _number(self.calendar) if self.calendar else None,
            "conditions": {
                name: [_spoken(name, each) for each in values]
                for name, values in self.conditions.items()
                if values
            },
            "targets": {each.metric: _target(each) for each in self.promised if each.is_promised},
        }

    def show(self, mistakes: dict[str, Mistake]) -> None:
        """Put every mistake to the control it is about."""
        places = [*self.promised]
        places += [row for each in self.promised for row in (*each.warnings, *each.levels)]
        # The longest path first: a row before its metric.
        places.sort(key=lambda place: -len(place.path))
        for path, mistake in mistakes.items():
            place = next((one for one in places if _is_in(path, one.path)), None)
            if place is not None:
                place.errors.append(mistake.message)
            else:
                top = ".".join(path.split(".")[:2]) if path.startswith("conditions") else path
                self.errors.setdefault(top.replace(".", "_"), []).append(mistake.message)


def typed_in(post: QueryDict) -> Typed:
    """Read the form; rows that say nothing are left out."""
    conditions = {
        name: [each for each in post.getlist(f"conditions.{name}") if each] for name in FIELDS
    }
    tags = ",".join(conditions["customer_tags"]).split(",")
    conditions["customer_tags"] = [tag.strip() for tag in tags if tag.strip()]
    return Typed(
        name=post.get("name", ""),
        note=post.get("note", ""),
        calendar=post.get("calendar", ""),
        conditions=conditions,
        promised=[_promised(post, metric) for metric in Metric],
        seen=post.get("seen", ""),
    )


def typed_from(draft: dict, *, name: str = "", seen: str = "") -> Typed:
    """Write a spoken draft into the form."""
    targets = draft.get("targets", {})
    return Typed(
        name=name,
        calendar=str(draft.get("calendar") or ""),
        conditions={
            field: [str(each) for each in draft.get("conditions", {}).get(field, [])]
            for field in FIELDS
        },
        promised=[_written(metric, targets.get(metric)) for metric in Metric],
        seen=seen,
    )


def with_another_row(typed: Typed, path: str) -> None:
    """Add an empty row where ``path`` says: ``targets.resolution.levels``."""
    for promised in typed.promised:
        for kind in ("warnings", "levels"):
            if path == f"{promised.path}.{kind}":
                rows = getattr(promised, kind)
                rows.append(Row(f"{path}.{len(rows)}"))


def without_row(typed: Typed, path: str) -> None:
    """Take the row of that path away; the others close up."""
    for promised in typed.promised:
        for kind in ("warnings", "levels"):
            rows = [row for row in getattr(promised, kind) if row.path != path]
            for i, row in enumerate(rows):
                row.path = f"{promised.path}.{kind}.{i}"
            setattr(promised, kind, rows)


def recipient_choices(known: Known) -> list[tuple[str, list[Choice]]]:
    """Return people and teams to be told, by group; spoken as ``user:5``."""
    return [
        (kind, [Choice(f"{kind}:{one.key}", one.key, one.label) for one in known.choices[kind]])
        for kind in ("team", "user")
    ]


def _promised(post: QueryDict, metric: Metric) -> Promised:
    path = f"targets.{metric}"
    return Promised(
        str(metric),
        str(metric.label),
        post.get(f"{path}.hours", "").strip(),
        post.get(f"{path}.minutes", "").strip(),
        post.get(f"{path}.time", "business"),
        _rows(post, f"{path}.warnings"),
        _rows(post, f"{path}.levels"),
    )


def _rows(post: QueryDict, path: str) -> list[Row]:
    count = min(whole_number(post.get(f"{path}.count", ""), digits=3) or 0, 20)
    rows = [_row(post, f"{path}.{i}") for i in range(count)]
    kept = [row for row in rows if not row.is_empty]
    for i, row in enumerate(kept):
        row.path = f"{path}.{i}"
    return kept


def _row(post: QueryDict, path: str) -> Row:
    told = [each for each in post.getlist(f"{path}.recipients") if each]
    acts = {act: post.get(f"{path}.{act}", "") for act in ACTS}
    amount, unit = post.get(f"{path}.amount", "").strip(), post.get(f"{path}.unit", MINUTES)
    return Row(path, amount, unit, told, **acts)


def _written(metric: Metric, target: dict | None) -> Promised:
    written = Promised(str(metric), str(metric.label))
    if target is None:
        return written
    seconds = target.get("seconds")
    if seconds is not None:
        hours, minutes = divmod(seconds / 60, 60)
        written.hours, written.minutes = f"{hours:g}", f"{minutes:g}" if minutes else ""
        written.time = target["time"]
    for kind in ("warnings", "levels"):
        rows = [_written_row(f"targets.{metric}.{kind}.{i}", each)
                for i, each in enumerate(target.get(kind, []))]  # fmt: skip
        setattr(written, kind, rows)
    return written


def _written_row(path: str, row: dict) -> Row:
    is_percent = "percent" in row
    amount = row["percent"] if is_percent else row.get("before", row.get("after", 0)) / 60
    told = [
        each if isinstance(each, str) else ":".join(map(str, next(iter(each.items()))))
        for each in row.get("recipients", [])
    ]
    acts = {kind: str(value) for act in row.get("acts", []) for kind, value in act.items()}
    return Row(path, f"{amount:g}", PERCENT if is_percent else MINUTES, told, **acts)


def _target(promised: Promised) -> dict:
    rows = {
        "warnings": [_warning(row) for row in promised.warnings],
        "levels": [_level(row) for row in promised.levels],
    }
    if promised.is_channels:
        return rows
    hours, minutes = promised.hours or "0", promised.minutes or "0"
    return {"seconds": _seconds(hours, minutes), "time": promised.time} | rows


def _warning(row: Row) -> dict:
    if row.unit == PERCENT:
        moment = {"percent": _number(row.amount)}
    else:
        moment = {"before": _seconds("0", row.amount)}
    return moment | {"recipients": [_recipient(each) for each in row.recipients]}


def _level(row: Row) -> dict:
    acts = [
        {kind: value if kind == "raise_priority" else _number(value)}
        for kind in ACTS
        if (value := getattr(row, kind))
    ]
    told = [_recipient(each) for each in row.recipients]
    return {"after": _seconds("0", row.amount), "recipients": told, "acts": acts}


def _recipient(text: str) -> object:
    kind, is_named, key = text.partition(":")
    return {kind: _number(key)} if is_named else kind


def _seconds(hours: str, minutes: str) -> object:
    """Return whole seconds, or what was typed, which the services refuse in their words."""
    try:
        seconds = (float(hours) * 60 + float(minutes)) * 60
        return round(seconds) if abs(seconds) < 2**31 else 2**31
    except ValueError:
        return f"{hours} {minutes}"


def _number(text: str) -> object:
    is_number = text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 12
    return int(text) if is_number else text


def _spoken(field: str, text: str) -> object:
    return _number(text) if field in ("tier", "team") else text


def _is_in(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")
