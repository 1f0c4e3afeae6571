"""However a marketplace sorts and whatever changes meanwhile: a stretch is one moment's truth."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplaces.gateways.cursors import Cursor
from marketplaces.gateways.windows import Answered, next_stretch

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PAGE = 5

SORTS = {
    "by change": lambda number, at: at,
    "by change, backwards": lambda number, at: -at.timestamp(),
    "by number": lambda number, at: number,
    "in no order": lambda number, at: hash((number, at)),
}


@dataclass
class There:
    """A marketplace with orders that change; ``changes`` happen before each answer."""

    sort: str
    orders: dict[int, datetime]
    changes: list = field(default_factory=list)
    now: datetime = NINE
    asked: int = 0
    tells_earlier: timedelta = timedelta()

    def change(self, number, at):
        self.now = self.orders[number] = max(self.now, at)

    def ask(self, since, until, limit=PAGE):
        self.asked += 1
        if self.changes:
            self.change(*self.changes.pop(0))
        found = [
            (number, at)
            for number, at in self.orders.items()
            if at >= since and (until is None or at <= until)
        ]
        found.sort(key=lambda pair: SORTS[self.sort](*pair))
        moments = [at - self.tells_earlier for _, at in found[:limit]]
        return Answered(found[:limit], len(found), moments)

    def ask_all(self, since, until):
        return self.ask(since, until, limit=10_000)


def walk(there, cursor=None, most=300):
    seen, cursor = {}, cursor or Cursor()
    for _ in range(most):
        stretch = next_stretch(Cursor.of(cursor.text()), LONG_AGO, there.ask, there.ask_all)
        for number, at in stretch.items:
            seen[number] = max(at, seen.get(number, at))
        cursor = stretch.cursor
        if not stretch.has_more:
            return seen, cursor
    raise AssertionError("the walk has no end")


def orders(count, *, step=timedelta(minutes=7), seed=1):
    drawn = Random(seed)
    moments = [NINE + step * n for n in range(count)]
    drawn.shuffle(moments)
    return dict(enumerate(moments))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 73])
def test_every_order_is_seen(sort, count):
    there = There(sort, orders(count))
    seen, _ = walk(there)
    assert seen == there.orders


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "step", [timedelta(), timedelta(milliseconds=1), timedelta(milliseconds=90)]
)
def test_more_in_one_moment_than_an_answer_holds_is_seen_too(sort, step):
    there = There(sort, orders(40, step=step))
    assert walk(there)[0] == there.orders


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("earlier", [timedelta(minutes=1), timedelta(days=3)])
def test_moments_before_the_change_do_not_lead_back(sort, earlier):
    there = There(sort, orders(40), tells_earlier=earlier)
    seen, cursor = walk(there)
    assert seen == there.orders

    later = max(there.orders.values()) + timedelta(hours=1)
    for number in range(20, 35):
        there.change(number, later)
    seen, after = walk(there, cursor)
    assert {number for number, at in seen.items() if at == later} == set(range(20, 35))
    assert datetime.fromisoformat(after.since) >= datetime.fromisoformat(cursor.since)


@pytest.mark.parametrize("sort", SORTS)
def test_a_quiet_shop_is_asked_once(sort):
    there = There(sort, orders(40))
    _, cursor = walk(there)
    there.asked = 0
    walk(there, cursor)
    assert there.asked == 1


@pytest.mark.parametrize("sort", SORTS)
def test_a_long_silence_is_crossed_in_a_few_strides(sort):
    crowd, later = dict.fromkeys(range(40), NINE), NINE + timedelta(days=60)
    there = There(sort, crowd | {40 + n: later + timedelta(hours=n) for n in range(40)})
    assert walk(there, most=120)[0] == there.orders


@settings(max_examples=60, deadline=None)
@given(
    sort=st.sampled_from(sorted(SORTS)),
    count=st.integers(1, 40),
    changes=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 400)), max_size=30),
)
def test_what_changes_while_it_is_walked_comes_with_this_walk_or_the_next(sort, count, changes):
    there = There(sort, orders(count))
    latest = max(there.orders.values())
    there.now = latest
    moments = sorted(seconds for _, seconds in changes)
    there.changes = [
        (number % count, latest + timedelta(seconds=seconds))
        for (number, _), seconds in zip(changes, moments, strict=True)
    ]

    seen, cursor = walk(there)
    there.changes = []
    seen |= walk(there, cursor)[0]

    assert seen == there.orders
