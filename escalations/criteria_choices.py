"""What a builder of criteria offers: every field with its comparisons and its choices. Pure."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalations.criteria_fields import FIELDS, LISTS, OPERATORS, Field
from escalations.criteria_words import choice_label
from escalations.known_rows import Known


def criteria_fields(known: Known) -> list[dict]:
    return [
        {
            "field": name,
            "label": str(field.label),
            "kind": field.kind,
            "operators": [
                {
                    "operator": each,
                    "label": str(OPERATORS[each]),
                    "is_list": each in LISTS,
                    "needs_value": True,
                }
                for each in field.operators
            ],
            "choices": [{"value": value, "label": label} for value, label in _choices(name, known)],
        }
        for name, field in FIELDS.items()
    ]


def _choices(name: str, known: Known) -> Iterator[tuple[object, str]]:
    field: Field = FIELDS[name]
    if field.kind == "yes_no":
        yield from ((True, _("yes")), (False, _("no")))
    elif field.kind == "row":
        yield from ((choice.spoken, choice.label) for choice in known.choices[name])
    else:
        yield from ((each, choice_label(name, each, known)) for each in field.names)
