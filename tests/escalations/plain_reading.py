"""Criteria as a person would read them: condition by condition, slowly."""

from datetime import timedelta

from helpdesk.models import Priority, Severity
from marketplaces.money import Money

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def naive(tree: dict, case) -> bool:
    """The same rules, written as slowly and plainly as possible."""
    if "field" not in tree:
        ((joint, parts),) = tree.items()
        met = [naive(part, case) for part in parts]
        return all(met) if joint == "all" else any(met)
    return _naive_condition(tree["field"], tree["operator"], tree["value"], case)


def _naive_condition(field, operator, value, case) -> bool:
    if field in ("amount", "customer_value"):
        wanted = Money.parse(value["amount"], value["currency"])
        if field == "customer_value":
            amount = Money(case.paid.get(wanted.currency, 0), wanted.currency)
        else:
            amount = case.amount
        if amount is None or amount.currency != wanted.currency:
            return False
        return amount >= wanted if operator == "at_least" else amount <= wanted
    if field in ("contacts", "tickets"):
        since = case.at - timedelta(days=value["days"])
        count = sum(moment > since for moment in getattr(case, field))
        return count >= value["count"] if operator == "at_least" else count <= value["count"]
    if field == "clock":
        return any(_naive_clock(operator, clock, case.at) for clock in case.clocks
                   if clock.metric in value)  # fmt: skip
    if field == "systemic":
        return (case.problem is not None) == value
    if operator.startswith("contains"):
        return any(_has(field, word, case) for word in value) == (operator == "contains_any")
    return _naive_plain(field, operator, value, case)


def _naive_clock(state, clock, at) -> bool:
    leeway = 4 * HOUR if clock.metric == "channel_reply" else HOUR
    runs = clock.is_open and clock.due_at is not None
    if state == "near":
        return runs and clock.due_at - leeway <= at <= clock.due_at
    missed = clock.breached_at is not None or (runs and at > clock.due_at)
    return missed if state == "breached" else missed and clock.is_open


def _has(field, word, case) -> bool:
    if field != "words":
        return word in getattr(case, field)
    said = ["".join(c if c.isalnum() else " " for c in t.lower()) for t in case.writing._texts]
    return any(f" {word} " in f" {' '.join(text.split())} " for text in said)


def _naive_plain(field, operator, value, case) -> bool:
    found = case.age.total_seconds() // 3600 if field == "age" else getattr(case, field)
    choices = {"priority": Priority, "severity": Severity}.get(field)
    if choices:
        number = {choice.name.lower(): choice.value for choice in choices}
        value = [number[x] for x in value] if isinstance(value, list) else number[value]
    return {
        "in": lambda: found in value,
        "not_in": lambda: found not in value,
        "at_least": lambda: found >= value,
        "at_most": lambda: found <= value,
    }[operator]()
