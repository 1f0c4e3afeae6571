"""Criteria as a stranger sent them: read, or every mistake named by its path. Pure."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from escalations.case_words import words_of
from escalations.criteria import JOINTS
from escalations.criteria_fields import FIELDS, LISTS, Field
from escalations.known_rows import Known
from escalations.refusals import Notes
from helpdesk.condition_values import ValueRefused, money
from helpdesk.rules import tag_name

MAX_DEPTH, MAX_CONDITIONS = 4, 40
MOST_VALUES, MOST_WORDS = 50, 200
MAX_TAG, MAX_WORD = 50, 60
LONGEST_TIME, MOST_TIMES = 365, 1000
MEMBERS = ("field", "operator", "value")


def read_criteria(raw: object, *, known: Known, notes: Notes, path: str = "criteria") -> dict:
    """Return criteria as they are kept; everything that is not possible is noted.

    ``{}`` is none at all: the route is chosen by hand.
    """
    if isinstance(raw, Mapping) and not raw:
        return {}
    return _Reading(known, notes).group(raw, path, depth=1)


class _Reading:
    def __init__(self, known: Known, notes: Notes):
        self.known, self.notes = known, notes
        self.count = 0

    def group(self, raw: object, path: str, *, depth: int) -> dict:
        joint = next(iter(raw)) if isinstance(raw, Mapping) and len(raw) == 1 else None
        if not isinstance(joint, str) or joint not in JOINTS:
            message = _('A group is {"all": […]} or {"any": […]}.')
            self.notes.refuse(path, "not_a_group", message)
            return {}
        path = f"{path}.{joint}"
        if depth > MAX_DEPTH:
            message = _("Groups stand in each other %(limit)d deep at most.")
            self.notes.refuse(path, "too_deep", message % {"limit": MAX_DEPTH})
            return {}
        parts = self.notes.rows(raw[joint], path, least=1, most=MAX_CONDITIONS)
        return {joint: [self._part(each, f"{path}.{i}", depth) for i, each in enumerate(parts)]}

    def _part(self, raw: object, path: str, depth: int) -> dict:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            message = _("There are at most %(limit)d conditions.") % {"limit": MAX_CONDITIONS}
            self.notes.refuse("criteria", "too_many_conditions", message)
            return {}
        if isinstance(raw, Mapping) and "field" in raw:
            return self._condition(raw, path)
        return self.group(raw, path, depth=depth + 1)

    def _condition(self, raw: Mapping, path: str) -> dict:
        given = self.notes.mapping(raw, path, known=MEMBERS)
        name, operator = given["field"], given.get("operator")
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            self.notes.unknown(f"{path}.field", FIELDS)
            return {}
        if not isinstance(operator, str) or operator not in field.operators:
            self.notes.unknown(f"{path}.operator", field.operators)
            return {}
        value = self._value(name, field, operator, given.get("value"), f"{path}.value")
        return {"field": name, "operator": operator, "value": value}

    def _value(self, name: str, field: Field, operator: str, raw: object, path: str) -> object:
        read = self._reader(name, field)
        if operator not in LISTS:
            return read(raw, path)
        most = MOST_WORDS if field.kind == "words" else MOST_VALUES
        rows = self.notes.rows(raw, path, least=1, most=most)
        kept = [read(each, f"{path}.{i}") for i, each in enumerate(rows)]
        return list(dict.fromkeys(kept))

    def _reader(self, name: str, field: Field) -> Callable[[object, str], object]:
        return {
            "row": lambda raw, path: self._row(name, raw, path),
            "choice": lambda raw, path: self._choice(field, raw, path),
            "number": lambda raw, path: self.notes.whole(raw, path, least=0, most=field.most),
            "lately": self._lately,
            "money": self._money,
            "tags": lambda raw, path: tag_name(self.notes.text(raw, path, least=1, most=MAX_TAG)),
            "words": self._word,
            "yes_no": self._yes_no,
        }[field.kind]

    def _row(self, name: str, raw: object, path: str) -> object:
        if not isinstance(raw, str) or self.known.find(name, raw) is None:
            self.notes.unknown(path, self.known.spoken(name))
            return None
        return raw

    def _choice(self, field: Field, raw: object, path: str) -> object:
        if not isinstance(raw, str) or raw not in field.names:
            self.notes.unknown(path, field.names)
            return None
        return raw

    def _lately(self, raw: object, path: str) -> dict:
        given = self.notes.mapping(raw, path, known=("count", "days"))
        return {
            "count": self.notes.whole(given.get("count"), f"{path}.count", least=0,
                                      most=MOST_TIMES),
            "days": self.notes.whole(given.get("days"), f"{path}.days", least=1,
                                     most=LONGEST_TIME),
        }  # fmt: skip

    def _money(self, raw: object, path: str) -> dict | None:
        try:
            return money(raw)
        except ValueRefused as refusal:
            self.notes.refuse(path, "not_money", str(refusal))
            return None

    def _word(self, raw: object, path: str) -> str:
        word = self.notes.text(raw, path, least=1, most=MAX_WORD)
        if word and not words_of(word):
            message = _("Give a word, or several that stand together.")
            self.notes.refuse(path, "not_a_word", message)
        return word.casefold()

    def _yes_no(self, raw: object, path: str) -> object:
        if not isinstance(raw, bool):
            self.notes.refuse(path, "not_yes_or_no", _("Give true or false."))
        return raw
