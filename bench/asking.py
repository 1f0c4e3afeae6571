"""One case held against many routes, without a database. Runs inside Django (bench.inside)."""

import random
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from escalations.case_facts import CaseFacts, ClockFact
from escalations.case_words import Writing
from escalations.criteria import Group, because, criteria_from
from marketplaces.money import Money

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_WORDS = ("lawyer", "court", "data protection", "bank", "police", "consumer advice", "press")


def costs(counts: list[int]) -> list[dict]:
    """Return a row for each number of routes."""
    rows = []
    for count in counts:
        seconds = measure(count)
        rows.append(
            {
                "routes": count,
                "median ms": round(seconds * 1000, 3),
                "per route µs": round(seconds / count * 1e6, 2),
            }
        )
    return rows


def measure(count: int, *, rounds: int = 200) -> float:
    """Return the median of the processor seconds to ask ``count`` routes about a new case.

    With the reading of its messages, and with the reasons of every route that is met.
    """
    routes = some_routes(count)
    taken = []
    for _ in range(rounds):
        case = a_case()
        start = time.process_time()
        met = [route for route in routes if route.is_met(case)]
        for route in met:
            because(route, case)
        taken.append(time.process_time() - start)
    return median(taken)


def some_routes(count: int) -> list[Group]:
    """Routes of four or five conditions with a list of words; a case meets a few of a hundred."""
    chance = random.Random(7)
    return [criteria_from(_tree(chance, i)) for i in range(count)]


def a_case() -> CaseFacts:
    """A case with twenty messages of the customer; its writing is not read yet."""
    return CaseFacts(
        at=AT,
        opened_at=AT - timedelta(hours=60),
        channel="amazon",
        priority=2,
        severity=3,
        category="claim",
        amount=Money(31_200, "EUR"),
        contacts=tuple(AT - timedelta(days=day) for day in range(40, 0, -1)),
        reopened=1,
        clocks=(ClockFact("resolution", due_at=AT + timedelta(minutes=30)),),
        tags=frozenset({"press"}),
        paid={"EUR": 90_000},
        writing=Writing(["The water tank is cracked again and nobody answers. " * 20] * 20),
    )


def _tree(chance: random.Random, i: int) -> dict:
    amount = {"amount": f"{chance.randrange(250, 2500)}.00", "currency": "EUR"}
    lately = {"count": chance.randrange(2, 9), "days": chance.randrange(3, 60)}
    words = [*chance.sample(_WORDS, 4), f"case {i}"]
    either = [
        {"field": "contacts", "operator": "at_least", "value": lately},
        {"field": "clock", "operator": "near", "value": ["first_reply", "resolution"]},
        {"field": "words", "operator": "contains_any", "value": words},
    ]
    return {
        "all": [
            {"field": "severity", "operator": "at_least", "value": "moderate"},
            {"field": "amount", "operator": "at_least", "value": amount},
            {"any": either[i % 2 :]},
        ]
    }
