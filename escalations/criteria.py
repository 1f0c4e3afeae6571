"""The criteria of a route: a tree of AND and OR groups over the facts of a case. Pure.

``{"all": [{"field": "amount", "operator": "at_least", "value": {…}}, {"any": […]}]}``; nothing
at all (``{}``) is met by no case: such a route is chosen by hand. ``escalations.criteria_reading``
reads what a stranger sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.case_facts import CaseFacts
from escalations.criteria_fields import BREACHED, FIELDS, LATE, NEAR, Comparison

ALL, ANY = "all", "any"
JOINTS = (ALL, ANY)
_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Condition:
    """``value`` as it is kept, ``wanted`` as it is compared."""

    path: str
    field: str
    operator: str
    value: object
    comparison: Comparison
    wanted: object

    def is_met(self, facts: CaseFacts) -> bool:
        return self.comparison.met(self.comparison.found(facts, self.wanted), self.wanted)


@dataclass(frozen=True, slots=True)
class Group:
    joint: str
    parts: "tuple[Group | Condition, ...]"

    def is_met(self, facts: CaseFacts) -> bool:
        parts = (part.is_met(facts) for part in self.parts)
        return all(parts) if self.joint == ALL else any(parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one condition stands: met or not, and the value that made it so, as JSON holds it.

    ``note`` is "other_currency" where the money could not be compared.
    """

    condition: Condition
    is_met: bool
    found: object
    note: str = ""

    def as_record(self) -> dict:
        one = self.condition
        return {
            "path": one.path,
            "field": one.field,
            "operator": one.operator,
            "value": one.value,
            "found": self.found,
            "note": self.note,
        }


def criteria_from(stored: Mapping, path: str = "") -> Group | None:
    """Return criteria as a route's version keeps them, ready to be asked; None for none."""
    if not stored:
        return None
    (joint, parts), *_ = stored.items()
    path = f"{path}.{joint}".lstrip(".")
    return Group(joint, tuple(_part(part, f"{path}.{i}") for i, part in enumerate(parts)))


def _part(stored: Mapping, path: str) -> Group | Condition:
    if "field" not in stored:
        return criteria_from(stored, path)
    comparison = FIELDS[stored["field"]].operators[stored["operator"]]
    value = stored["value"]
    return Condition(
        path, stored["field"], stored["operator"], value, comparison, comparison.wanted(value)
    )


def conditions_of(part: Group | Condition | None) -> Iterator[Condition]:
    if isinstance(part, Condition):
        yield part
    elif part is not None:
        for each in part.parts:
            yield from conditions_of(each)


def explain(criteria: Group | None, facts: CaseFacts) -> tuple[Answer, ...]:
    """Return every condition in order, met or not, with the value it was decided on."""
    return tuple(_answer(each, facts) for each in conditions_of(criteria))


def _answer(condition: Condition, facts: CaseFacts) -> Answer:
    comparison, wanted = condition.comparison, condition.wanted
    found = comparison.found(facts, wanted)
    note = ""
    if condition.field == "amount" and found is not None and found.currency != wanted.currency:
        note = "other_currency"
    elif condition.field == "customer_value" and set(facts.paid) - {wanted.currency}:
        note = "other_currencies_left_out"
    shown = list(found) if isinstance(found, tuple) else FIELDS[condition.field].show(found)
    return Answer(condition, comparison.met(found, wanted), shown, note)


def because(criteria: Group, facts: CaseFacts) -> list[dict]:
    """Return the conditions that make the criteria met, as a suggestion keeps them.

    Of groups that are not met themselves nothing is said: they decided nothing.
    """
    return [answer.as_record() for answer in _deciding(criteria, facts) or ()]


def _deciding(part: Group | Condition, facts: CaseFacts) -> list[Answer] | None:
    if isinstance(part, Condition):
        answer = _answer(part, facts)
        return [answer] if answer.is_met else None
    met = [found for each in part.parts if (found := _deciding(each, facts)) is not None]
    if not met or (part.joint == ALL and len(met) < len(part.parts)):
        return None
    return [answer for found in met for answer in found]


def next_change(criteria: Group | None, facts: CaseFacts) -> datetime | None:
    """Return when time alone may turn a condition round, if nothing happens until then."""
    moments = (m for one in conditions_of(criteria) for m in _moments(one, facts))
    return min((moment for moment in moments if moment > facts.at), default=None)


def _moments(condition: Condition, facts: CaseFacts) -> Iterator[datetime]:
    if condition.field == "age":
        # At most n hours holds until the hour after it has begun.
        hours = condition.wanted + (condition.operator != "at_least")
        yield facts.opened_at + timedelta(hours=hours)
    elif condition.field in ("contacts", "tickets"):
        for moment in getattr(facts, condition.field):
            yield moment + condition.wanted[1]
    elif condition.field == "clock":
        yield from _deadlines(condition, facts)


def _deadlines(condition: Condition, facts: CaseFacts) -> Iterator[datetime]:
    for clock in facts.clocks:
        if clock.metric in condition.wanted and clock.is_open and clock.due_at:
            if condition.operator == NEAR:
                yield clock.near_at
            if condition.operator in (NEAR, LATE, BREACHED):
                yield clock.due_at + _AN_INSTANT
