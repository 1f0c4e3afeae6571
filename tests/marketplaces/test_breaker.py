"""The breaker by itself: states, and what holds for every history."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplaces.breaker import (
    FAILURES,
    FIRST_PAUSE,
    LONGEST,
    PROBE_LEASE,
    Breaker,
    BreakerState,
    failed,
    probing,
    succeeded,
)
from tests.factories import MONDAY


def opened(at=MONDAY) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker = failed(breaker, was_probe=False, at=at)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_not_before():
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker = failed(breaker, was_probe=False, at=MONDAY)
    assert breaker.state(MONDAY) == BreakerState.CLOSED

    assert failed(breaker, was_probe=False, at=MONDAY).state(MONDAY) == BreakerState.OPEN


def test_an_answer_in_between_begins_the_count_anew():
    breaker = failed(Breaker(failures=FAILURES - 1), was_probe=False, at=MONDAY)
    assert breaker.state(MONDAY) == BreakerState.OPEN

    calm = succeeded(Breaker(failures=FAILURES - 1), was_probe=False)
    assert failed(calm, was_probe=False, at=MONDAY).failures == 1


def test_when_its_time_is_over_one_probe_may_go_and_a_lost_one_is_replaced():
    breaker, later = opened(), MONDAY + FIRST_PAUSE
    assert not breaker.may_probe(later - timedelta(microseconds=1))
    assert breaker.may_probe(later)

    out = probing(breaker, at=later)
    assert not out.may_probe(later + PROBE_LEASE - timedelta(seconds=1))
    assert out.may_probe(later + PROBE_LEASE)


def test_a_good_probe_closes_it_and_a_late_answer_of_an_old_call_does_not():
    assert succeeded(opened(), was_probe=True) == Breaker()
    assert succeeded(opened(), was_probe=False) == opened()


def test_each_failed_probe_waits_twice_as_long_up_to_a_bound():
    breaker, now, pauses = opened(), MONDAY, []
    for _ in range(8):
        pauses.append(breaker.retry_at - now)
        now = breaker.retry_at
        breaker = failed(probing(breaker, at=now), was_probe=True, at=now)

    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST


@given(st.lists(st.tuples(st.sampled_from(["ok", "fail"]), st.integers(0, 2000)), max_size=60))
def test_whatever_happens_nothing_passes_while_it_is_open_and_it_always_opens_again(history):
    breaker, now, in_a_row = Breaker(), MONDAY, 0
    for answer, seconds in history:
        now += timedelta(seconds=seconds)
        state = breaker.state(now)
        if state == BreakerState.OPEN:
            assert in_a_row >= FAILURES
            assert timedelta(0) < breaker.waits(now) <= LONGEST
            continue
        is_probe = state == BreakerState.HALF_OPEN
        if is_probe:
            assert breaker.may_probe(now)
            breaker = probing(breaker, at=now)
            assert not breaker.may_probe(now)
        if answer == "ok":
            breaker, in_a_row = succeeded(breaker, was_probe=is_probe), 0
            assert breaker == Breaker()
        else:
            breaker = failed(breaker, was_probe=is_probe, at=now)
            in_a_row += 1
            assert (breaker.state(now) == BreakerState.OPEN) == (in_a_row >= FAILURES)


@pytest.mark.parametrize("openings", [0, 5, 400])
def test_any_number_of_openings_has_a_pause(openings):
    breaker = failed(Breaker(FAILURES, openings), was_probe=True, at=MONDAY)
    assert MONDAY < breaker.retry_at <= MONDAY + LONGEST
