"""Criteria in words: what is asked, and what was found. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils.translation import get_language, ngettext, pgettext, to_locale
from django.utils.translation import gettext as _

from escalations.criteria import ALL
from escalations.criteria_fields import FIELDS, OPERATORS
from escalations.known_rows import Known
from escalations.models.clock import Metric
from helpdesk.models import Channel, Priority, Severity
from marketplaces.money import Money

_LABELS: dict[str, Mapping[str, object]] = {
    "channel": dict(Channel.choices),
    "clock": dict(Metric.choices),
    "priority": {one.name.lower(): one.label for one in Priority},
    "severity": {one.name.lower(): one.label for one in Severity},
}


def choice_label(field: str, value: str, known: Known) -> str:
    """Call a choice of a field by its name; of what is gone, as it was spoken."""
    if field in _LABELS:
        return str(_LABELS[field].get(value, value))
    choice = known.find(field, value) if field in known.choices else None
    return choice.label if choice else value


def condition_words(condition: Mapping, known: Known) -> str:
    """Say a condition: “Money at stake at least €250.00”."""
    field = FIELDS[condition["field"]]
    words = _value_words(condition["field"], condition["value"], known)
    return f"{field.label} {OPERATORS[condition['operator']]} {words}"


def found_words(answer: Mapping, known: Known) -> str:
    """Say what a condition was decided on: “€312.00”; with why it could not be compared."""
    found = _found(answer, known)
    note = {
        "other_currency": _("another currency, which is not compared"),
        "other_currencies_left_out": _("orders in other currencies left out"),
    }.get(answer.get("note", ""))
    return f"{found} ({note})" if note else found


def answer_words(answer: Mapping, known: Known) -> str:
    """Say a condition with what it met: “Money at stake at least €250.00: €312.00”."""
    return f"{condition_words(answer, known)}: {found_words(answer, known)}"


def criteria_lines(criteria: Mapping, known: Known, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield criteria line by line, each with how deep it stands."""
    for joint, parts in criteria.items():
        yield depth, _("All of this is true:") if joint == ALL else _("Any of this is true:")
        for part in parts:
            if "field" in part:
                yield depth + 1, condition_words(part, known)
            else:
                yield from criteria_lines(part, known, depth + 1)


def criteria_words(criteria: Mapping, known: Known) -> str:
    """Say criteria in one line, with groups in brackets."""
    return _joined(criteria, known) if criteria else _("chosen by hand")


def _joined(group: Mapping, known: Known) -> str:
    ((joint, parts),) = group.items()
    between = _(" and ") if joint == ALL else _(" or ")
    return between.join(
        condition_words(part, known) if "field" in part else f"({_joined(part, known)})"
        for part in parts
    )


def money_words(value: Mapping) -> str:
    money = Money.parse(value["amount"], value["currency"])
    return money.format(to_locale(get_language() or "en"))


def _found(answer: Mapping, known: Known) -> str:
    name, found = answer["field"], answer["found"]
    if found in (None, "", []):
        return pgettext("criteria", "none")
    if FIELDS[name].kind in ("number", "lately"):
        return str(found)
    return _value_words(name, found, known)


def _value_words(name: str, value: object, known: Known) -> str:
    kind = FIELDS[name].kind
    if kind in ("row", "choice"):
        several = value if isinstance(value, list) else [value]
        return _either(choice_label(name, each, known) for each in several)
    return _WORDS[kind](value)


def _either(words: Iterable[str]) -> str:
    return _(" or ").join(words)


def _lately(value: Mapping) -> str:
    days = ngettext("%(count)d in %(days)d day", "%(count)d in %(days)d days", value["days"])
    return days % value


_WORDS: dict[str, Callable[[object], str]] = {
    "money": money_words,
    "number": str,
    "lately": _lately,
    "tags": lambda value: _either(f"“{each}”" for each in value),
    "words": lambda value: _either(f"“{each}”" for each in value),
    "yes_no": lambda value: _("yes") if value else _("no"),
}
