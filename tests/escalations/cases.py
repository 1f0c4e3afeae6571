"""Facts and criteria of cases, drawn at random or written down."""

from datetime import timedelta

from hypothesis import strategies as st

from escalations.case_facts import CaseFacts, ClockFact
from escalations.case_words import Writing
from escalations.criteria_fields import FIELDS, LISTS
from escalations.known_rows import Choice, Known
from helpdesk.models import Priority, Severity
from marketplaces.money import Money
from tests.factories import MONDAY

CATEGORIES = ("claim", "damaged", "refund")
WORDS = ("lawyer", "my lawyer", "data protection", "court")
TAGS = ("vip", "reseller", "press")
KNOWN = Known({"category": tuple(Choice(x, i, x.title()) for i, x in enumerate(CATEGORIES, 1))})


def facts(**said) -> CaseFacts:
    return CaseFacts(**{"at": MONDAY, "opened_at": MONDAY - timedelta(hours=3)} | said)


def condition(field: str, operator: str, value: object) -> dict:
    return {"field": field, "operator": operator, "value": value}


def euros(amount: str, currency: str = "EUR") -> dict:
    return {"amount": amount, "currency": currency}


def _value(name: str, operator: str) -> st.SearchStrategy:
    field = FIELDS[name]
    one = {
        "row": st.sampled_from(CATEGORIES),
        "choice": st.sampled_from(field.names or ("",)),
        "number": st.integers(0, min(field.most, 5)),
        "lately": st.fixed_dictionaries({"count": st.integers(0, 4), "days": st.integers(1, 10)}),
        "money": st.builds(
            euros, st.sampled_from(("0.00", "12.50", "250.00")), st.sampled_from(("EUR", "USD"))
        ),
        "tags": st.sampled_from(TAGS),
        "words": st.sampled_from(WORDS),
        "yes_no": st.booleans(),
    }[field.kind]
    return st.lists(one, min_size=1, max_size=3, unique=True) if operator in LISTS else one


_PAIRS = [(name, operator) for name, field in FIELDS.items() for operator in field.operators]


@st.composite
def conditions(draw) -> dict:
    name, operator = draw(st.sampled_from(_PAIRS))
    return condition(name, operator, draw(_value(name, operator)))


def trees(depth: int = 3) -> st.SearchStrategy:
    part = conditions() if depth == 1 else conditions() | trees(depth - 1)
    parts = st.lists(part, min_size=1, max_size=3)
    return st.builds(lambda joint, each: {joint: each}, st.sampled_from(("all", "any")), parts)


def _moments() -> st.SearchStrategy:
    ago = st.integers(0, 15 * 24).map(lambda hours: MONDAY - timedelta(hours=hours))
    return st.lists(ago, max_size=6).map(lambda those: tuple(sorted(those)))


def _clock(metric, is_open, due_in, was_missed) -> ClockFact:
    due_at = MONDAY + timedelta(minutes=due_in) if is_open and due_in is not None else None
    return ClockFact(metric, is_open, due_at, MONDAY - timedelta(hours=9) if was_missed else None)


some_facts = st.builds(
    facts,
    opened_at=st.integers(0, 300).map(lambda minutes: MONDAY - timedelta(minutes=minutes)),
    channel=st.sampled_from(FIELDS["channel"].names),
    priority=st.sampled_from(Priority.values),
    severity=st.sampled_from(Severity.values),
    category=st.sampled_from(("", *CATEGORIES)),
    amount=st.none() | st.builds(Money, st.integers(0, 40_000), st.sampled_from(("EUR", "USD"))),
    contacts=_moments(),
    tickets=_moments(),
    reopened=st.integers(0, 4),
    clocks=st.lists(
        st.builds(
            _clock,
            st.sampled_from(FIELDS["clock"].names),
            st.booleans(),
            st.none() | st.integers(-90, 400),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    tags=st.frozensets(st.sampled_from(TAGS)),
    customer_tags=st.frozensets(st.sampled_from(TAGS)),
    paid=st.dictionaries(st.sampled_from(("EUR", "USD")), st.integers(0, 40_000)),
    orders=st.integers(0, 4),
    problem=st.none() | st.just(7),
    writing=st.lists(
        st.sampled_from(("I call my lawyer!", "See you in court.", "data", "Protection", "ok"))
    ).map(Writing),
)
