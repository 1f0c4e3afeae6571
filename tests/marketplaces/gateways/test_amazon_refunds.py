"""A refund at Amazon is a feed: sent once, worked through later, known again without a name."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, TryLater
from marketplaces.gateways.refunding import RefundLine
from marketplaces.gateways.shapes import (
    Component,
    OutgoingMessage,
    RefundState,
)
from marketplaces.money import Money
from tests.marketplaces.gateways.connected import Connected

LOST = ["lose_answer", "error_after", "malformed"]


@pytest.fixture
def amazon(sandbox):
    return Connected(sandbox, "amazon", sandbox.open_shop("amazon", orders=3))


def made(amazon):
    return [refund["amount"] for refund in amazon.state["refunds"].values()]


def feeds(amazon):
    return list(amazon.state["papers"].get("feeds", {}))


def first_try(amazon, number=0, key="refund-1", minor=100):
    return amazon.refund(amazon.shipped(number), minor, key, is_first=True)


def now(amazon):
    return datetime.fromisoformat(amazon.sandbox.ask("time")["now"])


def again(amazon, refund, **more):
    """The same, as it is tried again a minute later."""
    tried_at = now(amazon) - timedelta(minutes=1)
    return replace(refund, is_first=False, tried_at=tried_at, **more)


def test_a_refund_goes_through_the_states_of_its_feed_to_the_money(sandbox, amazon):
    refund = first_try(amazon)

    answer = amazon.gateway.issue_refund(refund)
    assert answer.state == RefundState.SUBMITTED
    states = [answer.state]
    for seconds in (40, 300, 86_400):
        sandbox.tell("time", advance=seconds)
        states.append(amazon.gateway.look_up_refund(refund, answer.reference).state)

    assert states == [
        RefundState.SUBMITTED,
        RefundState.PROCESSING,
        RefundState.PROCESSING,
        RefundState.SETTLED,
    ]
    assert made(amazon) == [100]


def test_a_refund_that_amazon_does_not_take_fails_with_its_words(sandbox, amazon):
    refund = first_try(amazon, minor=100)
    much = RefundLine(refund.lines[0].line_id, 0, {Component.ITEM: Money(10**8, "USD")})
    refund = replace(refund, lines=(much,))
    answer = amazon.gateway.issue_refund(refund)
    sandbox.tell("time", advance=3600)

    found = amazon.gateway.look_up_refund(refund, answer.reference)

    assert (found.state, found.words.split()[0]) == (RefundState.FAILED, "18028")
    assert made(amazon) == []


def test_a_report_is_fetched_once_however_often_it_is_asked_for(sandbox, amazon):
    refund = first_try(amazon)
    answer = amazon.gateway.issue_refund(refund)
    sandbox.tell("time", advance=600)
    for _ in range(3):
        amazon.gateway.look_up_refund(refund, answer.reference)
    assert amazon.wire.sent.count("getFeedDocument") == 1


@pytest.mark.parametrize("fault", LOST)
def test_after_a_lost_answer_nothing_is_sent_while_a_feed_may_hold_it(sandbox, amazon, fault):
    refund = first_try(amazon)
    amazon.fault("issue_refund", fault)
    with pytest.raises(OutcomeUnknown):
        amazon.gateway.issue_refund(refund)
    refund = again(amazon, refund)

    with pytest.raises(OutcomeUnknown, match="feeds may hold it"):
        amazon.gateway.look_up_refund(refund)
    with pytest.raises(OutcomeUnknown):
        amazon.gateway.issue_refund(refund)
    assert len(feeds(amazon)) == 1

    sandbox.tell("time", advance=2 * 86_400)
    assert amazon.gateway.issue_refund(refund).state == RefundState.SETTLED
    assert made(amazon) == [100]


@pytest.mark.parametrize("fault", ["refuse_connection", "throttle", "error"])
def test_what_never_arrived_is_sent_again(amazon, fault):
    refund = first_try(amazon)
    amazon.fault("issue_refund", fault)
    with pytest.raises((TryLater, OutcomeUnknown)):
        amazon.gateway.issue_refund(refund)

    refund = again(amazon, refund)
    assert amazon.gateway.look_up_refund(refund) is None
    amazon.gateway.issue_refund(refund)
    assert len(feeds(amazon)) == 1


def test_a_feed_whose_money_would_show_by_now_holds_nothing_up(sandbox, amazon):
    """Somebody else's feed, or one of another refund whose answer was lost as well."""
    amazon.gateway.issue_refund(first_try(amazon, 1, "refund-2"))
    refund = again(amazon, first_try(amazon))
    sandbox.tell("time", advance=86_400)
    with pytest.raises(OutcomeUnknown):
        amazon.gateway.look_up_refund(replace(refund, tried_at=None, at=now(amazon)))

    sandbox.tell("time", advance=2 * 86_400)
    assert amazon.gateway.look_up_refund(replace(refund, tried_at=None, at=now(amazon))) is None


