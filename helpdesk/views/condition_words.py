"""Conditions as a form without script writes them: rows of field, operator and words."""

from helpdesk.condition_choices import ConditionField
from helpdesk.whole_numbers import whole_number

ROWS = 6


def conditions_from_rows(data, fields: list[ConditionField]) -> dict:
    """Read one AND group from the rows of a form; a row without a field is empty."""
    known = {field.field: field for field in fields}
    conditions = []
    for position in range(ROWS):
        name = data.get(f"field-{position}", "")
        if not name:
            continue
        operator = data.get(f"operator-{position}", "")
        words = data.get(f"value-{position}", "").strip()
        condition = {"field": name, "operator": operator}
        if operator not in ("empty", "not_empty"):
            condition["value"] = _value(known.get(name), operator, words)
        conditions.append(condition)
    return {"all": conditions}


def rows_of(tree: dict, fields: list[ConditionField]) -> list[dict] | None:
    """Write a tree as rows, padded with empty ones; None if it is more than one AND group."""
    known = {field.field: field for field in fields}
    parts = tree.get("all", ())
    if list(tree) != ["all"] or len(parts) > ROWS or not all("field" in part for part in parts):
        return None
    rows = [
        {
            "field": part["field"],
            "operator": part["operator"],
            "value": _words(known.get(part["field"]), part.get("value")),
        }
        for part in parts
    ]
    return rows + [{"field": "", "operator": "is", "value": ""}] * (ROWS - len(rows))


def _value(field: ConditionField | None, operator: str, words: str) -> object:
    if operator in ("in", "not_in"):
        return [_one(field, each.strip()) for each in words.split(",") if each.strip()]
    return _one(field, words)


def _one(field: ConditionField | None, words: str) -> object:
    """Names are understood as they are shown; numbers and money as they are written."""
    if field is None:
        return words
    for choice in field.choices:
        if words.casefold() in (choice["label"].casefold(), str(choice["value"]).casefold()):
            return choice["value"]
    if field.kind == "number" and (number := whole_number(words)) is not None:
        return number
    if field.kind == "money":
        amount, _space, currency = words.partition(" ")
        return {"amount": amount, "currency": currency.strip().upper()}
    return words


def _words(field: ConditionField | None, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_words(field, each) for each in value)
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    labels = {choice["value"]: choice["label"] for choice in field.choices} if field else {}
    return "" if value is None else labels.get(value, str(value))
