"""Messages, claims and figures, where a marketplace has them; and eBay's own ways with refunds."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from marketplaces.gateways.base import Capability, GatewayRefused, OutcomeUnknown
from marketplaces.gateways.shapes import ClaimKind, ClaimState, OutgoingMessage
from tests.marketplaces.gateways.connected import GATEWAYS


def those_with(capability):
    names = [name for name, gateway in GATEWAYS.items() if capability in gateway.capabilities]
    return pytest.mark.parametrize("connected", names, indirect=True)


@those_with(Capability.CLAIMS)
def test_a_claim_comes_and_its_end_too(sandbox, connected):
    order = connected.shop["orders"][0]
    filed = sandbox.tell("claims", order=order, kind="chargeback", words="Not received")

    (claim,), _, cursor = connected.everything("pull_claims")
    assert (claim.external_id, claim.kind) == (filed["claim"], ClaimKind.CHARGEBACK)
    assert claim.state == ClaimState.ANSWER_NEEDED
    assert claim.order_reference == connected.order().reference
    assert claim.answer_by > claim.filed_at
    paid = connected.state["claims"][claim.external_id]["amount"]
    assert claim.amount.minor == paid

    sandbox.tell("time", advance=3600)
    sandbox.tell("claims/decide", claim=claim.external_id, state="won")
    (claim,), _, _ = connected.everything("pull_claims", cursor)
    assert claim.state == ClaimState.WON
    assert claim.changed_at > claim.filed_at


@pytest.mark.parametrize("connected", ["ebay"], indirect=True)
def test_the_outcome_of_a_closed_dispute_is_asked_for_once(sandbox, connected):
    filed = sandbox.tell("claims", order=connected.shop["orders"][0], kind="chargeback")
    sandbox.tell("claims/decide", claim=filed["claim"], state="lost")

    for _ in range(3):
        (claim,), _, _ = connected.everything("pull_claims")

    assert claim.state == ClaimState.LOST
    assert connected.wire.sent.count("pull_claims.one") == 1


@those_with(Capability.RECEIVE_MESSAGES)
def test_what_a_buyer_writes_comes_once_and_is_answered_in_its_thread(sandbox, connected):
    order = connected.shop["orders"][0]
    sandbox.tell("messages", order=order, text="Where is it?", subject="Parcel")

    (message,), _, cursor = connected.everything("receive_messages")
    assert (message.text, message.subject) == ("Where is it?", "Parcel")
    assert message.buyer.external_id == connected.state["orders"][order]["buyer"]["id"]

    answer = OutgoingMessage("k", "", message.buyer.external_id, "It left.", answers=message.thread)
    assert connected.gateway.send_message(answer)
    sandbox.tell("time", advance=3600)
    sandbox.tell("messages", order=order, text="Thank you")

    messages, _, _ = connected.everything("receive_messages", cursor)
    assert {one.text for one in messages} - {"Where is it?"} == {"Thank you"}
    assert [one["text"] for one in connected.state["messages"]] == [
        "Where is it?",
        "It left.",
        "Thank you",
    ]


@those_with(Capability.RECEIVE_MESSAGES)
def test_many_threads_with_many_messages_come_whole(sandbox, connected):
    orders = sandbox.tell("orders", shop=connected.shop["shop"], count=30, seed=3)["orders"]
    for order in orders:
        sandbox.tell("messages", order=order, text=f"About {order}")
    for number in range(30):
        sandbox.tell("messages", order=orders[0], text=f"Once more {number}")

    messages, _, _ = connected.everything("receive_messages")

    assert len({message.external_id for message in messages}) == 60


@pytest.mark.parametrize("fault", ["lose_answer", "malformed"])
@those_with(Capability.RECEIVE_MESSAGES)
def test_a_message_whose_answer_was_lost_may_have_left(sandbox, connected, fault):
    sandbox.tell("faults", marketplace=connected.name, operation="sendMessage", script=[fault])
    order = connected.order()
    message = OutgoingMessage("k", order.reference, order.buyer.external_id, "It left.")
    with pytest.raises(OutcomeUnknown):
        connected.gateway.send_message(message)
    assert len(connected.state["messages"]) == 1


@pytest.mark.parametrize("connected", ["walmart"], indirect=True)
def test_walmarts_response_rate_is_told_as_a_share(sandbox, connected):
    sandbox.tell("messages", order=connected.shop["orders"][0], text="Hello?")
    sandbox.tell("time", advance=3 * 86400)

    figures = {one.name: one for one in connected.gateway.performance()}

    rate = figures["seller_response_rate"]
    assert (rate.rate, rate.affected, rate.standing) == (Decimal(0), 1, "URGENT REVIEW")
    assert figures["negative_feedback_rate"].rate == 0


@pytest.mark.parametrize("connected", ["ebay"], indirect=True)
def test_a_second_refund_of_the_same_amount_is_made_when_the_first_is_known(connected):
    order = connected.shipped()
    first = connected.gateway.issue_refund(connected.refund(order))

    second = replace(connected.refund(order, key="refund-2"), known=frozenset({first.reference}))
    assert connected.gateway.look_up_refund(second) is None
    answer = connected.gateway.issue_refund(second)

    assert answer.reference != first.reference
    assert len(connected.state["refunds"]) == 2


@pytest.mark.parametrize("connected", ["ebay"], indirect=True)
def test_a_seller_in_the_eu_needs_a_key_for_refunds(connected):
    order = connected.shipped()
    connected.options = {"must_sign": "yes"}
    gateway = connected.another()

    assert gateway.check().missing == ("digital signature",)
    with pytest.raises(GatewayRefused, match="signing key"):
        gateway.issue_refund(connected.refund(order))
    assert connected.state["refunds"] == {}


@pytest.mark.parametrize("connected", ["ebay"], indirect=True)
def test_with_a_key_a_refund_goes_out_signed(connected):
    order = connected.shipped()
    connected.options = {"must_sign": "yes"}
    key = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
    gateway = connected.another(signing_key=key, signing_jwe="eyJ6aXAi")
    signed = []
    connected.wire.http.event_hooks["request"] = [lambda request: signed.append(request.headers)]

    gateway.issue_refund(connected.refund(order))

    assert signed[-1]["signature"].startswith("sig1=:")
    assert gateway.check().missing == ()


@pytest.mark.parametrize("connected", ["shopify"], indirect=True)
def test_no_query_costs_more_than_its_rate_reckons(connected):
    asked = []

    def note(response):
        cost = json.loads(response.read()).get("extensions", {}).get("cost")
        if cost:
            asked.append((connected.wire.sent[-1], cost["requestedQueryCost"]))

    connected.wire.http.event_hooks["response"] = [note]
    order = connected.shipped()
    gateway = connected.gateway
    gateway.check()
    gateway.get_order(order.reference)
    gateway.tracking(order.reference)
    gateway.look_up_refund(connected.refund(order))
    gateway.issue_refund(connected.refund(order))
    gateway.pull_claims("")

    costs = {operation: rate.cost for operation, rate in gateway.rates.items()}
    assert {operation for operation, _ in asked} == set(costs) - {"token"}
    assert [(name, cost) for name, cost in asked if cost > costs[name]] == []