def test_feeds_that_are_known_or_older_are_not_taken_for_it(sandbox, amazon):
    other = amazon.gateway.issue_refund(first_try(amazon, 1, "refund-2"))
    refund = again(amazon, first_try(amazon), known=frozenset({other.reference}))
    assert amazon.gateway.look_up_refund(refund) is None

    sandbox.tell("time", advance=3600)
    assert amazon.gateway.look_up_refund(again(amazon, replace(refund, known=frozenset()))) is None


def test_many_refunds_go_in_one_feed_and_one_of_them_may_fail(sandbox, amazon):
    refunds = [first_try(amazon, number, f"refund-{number}") for number in range(3)]
    much = RefundLine(refunds[1].lines[0].line_id, 0, {Component.ITEM: Money(10**8, "USD")})
    refunds[1] = replace(refunds[1], lines=(much,))

    answers = amazon.gateway.issue_refunds(refunds)

    assert len({answer.reference for answer in answers}) == 1 == len(feeds(amazon))
    sandbox.tell("time", advance=600)
    states = [
        amazon.gateway.look_up_refund(refund, answer.reference).state
        for refund, answer in zip(refunds, answers, strict=True)
    ]
    assert states == [RefundState.PROCESSING, RefundState.FAILED, RefundState.PROCESSING]
    assert made(amazon) == [100, 100]


def test_what_was_tried_before_does_not_go_with_others(amazon):
    with pytest.raises(ValueError, match="never tried"):
        amazon.gateway.issue_refunds([replace(first_try(amazon), is_first=False)])


def test_a_message_goes_where_amazon_allows_it(amazon):
    order = amazon.order()
    message = OutgoingMessage("k", order.reference, "", "We look into it.", "unexpectedProblem")
    assert amazon.gateway.send_message(message) == ""
    assert [one["kind"] for one in amazon.state["messages"]] == ["unexpectedProblem"]

    with pytest.raises(GatewayRefused, match="relay"):
        amazon.gateway.send_message(replace(message, kind=""))
    review = replace(message, kind="productReviewAndSellerFeedback")
    with pytest.raises(GatewayRefused, match="does not allow"):
        amazon.gateway.send_message(review)
    assert len(amazon.state["messages"]) == 1


def test_the_performance_report_is_made_and_read_once(sandbox, amazon):
    sandbox.tell("claims", order=amazon.shop["orders"][0], kind="a_to_z")
    with pytest.raises(TryLater) as raised:
        amazon.gateway.performance()
    assert raised.value.after
    sandbox.tell("time", advance=120)

    figures = {figure.fulfilment: figure for figure in amazon.gateway.performance()}

    orders = amazon.state["orders"].values()
    assert sum(figure.orders for figure in figures.values()) == len(orders)
    assert sum(figure.affected for figure in figures.values()) == 1
    assert {figure.target for figure in figures.values()} == {"< 0.01"}
    with pytest.raises(TryLater):
        amazon.gateway.performance()
    assert len(amazon.state["papers"]["reports"]) == 2
