"""Values of criteria as people type them: “250 EUR”, “3 in 7 days”, “lawyer, court”. Pure.

What cannot be read is passed on as it was typed; the services refuse it in their words.
"""

import re

from escalations.criteria_fields import FIELDS, LISTS
from helpdesk.whole_numbers import whole_number

_LATELY = re.compile(r"(\d{1,6})\D+(\d{1,6})\D*")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def value_from(name: str, operator: str, text: str) -> object:
    """Read what was typed for a field and comparison."""
    field = FIELDS.get(name)
    if operator in LISTS:
        return [each.strip() for each in text.split(",") if each.strip()]
    kind = field.kind if field else ""
    if kind == "money":
        amount, _blank, currency = text.strip().partition(" ")
        return {"amount": amount, "currency": currency.strip().upper()}
    if kind == "lately":
        found = _LATELY.fullmatch(text)
        return {"count": int(found[1]), "days": int(found[2])} if found else text
    if kind == "number" and (number := whole_number(text, digits=9)) is not None:
        return number
    return _YES_NO.get(text.lower(), text) if kind == "yes_no" else text


def typed_value(name: str, value: object) -> str:
    """Write a value as it would be typed."""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        if "days" in value:
            return f"{value['count']} in {value['days']} days"
        return f"{value.get('amount', '')} {value.get('currency', '')}".strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
