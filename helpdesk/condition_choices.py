"""What a filter builder offers: every field of a ticket with its operators and its values."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from helpdesk.conditions import FIELDS, OPERATORS
from helpdesk.models import Category, Channel, Priority, ProductLine, Severity, Status

NAMES = {"me": _("Me"), "nobody": _("Nobody"), "mine": _("One of my teams")}
LABELS = {
    "status": dict(Status.choices),
    "channel": dict(Channel.choices),
    "priority": {choice.name.lower(): choice.label for choice in Priority},
    "severity": {choice.name.lower(): choice.label for choice in Severity},
}


@dataclass(frozen=True)
class ConditionField:
    field: str
    label: str
    kind: str
    operators: list[dict]
    choices: list[dict]


def condition_fields() -> list[ConditionField]:
    """List every field with everything it can be compared with, in one query."""
    rows = condition_rows()
    return [
        ConditionField(
            name,
            str(field.label),
            field.kind,
            [_operator(each, read) for each, read in field.operators.items()],
            [
                *(_choice(each, _words(name)[each]) for each in field.names),
                *(_choice(value, label) for value, label in rows.get(name, ())),
            ],
        )
        for name, field in FIELDS.items()
    ]


def _words(name: str) -> Mapping[str, str]:
    return FIELDS[name].words or LABELS.get(name, NAMES)


def condition_rows() -> dict[str, list[tuple]]:
    """Pairs of value and name for the fields of conditions that name a row, in one query."""
    rows = _named("assignee", User.objects.all(), "full_name").union(
        _named("team", Team.objects.all(), "name"),
        _named("category", Category.objects.all(), "name", "slug"),
        _named("product_line", ProductLine.objects.all(), "name", "slug"),
        all=True,
    )
    named = {"assignee": [], "team": [], "category": [], "product_line": []}
    for field, value, name in sorted(rows, key=lambda row: row[2].casefold()):
        named[field].append((int(value) if field in ("assignee", "team") else value, name))
    return named


def known_values() -> dict[str, frozenset]:
    """What conditions may name, as helpdesk.conditions asks for it."""
    return {
        field: frozenset(value for value, _ in rows) for field, rows in condition_rows().items()
    }


def _operator(name: str, read) -> dict:
    label, is_list = str(OPERATORS[name]), name in ("in", "not_in")
    return {"operator": name, "label": label, "is_list": is_list, "needs_value": read is not None}


def _choice(value: object, label: object) -> dict:
    return {"value": value, "label": str(label)}


def _named(field: str, rows: QuerySet, name: str, value: str = "pk") -> QuerySet:
    return rows.order_by().values_list(
        Value(field, output_field=CharField()), Cast(value, CharField()), Cast(name, CharField())
    )
