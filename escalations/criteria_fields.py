"""The fields criteria can ask for: how each is found in the facts of a case, and compared. Pure.

A comparison makes ``found`` out of the facts and decides on that alone, so what is explained is
what decided.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from operator import ge, le

from django.utils.translation import gettext_lazy as _

from escalations.case_facts import CaseFacts, ClockFact
from escalations.case_words import words_of
from escalations.models.clock import Metric
from helpdesk.models import Channel, Priority, Severity
from marketplaces.money import Money

AT_LEAST, AT_MOST = "at_least", "at_most"
IN, NOT_IN = "in", "not_in"
CONTAINS_ANY, CONTAINS_NONE = "contains_any", "contains_none"
NEAR, LATE, BREACHED = "near", "late", "breached"

OPERATORS = {
    "is": _("is"),
    IN: _("is one of"),
    NOT_IN: _("is none of"),
    AT_LEAST: _("at least"),
    AT_MOST: _("at most"),
    CONTAINS_ANY: _("has one of"),
    CONTAINS_NONE: _("has none of"),
    NEAR: _("is near for"),
    LATE: _("is late for"),
    BREACHED: _("was missed for"),
}
#: Operators of which the value is a list.
LISTS = frozenset({IN, NOT_IN, CONTAINS_ANY, CONTAINS_NONE, NEAR, LATE, BREACHED})
#: What another department owes may be a secret, and a suggestion would tell it.
ASKED_CLOCKS = tuple(metric.value for metric in Metric if metric != Metric.INQUIRY)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``wanted`` prepares a value that was read, ``found`` looks for it, ``met`` decides."""

    found: Callable[[CaseFacts, object], object]
    met: Callable[[object, object], bool]
    wanted: Callable[[object], object] = lambda value: value


@dataclass(frozen=True)
class Field:
    """``kind`` says how a value is read and written; ``names`` are the choices, if it has any.

    ``show`` makes JSON of what was found; ``most`` is the largest number that can be asked for.
    """

    label: str
    kind: str
    operators: dict[str, Comparison]
    names: tuple[str, ...] = ()
    most: int = 0
    show: Callable[[object], object] = lambda found: found


def _is_in(found: object, wanted: frozenset) -> bool:
    return found in wanted


def _is_not_in(found: object, wanted: frozenset) -> bool:
    return found not in wanted


def _plain(name: str) -> Callable[[CaseFacts, object], object]:
    return lambda facts, wanted: getattr(facts, name)


def _named(name: str) -> dict[str, Comparison]:
    return {
        IN: Comparison(_plain(name), _is_in, frozenset),
        NOT_IN: Comparison(_plain(name), _is_not_in, frozenset),
    }


def _ordered(name: str, choices) -> dict[str, Comparison]:
    """Choices that have an order, kept by name and compared by number."""

    def number(spoken: str) -> int:
        return choices[spoken.upper()].value

    def numbers(spoken: Iterable[str]) -> frozenset[int]:
        return frozenset(number(each) for each in spoken)

    return {
        AT_LEAST: Comparison(_plain(name), ge, number),
        AT_MOST: Comparison(_plain(name), le, number),
        IN: Comparison(_plain(name), _is_in, numbers),
    }


def _counted(found: Callable[[CaseFacts, object], object]) -> dict[str, Comparison]:
    return {AT_LEAST: Comparison(found, ge), AT_MOST: Comparison(found, le)}


