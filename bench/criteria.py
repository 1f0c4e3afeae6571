"""What it costs to hold one case against many routes: asking alone, no database."""

import random
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from escalations.case_facts import CaseFacts, ClockFact
from escalations.case_words import Writing
from escalations.criteria import Group, because, criteria_from
from marketplaces.money import Money

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROUTES = (1, 50, 500)
MOST = 0.005
_WORDS = ("lawyer", "court", "data protection", "bank", "police", "consumer advice", "press")


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


def main(argv: list[str]) -> None:
    print(f"{'routes':>8} {'median':>12} {'per route':>12}")
    for count in ROUTES:
        seconds = measure(count)
        print(f"{count:>8} {seconds * 1000:>9.3f} ms {seconds / count * 1e6:>9.2f} µs")
    verdict = "holds" if measure(ROUTES[-1]) < MOST else "does NOT hold"
    print(f"Under {MOST * 1000:.0f} ms for {ROUTES[-1]} routes: {verdict}.")


if __name__ == "__main__":
    main([])
