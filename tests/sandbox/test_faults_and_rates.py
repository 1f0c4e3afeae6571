"""Schedules of faults and token buckets, without a process."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.faults import KINDS, Rule, Schedule, chance
from sandbox.rates import Rates


def kinds(schedule, times, operation="getOrder"):
    struck = [schedule.decide("amazon", operation, "amazon-1") for _ in range(times)]
    return [fault.kind if fault else "ok" for fault in struck]


def test_a_script_is_met_call_by_call_and_then_nothing():
    schedule = Schedule([Rule("amazon", "getOrder", script=["lose_answer", "ok", "error"])])

    assert kinds(schedule, 2) == ["lose_answer", "ok"]
    assert kinds(schedule, 1, "searchOrders") == ["ok"]
    assert kinds(schedule, 2) == ["error", "ok"]
    assert schedule.told()["struck"] == {
        "amazon.getOrder.lose_answer": 1, "amazon.getOrder.error": 1
    }  # fmt: skip


def test_chances_depend_on_the_call_and_not_on_what_else_happens():
    rule = {"chances": {"lose_answer": 0.3, "error": 0.3}, "seed": 5}
    alone, mixed = Schedule([Rule(**rule)]), Schedule([Rule(**rule)])
    expected = kinds(alone, 50)

    got = []
    for _ in range(50):
        kinds(mixed, 3, "searchOrders")
        got += kinds(mixed, 1)

    assert got == expected
    assert {"ok", "lose_answer", "error"} == set(got)


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="lose_answer"):
        Rule(script=["explode"])


@given(st.integers(), st.text(), st.integers(0))
def test_a_chance_is_a_part_of_one(seed, place, number):
    assert 0 <= chance(seed, place, number) < 1
    assert chance(seed, place, number) == chance(seed, place, number)


@given(st.lists(st.floats(0, 30), max_size=80), st.floats(0.01, 5), st.integers(1, 20))
def test_no_stretch_of_time_lets_more_through_than_burst_and_rate(gaps, per_second, burst):
    rates, at, passed = Rates(jitter=0), 0.0, []
    for gap in gaps:
        at += gap
        if rates.take("x", per_second, burst, at):
            passed.append(at)

    for first in range(len(passed)):
        for last in range(first, len(passed)):
            allowed = burst + per_second * (passed[last] - passed[first])
            assert last - first + 1 <= allowed + 1e-6
    assert rates.calls.get("x", 0) == len(passed) + rates.violations.get("x", 0)


def test_a_client_that_keeps_the_rate_is_not_guilty_of_a_slow_first_call():
    rates = Rates()
    arrivals = [0.08, *(number * 1.0 for number in range(1, 20))]

    assert all(rates.take("x", 1, 1, at) for at in arrivals)


def test_every_kind_of_fault_is_known_to_be_before_or_after_the_effect():
    assert len(set(KINDS)) == len(KINDS) == 10
