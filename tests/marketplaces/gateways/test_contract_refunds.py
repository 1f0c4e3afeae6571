"""Money goes back once, whatever becomes of the answer: look, then ask, and look again."""

from dataclasses import replace

import pytest

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, TryLater
from marketplaces.gateways.refunding import RefundLine
from marketplaces.gateways.shapes import (
    Component,
    RefundState,
)
from marketplaces.money import Money

LOST = ["lose_answer", "error_after", "malformed"]


def made(connected):
    """What the marketplace really gave back, in minor units."""
    return [refund["amount"] for refund in connected.state["refunds"].values()]


def test_a_refund_is_given_and_settles(sandbox, refunding):
    refund = refunding.refund(refunding.shipped())

    answer = refunding.gateway.issue_refund(refund)

    assert made(refunding) == [100]
    assert answer.state in (RefundState.SUBMITTED, RefundState.PROCESSING, RefundState.SETTLED)
    sandbox.tell("time", advance=7 * 86400)
    settled = refunding.gateway.look_up_refund(refund, answer.reference)
    assert settled.state == RefundState.SETTLED


def test_a_refund_of_several_components_is_given_whole(refunding):
    order = refunding.shipped()
    line = order.lines[0]
    parts = {component: line.paid[component] for component in (Component.ITEM, Component.TAX)}
    parts |= {name: line.paid[name] for name in (Component.SHIPPING,) if name in line.paid}
    refund = replace(
        refunding.refund(order), lines=(RefundLine(line.external_id, line.quantity, parts),)
    )

    answer = refunding.gateway.issue_refund(refund)

    assert made(refunding) == [refund.total.minor]
    assert answer.amount in (None, refund.total)


@pytest.mark.parametrize("refunding", ["walmart"], indirect=True)
def test_what_walmart_adds_to_a_full_price_is_told(refunding):
    order = refunding.shipped()
    line = order.lines[0]
    price = {Component.ITEM: line.paid[Component.ITEM]}
    refund = replace(refunding.refund(order), lines=(RefundLine(line.external_id, 0, price),))

    answer = refunding.gateway.issue_refund(refund)

    assert made(refunding) == [answer.amount.minor]
    assert answer.amount > refund.total


def test_what_was_never_asked_is_not_found(refunding):
    refund = refunding.refund(refunding.shipped())
    assert refunding.gateway.look_up_refund(refund) is None


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_unknown_and_found_by_looking(refunding, fault):
    refund = refunding.refund(refunding.shipped())
    refunding.fault("issue_refund", fault)

    with pytest.raises(OutcomeUnknown):
        refunding.gateway.issue_refund(refund)

    assert refunding.gateway.look_up_refund(refund) is not None
    assert made(refunding) == [100]


@pytest.mark.parametrize("fault", LOST)
def test_a_refund_that_is_asked_again_is_not_given_again(refunding, fault):
    refund = refunding.refund(refunding.shipped())
    refunding.fault("issue_refund", fault)
    with pytest.raises(OutcomeUnknown):
        refunding.gateway.issue_refund(refund)

    answer = refunding.gateway.issue_refund(refund)

    assert made(refunding) == [100]
    assert refunding.gateway.issue_refund(refund).reference == answer.reference


@pytest.mark.parametrize("fault", ["refuse_connection", "throttle"])
def test_a_refund_that_never_arrived_may_be_asked_again(refunding, fault):
    refund = refunding.refund(refunding.shipped())
    refunding.fault("issue_refund", fault)

    with pytest.raises((TryLater, OutcomeUnknown)):
        refunding.gateway.issue_refund(refund)

    assert made(refunding) == []
    assert refunding.gateway.look_up_refund(refund) is None
    refunding.gateway.issue_refund(refund)
    assert made(refunding) == [100]


def test_two_refunds_of_one_order_are_two(refunding):
    order = refunding.shipped()
    first, second = refunding.refund(order), refunding.refund(order, minor=200, key="refund-2")

    answers = [refunding.gateway.issue_refund(refund) for refund in (first, second)]

    assert sorted(made(refunding)) == [100, 200]
    assert answers[0].reference != answers[1].reference or not answers[0].reference
    refunds = refunding.gateway.get_order(order.reference).refunds
    assert sum(refund.amount.minor for refund in refunds) == 300


def test_more_than_was_paid_is_refused_for_good(refunding):
    order = refunding.shipped()
    much = RefundLine(
        order.lines[0].external_id, 0, {Component.ITEM: Money(10_000_000, order.currency)}
    )
    with pytest.raises(GatewayRefused):
        refunding.gateway.issue_refund(replace(refunding.refund(order), lines=(much,)))
    assert made(refunding) == []


@pytest.mark.parametrize("refunding", ["shopify"], indirect=True)
def test_a_call_that_arrives_twice_refunds_once_where_there_is_a_key(refunding):
    refund = refunding.refund(refunding.shipped())
    refunding.fault("issue_refund", "twice")
    refunding.gateway.issue_refund(refund)
    assert made(refunding) == [100]
