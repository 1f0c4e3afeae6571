"""The bucket in Redis: exact from the other side, whatever the workers do."""

from time import monotonic, sleep

import pytest
from redis import Redis

from marketplaces import rates
from marketplaces.limits import Told
from marketplaces.rates import Bucket
from tests.concurrency import all_at_once

HOLD = 30.0


@pytest.fixture(autouse=True)
def _empty_buckets(settings):
    yield
    redis = Redis.from_url(settings.REDIS_URL)
    for key in redis.scan_iter("rate*"):
        redis.delete(key)


def bucket(per_second=0.001, burst=3, key="b", cost=1.0) -> Bucket:
    return Bucket(key, per_second, burst, cost)


def take(one: Bucket, call: str, first: float | None = 3.0, hold: float = HOLD):
    return rates.take(one, call=call, hold=hold, first=first)


def test_an_unknown_bucket_is_not_taken_for_a_full_one():
    assert take(bucket(), "1", first=None) is None
    assert take(bucket(), "1", first=0.0) > 900


def test_a_bucket_gives_what_is_in_it_and_then_says_how_long_to_wait():
    waits = [take(bucket(), str(n)) for n in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 990 < waits[3] <= 1000


def test_what_is_on_its_way_holds_its_token_and_its_time_runs_from_its_end():
    one = bucket(per_second=5, burst=1)
    assert take(one, "a", first=1.0) == 0
    sleep(0.5)
    assert take(one, "b") > 0, "The call may only just have arrived."
    rates.give_back(one, call="a", told=Told())

    assert 0.1 < take(one, "b") <= 0.2
    sleep(0.21)
    assert take(one, "b") == 0


def test_a_call_whose_process_died_is_over_when_its_time_is():
    one = bucket(per_second=100, burst=1)
    assert take(one, "dead", first=1.0, hold=0.2) == 0
    assert take(one, "next") > 0
    sleep(0.25)

    assert take(one, "next") == 0


def test_forty_at_once_take_what_there_is():
    one = bucket(burst=7)
    rates.take(one, call="first", hold=HOLD, first=7.0)
    waits = all_at_once([lambda n=n: take(one, f"call {n}") for n in range(40)])

    assert sum(wait == 0 for wait in waits) == 6


def test_costs_are_counted():
    assert take(bucket(burst=10, cost=4), "a", first=10.0) == 0
    assert take(bucket(burst=10, cost=4), "b") == 0
    assert 1990 < take(bucket(burst=10, cost=4), "c") <= 2000
    assert take(bucket(burst=10, cost=2), "d") == 0


def test_a_call_that_costs_more_than_a_bucket_holds_needs_a_full_one():
    assert take(bucket(burst=3, cost=9), "a") == 0
    assert take(bucket(burst=3), "b") > 0


def test_what_the_other_side_asks_for_is_waited_for_by_all():
    one = bucket(per_second=100)
    take(one, "a")
    rates.give_back(one, call="a", told=Told(wait=60))

    assert 59 < take(one, "b") <= 60


def test_another_rate_is_believed_once_it_is_told():
    one = bucket(per_second=0.001, burst=1)
    assert take(one, "a", first=1.0) == 0
    rates.give_back(one, call="a", told=Told(per_second=0.5))

    assert 1.5 < take(one, "b") <= 2


def test_fewer_tokens_are_believed_and_more_are_not():
    one = bucket(per_second=0.001, burst=5)
    take(one, "a", first=2.0)
    rates.give_back(one, call="a", told=Told(left=4))
    assert take(one, "b") == 0
    assert take(one, "c") > 0, "Of the two one was used; the other side may not know it yet."

    rates.give_back(one, call="b", told=Told(left=0))
    assert take(one, "d") > 900


def test_a_bucket_is_not_fuller_after_a_long_time_than_its_burst():
    one = bucket(per_second=50, burst=2)
    take(one, "a", first=2.0)
    rates.give_back(one, call="a", told=Told())
    sleep(0.3)
    begun = monotonic()
    waits = [take(one, str(n)) for n in range(3)]

    assert waits[:2] == [0, 0]
    assert waits[2] > 0 or monotonic() - begun > 0.01
