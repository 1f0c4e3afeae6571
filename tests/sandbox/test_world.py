"""The world alone: money, time and parcels, whatever is asked of it in whatever order."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.snapshot import freeze, text, thaw
from sandbox.stock import found_shop, place_order, sow
from sandbox.values import Part
from sandbox.world import Refused, World

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ["amazon", "shopify", "ebay", "walmart"]


def a_shop(marketplace="ebay"):
    world = World(MONDAY)
    shop = found_shop(world, marketplace, "A shop")
    return world, shop, place_order(world, shop, Random(1), placed_at=MONDAY)


asked = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["item", "shipping", "tax"]),
        st.integers(0, 20_000),
        st.sampled_from(["refund", "whole", "settle", "fail"]),
    ),
    max_size=30,
)


@given(asked)
def test_money_refunded_never_exceeds_what_was_paid(steps):
    world, shop, order = a_shop()
    for line, component, amount, act in steps:
        try_it(world, shop, order, line, component, amount, act)

    assert shop.refunded(order) <= order.paid
    for line in order.lines:
        for component, paid in line.paid.items():
            given_back = sum(
                part.amounts.get(component, 0)
                for refund in shop.refunds.values()
                if refund.state != "failed"
                for part in refund.parts
                if part.line == line.id
            )
            assert given_back <= paid


def try_it(world, shop, order, line, component, amount, act):
    if act in ("settle", "fail"):
        for refund in shop.refunds.values():
            world.settle(shop, refund.id, failed=act == "fail")
        return
    part = Part(order.lines[line % len(order.lines)].id, 1, {component: amount})
    before = len(shop.refunds)
    try:
        if act == "whole":
            world.refund(shop, order, [], amount=amount)
        else:
            world.refund(shop, order, [part])
    except Refused:
        assert len(shop.refunds) == before


def test_two_parts_of_one_refund_are_counted_together():
    world, shop, order = a_shop()
    half = Part(order.lines[0].id, 1, {"item": order.lines[0].paid["item"] // 2 + 1})

    with pytest.raises(Refused, match="More than was paid"):
        world.refund(shop, order, [half, half])


def test_what_has_settled_does_not_fail_afterwards():
    world, shop, order = a_shop()
    refund = world.refund(shop, order, [], amount=100)
    world.settle(shop, refund.id)

    world.settle(shop, refund.id, failed=True)

    assert refund.state == "settled"


def test_a_refund_settles_at_its_moment_and_not_when_somebody_looks():
    world, shop, order = a_shop("ebay")
    refund = world.refund(shop, order, [], amount=100)

    world.catch_up(MONDAY + timedelta(days=2))

    assert refund.state == "settled"
    assert refund.settled_at == order.changed_at == MONDAY + timedelta(seconds=300)
    assert world.now == MONDAY + timedelta(days=2)


def test_time_never_goes_back():
    world, _, _ = a_shop()
    world.catch_up(MONDAY + timedelta(hours=1))

    world.catch_up(MONDAY)

    assert world.now == MONDAY + timedelta(hours=1)


def test_nothing_is_shipped_twice_and_nothing_shipped_is_cancelled():
    world, shop, order = a_shop()
    world.ship(shop, order, carrier="UPS", tracking="1Z1")

    with pytest.raises(Refused, match="left to ship"):
        world.ship(shop, order, carrier="UPS", tracking="1Z2")
    with pytest.raises(Refused, match="shipped already"):
        world.cancel(shop, order)


def test_every_change_of_an_order_is_counted_and_dated():
    world, shop, order = a_shop()
    version = order.version
    world.catch_up(MONDAY + timedelta(hours=3))

    world.ship(shop, order, carrier="UPS", tracking="1Z1")
    world.deliver(shop, order)

    assert order.version == version + 2
    assert order.changed_at == MONDAY + timedelta(hours=3)
    assert order.state == "delivered"


def test_the_same_seed_makes_the_same_world():
    worlds = [World(MONDAY, seed) for seed in (7, 7, 8)]
    for world in worlds:
        sow(world, NAMES, 5)

    told = [text(freeze(world)) for world in worlds]
    assert told[0] == told[1] != told[2]


def test_a_world_that_was_kept_goes_on_where_it_was():
    world, shop, order = a_shop("walmart")
    world.ship(shop, order, carrier="UPS", tracking="1Z1")
    world.refund(shop, order, [Part(order.lines[0].id, 1, {"item": 100})])
    world.file_claim(shop, order, kind="return")
    world.write(shop, order, "Where is it?", from_buyer=True)
    again = thaw(json.loads(text(freeze(world))), {})

    assert again.shops == world.shops
    again.catch_up(MONDAY + timedelta(days=1))
    assert [r.state for r in again.shops[shop.id].refunds.values()] == ["settled"]
