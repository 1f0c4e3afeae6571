"""The conditions of a saved view: a tree of AND and OR groups over the fields of a ticket. Pure.

``{"all": [{"field": "status", "operator": "is", "value": "open"}, {"any": […]}]}``

``read_conditions`` accepts what a stranger sent and names every mistake by its path, for instance
``all.1.value``. What the tree finds is said by ``helpdesk.condition_queries``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.condition_values import (
    Read,
    ValueRefused,
    key,
    moment,
    money,
    one_of,
    several,
    span,
    text,
)
from helpdesk.models import Channel, Priority, Severity, Status

MAX_DEPTH = 4
MAX_CONDITIONS = 40
MAX_ERRORS = 20

ME, NOBODY, MINE = "me", "nobody", "mine"
JOINTS = ("all", "any")
OPERATORS = {
    "is": _("is"),
    "is_not": _("is not"),
    "in": _("is one of"),
    "not_in": _("is none of"),
    "contains": _("contains"),
    "not_contains": _("does not contain"),
    "before": _("before"),
    "after": _("after"),
    "within": _("within"),
    "at_least": _("at least"),
    "at_most": _("at most"),
    "empty": _("is empty"),
    "not_empty": _("is not empty"),
}
VALUELESS = ("empty", "not_empty")


@dataclass(frozen=True)
class Field:
    """What can be asked of one field of a ticket: an operator and how its value is read.

    ``words`` says its names to people, where an app above has added the field.
    """

    label: str
    kind: str
    operators: dict[str, Read | None]
    names: tuple[str, ...] = ()
    words: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    field: str
    operator: str
    value: object = None


@dataclass(frozen=True)
class Group:
    """``joint`` is "all" or "any" of the parts."""

    joint: str
    parts: tuple["Group | Condition", ...]


class InvalidConditions(ValueError):
    """A tree that is not possible; ``errors`` maps a path to a sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(f"{path}: {words}" for path, words in errors.items()))
        self.errors = errors


def _chosen(label: str, kind: str, read: Read, names=(), *, may_be_empty: bool = False) -> Field:
    lists = several(read)
    operators = {"is": read, "is_not": read, "in": lists, "not_in": lists}
    return Field(label, kind, operators | _emptiness(may_be_empty), tuple(names))


def _named(label: str, names) -> Field:
    names = tuple(name.lower() for name in names)
    return _chosen(label, "choice", one_of(names), names)


def field_of_app(label: str, words: Mapping[str, str]) -> Field:
    """Make a field that only an app above knows of, with its values and how they are called.

    The app puts it into ``FIELDS`` and what it finds into ``condition_queries.FOUND_BY_APPS``.
    """
    names = tuple(words)
    field = _chosen(label, "choice", one_of(names), names, may_be_empty=True)
    return replace(field, words=words)


def _moment(label: str, *, may_be_empty: bool = False) -> Field:
    operators = {"within": span, "before": moment, "after": moment}
    return Field(label, "moment", operators | _emptiness(may_be_empty))


def _emptiness(may_be_empty: bool) -> dict[str, None]:
    return dict.fromkeys(VALUELESS) if may_be_empty else {}


_PARTS = {"contains": text, "not_contains": text}
_TAGS = {"contains": text, "not_contains": text, "in": several(text), "not_in": several(text)}
FIELDS: dict[str, Field] = {
    "status": _named(_("Status"), Status.values),
    "priority": _named(_("Priority"), Priority.names),
    "severity": _named(_("Severity"), Severity.names),
    "channel": _named(_("Channel"), Channel.values),
    "category": _chosen(_("Category"), "row", text, may_be_empty=True),
    "product_line": _chosen(_("Product line"), "row", text, may_be_empty=True),
    "team": _chosen(_("Team"), "row", one_of((MINE,), also=key), (MINE,), may_be_empty=True),
    "assignee": _chosen(_("Assignee"), "row", one_of((ME, NOBODY), also=key), (ME, NOBODY)),
    "tags": Field(_("Tags"), "text", _TAGS | _emptiness(True)),
    "requester": _chosen(_("Customer"), "number", key),
    "requester_name": Field(_("Customer's name"), "text", _PARTS),
    "order": Field(
        _("Order number"),
        "text",
        {"is": text, "is_not": text, "in": several(text)} | _PARTS | _emptiness(True),
    ),
    "financial_impact": Field(
        _("Money at stake"), "money", {"at_least": money, "at_most": money} | _emptiness(True)
    ),
    "subject": Field(_("Subject"), "text", _PARTS),
    "words": Field(_("Words anywhere"), "text", _PARTS),
    "opened_at": _moment(_("Opened")),
    "updated_at": _moment(_("Last change")),
    "due_at": _moment(_("Due"), may_be_empty=True),
    "last_customer_message_at": _moment(_("Customer wrote"), may_be_empty=True),
    "last_reply_at": _moment(_("We replied"), may_be_empty=True),
    "solved_at": _moment(_("Solved"), may_be_empty=True),
    "closed_at": _moment(_("Closed"), may_be_empty=True),
}


