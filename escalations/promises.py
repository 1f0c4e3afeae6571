"""What a policy version promises: targets with warnings before and levels after. Pure.

Read from what is stored, which ``escalations.policy_reading`` has checked before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalations.models.clock import Metric
from escalations.opening_hours import Calendar

BUSINESS, CALENDAR = "business", "calendar"
ASSIGNEE, LEAD, TEAM, USER = "assignee", "lead", "team", "user"
NOBODY = "nobody"
ASSIGN_TO, RAISE_PRIORITY, MOVE_TO_TEAM = "assign_to", "raise_priority", "move_to_team"
ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. ``team`` without an id is the ticket's own, ``lead`` who leads that one."""

    kind: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class LevelAct:
    """What a level does: ``assign_to`` nobody, lead or a person's id; ``raise_priority`` a name,
    only upwards; ``move_to_team`` a team's id; ``escalate`` a route's id.
    """

    kind: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Warning:
    """Told ``before`` seconds ahead of the deadline, or when ``percent`` of the target is used."""

    recipients: tuple[Recipient, ...]
    before: int | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What happens ``after`` seconds past the deadline, in the clock's own time."""

    after: int
    recipients: tuple[Recipient, ...] = ()
    acts: tuple[LevelAct, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """``seconds`` of ``time`` (business or calendar); none for the marketplace's own promise."""

    metric: str
    seconds: int | None
    time: str = BUSINESS
    warnings: tuple[Warning, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def is_business(self) -> bool:
        return self.time == BUSINESS


@dataclass(frozen=True)
class Promise:
    """One version of a policy, with its calendar as it was when this was read.

    ``conditions`` maps a field of ``escalations.matching.Facts`` to the values of which the
    ticket must have one. ``targets`` maps a metric to its target.
    """

    policy_id: int | None
    version_id: int | None
    policy_name: str
    number: int
    calendar_version_id: int | None = None
    calendar: Calendar | None = None
    conditions: Mapping[str, tuple] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)

    def __hash__(self):
        return hash((self.policy_id, self.version_id, self.calendar_version_id))


def conditions_from(stored: Mapping) -> dict[str, tuple]:
    return {name: tuple(values) for name, values in stored.items()}


def targets_from(stored: Mapping) -> dict[str, Target]:
    """Read the targets of a stored version."""
    return {metric: _target(metric, each) for metric, each in stored.items()}


def stored_targets(targets: Mapping[str, Target]) -> dict[str, dict]:
    """Write targets as they are stored and sent."""
    return {metric: _stored_target(target) for metric, target in targets.items()}


def _target(metric: str, stored: Mapping) -> Target:
    is_ours = metric != Metric.CHANNEL_REPLY
    return Target(
        metric,
        stored["seconds"] if is_ours else None,
        stored["time"] if is_ours else CALENDAR,
        tuple(_warning(each) for each in stored.get("warnings", ())),
        tuple(_level(each) for each in stored.get("levels", ())),
    )


def _warning(stored: Mapping) -> Warning:
    told = tuple(recipient(each) for each in stored["recipients"])
    return Warning(told, stored.get("before"), stored.get("percent"))


def _level(stored: Mapping) -> Level:
    told = tuple(recipient(each) for each in stored.get("recipients", ()))
    acts = tuple(LevelAct(*pair) for each in stored.get("acts", ()) for pair in each.items())
    return Level(stored["after"], told, acts)


def recipient(stored: str | Mapping) -> Recipient:
    if isinstance(stored, str):
        return Recipient(stored)
    ((kind, key),) = stored.items()
    return Recipient(kind, key)


def _stored_target(target: Target) -> dict:
    rest = {
        "warnings": [_stored_warning(each) for each in target.warnings],
        "levels": [_stored_level(each) for each in target.levels],
    }
    if target.seconds is None:
        return rest
    return {"seconds": target.seconds, "time": target.time} | rest


def _stored_warning(warning: Warning) -> dict:
    moment = {"before": warning.before} if warning.percent is None else {"percent": warning.percent}
    return moment | {"recipients": _stored_recipients(warning.recipients)}


def _stored_level(level: Level) -> dict:
    return {
        "after": level.after,
        "recipients": _stored_recipients(level.recipients),
        "acts": [{act.kind: act.value} for act in level.acts],
    }


def _stored_recipients(recipients: tuple[Recipient, ...]) -> list:
    return [each.kind if each.id is None else {each.kind: each.id} for each in recipients]
