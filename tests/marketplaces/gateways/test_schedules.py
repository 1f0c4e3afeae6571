"""Forty drawn schedules of faults end with our side equal to the marketplace's own."""

from collections import Counter

import pytest

from tests.marketplaces.gateways.connected import GATEWAYS, Connected
from tests.marketplaces.gateways.schedules import Kept


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", GATEWAYS)
def test_whatever_goes_wrong_orders_are_equal_in_the_end_and_money_goes_back_once(
    sandbox, name, seed
):
    shop = sandbox.open_shop(name, orders=6)
    kept = Kept(Connected(sandbox, name, shop), seed)

    kept.live_through()
    kept.settle_down()

    assert {number: order.status for number, order in kept.orders.items()} == kept.expected()
    given = Counter(refund["amount"] for refund in kept.connected.state["refunds"].values())
    wanted = Counter(one.refund.total.minor for one in kept.refunds if not one.refused)
    assert given == wanted
    assert [one.refused for one in kept.refunds if one.refused] == []
