"""What goes wrong there is one of four things here, and tells nobody's name."""

import pytest

from marketplaces.gateways.base import GatewayError, GatewayRefused, OutcomeUnknown, TryLater
from tests.marketplaces.gateways.connected import personal, words_of

READS = ["refuse_connection", "error", "throttle", "lose_answer", "error_after", "malformed"]


@pytest.mark.parametrize("fault", READS)
def test_a_call_that_only_reads_may_be_made_again(connected, fault):
    connected.fault("pull_orders", fault)

    with pytest.raises(TryLater):
        connected.gateway.pull_orders("")

    assert len(connected.everything("pull_orders")[0]) == 3


def test_how_long_to_wait_is_what_the_marketplace_said(connected):
    connected.fault("pull_orders", "throttle", seconds=7)
    with pytest.raises(TryLater) as raised:
        connected.gateway.pull_orders("")
    assert raised.value.after == 7


@pytest.mark.parametrize("fault", ["duplicate", "reorder"])
def test_a_page_that_comes_twice_or_in_another_order_is_still_whole(connected, fault):
    connected.fault("pull_orders", fault)
    orders, _, _ = connected.everything("pull_orders")
    assert {connected.said(order) for order in orders} == set(connected.shop["orders"])


@pytest.mark.parametrize("skew", [-86400, 86400])
def test_a_clock_that_is_wrong_loses_no_change(sandbox, connected, skew):
    """Moments are only ever compared with others of the same marketplace."""
    sandbox.tell("time", skew={connected.name: skew})
    _, _, cursor = connected.everything("pull_orders")
    sandbox.tell("time", advance=7200)
    sandbox.tell("ship", order=connected.shop["orders"][2])
    sandbox.tell("time", advance=600)

    orders, _, _ = connected.everything("pull_orders", cursor)

    assert connected.shop["orders"][2] in {connected.said(order) for order in orders}


@pytest.mark.parametrize("fault", READS)
def test_an_error_tells_no_secret_and_nobodys_name(connected, fault):
    order = connected.shipped()
    secrets = personal(connected.state)
    refund = connected.refund(order)
    errors = []
    for operation, call in (
        ("pull_orders", lambda: connected.gateway.pull_orders("")),
        ("get_order", lambda: connected.gateway.get_order(order.reference)),
        ("issue_refund", lambda: connected.gateway.issue_refund(refund)),
    ):
        connected.fault(operation, fault)
        try:
            call()
        except GatewayError as error:
            errors.append(words_of(error))
        connected.sandbox.http.delete("/control/faults")

    assert errors
    assert [secret for secret in secrets for words in errors if secret in words] == []


def test_a_gateway_shows_no_secret(connected):
    connected.gateway.pull_orders("")
    shown = f"{connected.gateway!r} {connected.gateway.client!r} {vars(connected.gateway)}"
    assert [s for s in connected.shop["credentials"].values() if s in shown] == []


def test_the_four_errors_are_told_apart():
    assert not issubclass(TryLater, (OutcomeUnknown, GatewayRefused))
    assert not issubclass(OutcomeUnknown, (TryLater, GatewayRefused))
