"""JSON that services read themselves, as the document describes it."""

from collections.abc import Iterator
from contextlib import contextmanager

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from escalations.known_rows import Known
from escalations.matching import FIELDS
from escalations.models import Metric
from escalations.policy_reading import LONGEST_TARGET, TIMES
from escalations.refusals import InvalidInput

_SECONDS = {"type": "integer", "minimum": 1, "maximum": LONGEST_TARGET}
_RECIPIENT = {
    "description": "Of the ticket: its assignee, the lead of its team, its team; or one named.",
    "oneOf": [
        {"type": "string", "enum": ["assignee", "lead", "team"]},
        {"type": "object", "properties": {"user": {"type": "integer"}}, "required": ["user"]},
        {"type": "object", "properties": {"team": {"type": "integer"}}, "required": ["team"]},
    ],
}
_RECIPIENTS = {"type": "array", "items": _RECIPIENT}
_WARNING = {
    "type": "object",
    "description": "`before` the deadline in seconds, or when `percent` of the target is used.",
    "properties": {
        "before": _SECONDS,
        "percent": {"type": "integer", "minimum": 1, "maximum": 99},
        "recipients": _RECIPIENTS,
    },
    "required": ["recipients"],
}
_ACT = {
    "type": "object",
    "description": "One of the four. Priorities are raised, never lowered.",
    "properties": {
        "assign_to": {"description": "`nobody`, `lead` or a person's id."},
        "raise_priority": {"type": "string", "enum": ["low", "normal", "high", "urgent"]},
        "move_to_team": {"type": "integer"},
        "escalate": {"type": "integer", "description": "A route that requires no facts."},
    },
}
_LEVEL = {
    "type": "object",
    "description": "What happens `after` seconds past the deadline. Levels stand in this order.",
    "properties": {
        "after": {"type": "integer", "minimum": 0},
        "recipients": _RECIPIENTS,
        "acts": {"type": "array", "items": _ACT},
    },
    "required": ["after"],
}
_TARGET = {
    "type": "object",
    "properties": {
        "seconds": _SECONDS,
        "time": {"type": "string", "enum": list(TIMES)},
        "warnings": {"type": "array", "items": _WARNING},
        "levels": {"type": "array", "items": _LEVEL},
    },
}
TARGETS = {
    "type": "object",
    "description": (
        "By metric. `channel_reply` is the marketplace's own promise: it has warnings and levels"
        " only. An error names its place, e.g. `targets.resolution.levels.1.after`."
    ),
    "properties": {metric: _TARGET for metric in Metric.values},
    "examples": [{"first_reply": {"seconds": 14400, "time": "business"}}],
}
_VALUE = {"type": ["string", "integer"]}
CONDITIONS = {
    "type": "object",
    "description": (
        "By field the values of which a ticket must have one; all fields must agree. Tiers are"
        " spoken by level, categories by short name, teams by id."
    ),
    "properties": {name: {"type": "array", "items": _VALUE} for name in FIELDS},
    "examples": [{"channel": ["amazon"], "priority": ["high", "urgent"]}],
}
FACTS = {
    "type": "object",
    "description": "What the ticket is like; what is left out is what the policy asks for.",
    "properties": {
        name: {"type": "array", "items": {"type": "string"}} if name == "customer_tags" else _VALUE
        for name in FIELDS
    },
}
_CLOCK = {"type": "string", "examples": ["08:30", "24:00"]}
_HOURS = {
    "starts": _CLOCK,
    "ends": _CLOCK,
    "next_day": {"type": "boolean", "description": "It runs over midnight."},
}
_DATE = {"type": "string", "format": "date"}
_NAME = {"type": "string"}


def _rows(description: str, **properties) -> dict:
    items = {"type": "object", "properties": properties}
    return {"type": "array", "description": description, "items": items}


WEEK = _rows("Opening hours, several blocks a day.", weekday={"type": "string"}, **_HOURS)
BREAKS = _rows("Cut out of the hours when saved.", weekday={"type": "string"}, **_HOURS)
HOLIDAYS = _rows("Own closed dates, besides the country's.", on=_DATE, name=_NAME)
RECURRING = _rows(
    "Closed every year.", month={"type": "integer"}, day={"type": "integer"}, name=_NAME
)
EXCEPTIONS = _rows(
    "The whole plan of one date; no hours: closed.",
    on=_DATE,
    name=_NAME,
    hours=_rows("Open from, to.", **_HOURS),
)


@extend_schema_field(CONDITIONS)
class ConditionsField(serializers.JSONField):
    pass


@extend_schema_field(TARGETS)
class TargetsField(serializers.JSONField):
    pass


@extend_schema_field(FACTS)
class FactsField(serializers.JSONField):
    pass


@extend_schema_field(WEEK)
class WeekField(serializers.JSONField):
    pass


@extend_schema_field(BREAKS)
class BreaksField(serializers.JSONField):
    pass


@extend_schema_field(HOLIDAYS)
class HolidaysField(serializers.JSONField):
    pass


@extend_schema_field(RECURRING)
class RecurringField(serializers.JSONField):
    pass


@extend_schema_field(EXCEPTIONS)
class ExceptionsField(serializers.JSONField):
    pass


@contextmanager
def mistakes_as_errors() -> Iterator[None]:
    """Answer what a service could not read as 400, each mistake at its path."""
    try:
        yield
    except InvalidInput as error:
        raise ValidationError(
            {
                path or "non_field_errors": [ErrorDetail(mistake.message, code=mistake.code)]
                for path, mistake in error.mistakes.items()
            }
        ) from error


def known_of(serializer: serializers.BaseSerializer) -> Known:
    """Return the rows that conditions name, loaded once for an answer by the view."""
    return serializer.context["known"]