def _age_in_hours(facts: CaseFacts, wanted: object) -> int:
    return int(facts.age // timedelta(hours=1))


def _lately(name: str) -> dict[str, Comparison]:
    """How often something was within so many days; the value is ``(count, days)``."""

    def found(facts: CaseFacts, wanted: tuple[int, timedelta]) -> int:
        moments = getattr(facts, name)
        return len(moments) - bisect_right(moments, facts.at - wanted[1])

    def prepared(value: dict) -> tuple[int, timedelta]:
        return value["count"], timedelta(days=value["days"])

    return {
        AT_LEAST: Comparison(found, lambda count, wanted: count >= wanted[0], prepared),
        AT_MOST: Comparison(found, lambda count, wanted: count <= wanted[0], prepared),
    }


def _money(found: Callable[[CaseFacts, Money], Money | None]) -> dict[str, Comparison]:
    def comparison(compare: Callable[[int, int], bool]) -> Comparison:
        # Another currency is neither more nor less.
        return Comparison(
            found,
            lambda money, wanted: (
                money is not None
                and money.currency == wanted.currency
                and compare(money.minor, wanted.minor)
            ),
            lambda value: Money.parse(value["amount"], value["currency"]),
        )

    return {AT_LEAST: comparison(ge), AT_MOST: comparison(le)}


def _paid(facts: CaseFacts, wanted: Money) -> Money:
    return Money(facts.paid.get(wanted.currency, 0), wanted.currency)


def _any_of(found: Callable[[CaseFacts, object], tuple], prepare=tuple) -> dict[str, Comparison]:
    return {
        CONTAINS_ANY: Comparison(found, lambda those, wanted: bool(those), prepare),
        CONTAINS_NONE: Comparison(found, lambda those, wanted: not those, prepare),
    }


def _those_among(name: str) -> Callable[[CaseFacts, tuple[str, ...]], tuple[str, ...]]:
    return lambda facts, wanted: tuple(x for x in wanted if x in getattr(facts, name))


def _those_written(facts: CaseFacts, wanted: tuple) -> tuple[str, ...]:
    return tuple(word for word, phrase in wanted if facts.writing.has(phrase))


def _as_phrases(value: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, words_of(word)) for word in value)


def _clock(state: Callable[[ClockFact, CaseFacts], bool]) -> Comparison:
    def found(facts: CaseFacts, wanted: frozenset[str]) -> tuple[str, ...]:
        those = (x.metric for x in facts.clocks if x.metric in wanted and state(x, facts))
        return tuple(dict.fromkeys(those))

    return Comparison(found, lambda those, wanted: bool(those), frozenset)


def _name_of(choices) -> Callable[[int], str]:
    names = {one.value: one.name.lower() for one in choices}
    return lambda found: names.get(found, "")


def _as_json(money: Money | None) -> dict | None:
    if money is None:
        return None
    return {"amount": format(money.amount, "f"), "currency": money.currency}


def _names(choices) -> tuple[str, ...]:
    return tuple(name.lower() for name in choices.names)


FIELDS: dict[str, Field] = {
    "category": Field(_("Category"), "row", _named("category")),
    "severity": Field(
        _("Severity"),
        "choice",
        _ordered("severity", Severity),
        _names(Severity),
        show=_name_of(Severity),
    ),
    "amount": Field(
        _("Money at stake"), "money", _money(lambda facts, wanted: facts.amount), show=_as_json
    ),
    "contacts": Field(_("Messages of the customer"), "lately", _lately("contacts")),
    "tickets": Field(_("Tickets of the customer"), "lately", _lately("tickets")),
    "reopened": Field(_("Times reopened"), "number", _counted(_plain("reopened")), most=100),
    "clock": Field(
        _("Deadline"),
        "choice",
        {
            NEAR: _clock(lambda clock, facts: clock.is_near(facts.at)),
            LATE: _clock(lambda clock, facts: clock.is_late(facts.at)),
            BREACHED: _clock(lambda clock, facts: clock.is_breached(facts.at)),
        },
        ASKED_CLOCKS,
    ),
    "tags": Field(_("Tags"), "tags", _any_of(_those_among("tags"))),
    "customer_tags": Field(_("Customer's tags"), "tags", _any_of(_those_among("customer_tags"))),
    "customer_value": Field(_("Customer's orders came to"), "money", _money(_paid), show=_as_json),
    "orders": Field(_("Orders of the customer"), "number", _counted(_plain("orders")), most=10_000),
    "words": Field(_("Words of the customer"), "words", _any_of(_those_written, _as_phrases)),
    "systemic": Field(
        _("Known problem behind it"),
        "yes_no",
        {
            "is": Comparison(
                lambda facts, wanted: facts.problem is not None,
                lambda found, wanted: found is wanted,
            )
        },
    ),
    "channel": Field(_("Channel"), "choice", _named("channel"), tuple(Channel.values)),
    "priority": Field(
        _("Priority"),
        "choice",
        _ordered("priority", Priority),
        _names(Priority),
        show=_name_of(Priority),
    ),
    "age": Field(_("Hours since the first contact"), "number", _counted(_age_in_hours), most=8760),
}