def read_conditions(tree: object, *, known: Mapping[str, frozenset] | None = None) -> Group:
    """Read a tree of conditions.

    ``known`` names, per field, the rows there are: a value that is none of them is refused.

    :raises InvalidConditions: naming everything that is not possible, up to ``MAX_ERRORS``.
    """
    reading = _Reading(known or {})
    group = reading.group(tree, "", depth=1)
    if reading.errors:
        raise InvalidConditions(reading.errors)
    return group


def write_conditions(part: Group | Condition) -> dict:
    """Write a tree as it is kept and sent."""
    if isinstance(part, Group):
        return {part.joint: [write_conditions(each) for each in part.parts]}
    written = {"field": part.field, "operator": part.operator}
    return written if part.operator in VALUELESS else written | {"value": part.value}


def _possible(names) -> str:
    return gettext("Possible: %(possible)s.") % {"possible": ", ".join(names)}


class _Reading:
    """One pass over what a stranger sent."""

    def __init__(self, known: Mapping[str, frozenset]):
        self.errors: dict[str, str] = {}
        self._known = known
        self._count = 0

    def _refuse(self, path: str, sentence: str) -> None:
        if len(self.errors) < MAX_ERRORS:
            self.errors.setdefault(path, sentence)

    def group(self, tree: object, path: str, *, depth: int) -> Group | None:
        joint = next(iter(tree)) if isinstance(tree, Mapping) and len(tree) == 1 else None
        if joint not in JOINTS:
            return self._refuse(path, gettext('A group is {"all": […]} or {"any": […]}.'))
        parts, path = tree[joint], f"{path}.{joint}".lstrip(".")
        if depth > MAX_DEPTH:
            return self._refuse(
                path,
                gettext("Groups stand in each other %(limit)d deep at most.")
                % {"limit": MAX_DEPTH},
            )
        if not isinstance(parts, list) or not parts:
            return self._refuse(path, gettext("A group has a list of one condition or more."))
        read = []
        for position, part in enumerate(parts):
            if self._count > MAX_CONDITIONS:
                return self._refuse(
                    path,
                    gettext("A view has at most %(limit)d conditions.") % {"limit": MAX_CONDITIONS},
                )
            read.append(self._part(part, f"{path}.{position}", depth=depth))
        return Group(joint, tuple(read))

    def _part(self, part: object, path: str, *, depth: int) -> Group | Condition | None:
        self._count += 1
        if self._count > MAX_CONDITIONS:
            return self._refuse(
                path,
                gettext("A view has at most %(limit)d conditions.") % {"limit": MAX_CONDITIONS},
            )
        if isinstance(part, Mapping) and "field" in part:
            return self._condition(part, path)
        return self.group(part, path, depth=depth + 1)

    def _condition(self, part: Mapping, path: str) -> Condition | None:
        unknown = sorted(str(name)[:40] for name in set(part) - {"field", "operator", "value"})
        if unknown:
            return self._refuse(path, gettext("A condition has a field, an operator and a value."))
        name, operator = part["field"], part.get("operator")
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            return self._refuse(f"{path}.field", _possible(FIELDS))
        if not isinstance(operator, str) or operator not in field.operators:
            return self._refuse(f"{path}.operator", _possible(field.operators))
        condition = Condition(name, operator)
        try:
            return replace(condition, value=self._value(condition, part.get("value")))
        except ValueRefused as error:
            return self._refuse(f"{path}.value", str(error))

    def _value(self, condition: Condition, value: object) -> object:
        read = FIELDS[condition.field].operators[condition.operator]
        if read is None:
            if value is not None:
                raise ValueRefused(gettext("This needs no value."))
            return None
        value = read(value)
        self._refuse_absent(condition.field, value)
        return value

    def _refuse_absent(self, field: str, value: object) -> None:
        known = self._known.get(field)
        if known is None:
            return
        values = value if isinstance(value, list) else [value]
        if set(values) - known - set(FIELDS[field].names):
            possible = ", ".join(sorted(map(str, known))[:40])
            raise ValueRefused(
                gettext("There is nothing like that; possible: %(possible)s.")
                % {"possible": possible or gettext("nothing")}
            )
