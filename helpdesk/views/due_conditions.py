"""The deadlines a list is narrowed to, as conditions of a saved view. Pure."""

from datetime import datetime, timedelta

from helpdesk.due_words import DAYS, NONE, OVERDUE, PAUSED, Due, read_dues

_UNITS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60))


def due_conditions(params) -> list[dict]:
    """Say ``due``, ``due_after`` and ``due_until`` of an address as conditions that all hold."""
    found = []
    for words in params.getlist("due"):
        read, _wrong = read_dues(words)
        alternatives = [_conditions(due) for due in read]
        found += [_any(alternatives)] if len(alternatives) > 1 else sum(alternatives, [])
    after, until = _moment(params.get("due_after")), _moment(params.get("due_until"))
    if after:
        found.append(_due_at("after", after.isoformat()))
    if until:
        # A deadline of that very moment is among them; "before" leaves it out.
        found.append(_due_at("before", (until + timedelta(microseconds=1)).isoformat()))
    return found


def _any(alternatives: list[list[dict]]) -> dict:
    return {"any": [each[0] if len(each) == 1 else {"all": each} for each in alternatives]}


def _conditions(due: Due) -> list[dict]:
    """Say one value; all of what is returned holds."""
    if due.value == NONE:
        return [{"field": "due_at", "operator": "empty"}]
    if due.value in (OVERDUE, PAUSED):
        return [{"field": "deadline", "operator": "is", "value": due.value}]
    if due.value in DAYS:
        return [_due_at("within", due.value)]
    if due.length is not None:
        limit = f"in {_length(due.length)}"
        left = [_due_at("after", "now"), _due_at("before", limit)]
        return left if due.side == "<" else [_due_at("after", limit)]
    begins, ends = str(due.day), str(due.day + timedelta(days=1))
    on_a_side = {"<": [_due_at("before", begins)], ">": [_due_at("after", ends)]}
    return on_a_side.get(due.side, [_due_at("after", begins), _due_at("before", ends)])


def _due_at(operator: str, value: str) -> dict:
    return {"field": "due_at", "operator": operator, "value": value}


def _length(length: timedelta) -> str:
    """Say it in the largest unit that fits: 120 minutes are 2 hours."""
    seconds = int(length.total_seconds())
    unit, size = next((each for each in _UNITS if seconds % each[1] == 0), _UNITS[-1])
    return f"{seconds // size} {unit}s"


def _moment(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else None
