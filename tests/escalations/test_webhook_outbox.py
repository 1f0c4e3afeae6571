"""Webhooks leave: once per attempt, again after a failure, given up at last."""

from datetime import timedelta
from time import monotonic

import pytest

from escalations import webhook_posting
from escalations.models import DeliveryState, WebhookDelivery
from escalations.services.webhook_outbox import (
    LOG_IS_KEPT,
    PAUSED_AFTER,
    RETRY_AFTER,
    deliver,
    due,
    forget_old,
    release_held,
)
from escalations.services.webhooks import deactivate_endpoint, resume_endpoint
from escalations.webhook_verifying import is_genuine
from outbound import connecting
from tests.escalations.hooks import make_delivery, make_endpoint, make_endpoint_with_secret
from tests.factories import MONDAY
from tests.webhook_receiver import (
    BROKEN,
    DRIP,
    FLOOD,
    HANG_UP,
    NONSENSE,
    SILENCE,
    redirect_to,
    running_receiver,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def endpoint(receiver):
    return make_endpoint(receiver.url)


@pytest.fixture
def delivery(endpoint):
    return make_delivery(endpoint)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(webhook_posting, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.3)


def state_of(row):
    row.refresh_from_db()
    return row.state


def test_a_delivery_is_signed_and_the_code_that_receivers_copy_agrees(receiver):
    endpoint, secret = make_endpoint_with_secret(receiver.url)
    delivery = make_delivery(endpoint)

    deliver(delivery.pk, at=MONDAY)

    request = receiver.received[0]
    header = request.headers["recourse-signature"]
    assert is_genuine(secret, header, request.body, MONDAY.timestamp() + 1)
    assert not is_genuine("whsec_other", header, request.body, MONDAY.timestamp() + 1)
    assert request.line == "POST /hook?a=b HTTP/1.1"
    assert request.body.decode() == delivery.body
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["recourse-event"] == "webhook.ping"
    assert request.headers["recourse-delivery"] == str(delivery.pk)
    assert request.headers["recourse-attempt"] == "1"
    assert state_of(delivery) == DeliveryState.DELIVERED
    assert (delivery.status_code, delivery.answer, delivery.attempts) == (200, "thanks", 1)
    assert delivery.delivered_at == MONDAY


MISBEHAVIOUR = {
    "broken": (BROKEN, 500, "sorry :("),
    "hangs up": (HANG_UP, None, "Server disconnected"),
    "silent": (SILENCE, None, "timed out"),
    "drips": (DRIP, None, ""),
    "speaks no HTTP": (NONSENSE, None, "illegal status line"),
    "redirects inside": (redirect_to("http://169.254.169.254/latest/"), 307, ""),
}


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_a_receiver_that_misbehaves_gets_one_request_per_attempt(
    receiver, delivery, impatient, name
):
    answer, status, words = MISBEHAVIOUR[name]
    receiver.script = [answer]
    began = monotonic()

    deliver(delivery.pk, at=MONDAY)

    assert monotonic() - began < 5
    assert len(receiver.received) == 1
    assert state_of(delivery) == DeliveryState.QUEUED
    assert delivery.status_code == status
    assert words in delivery.answer
    assert delivery.next_attempt_at == MONDAY + timedelta(seconds=RETRY_AFTER[0])


def test_of_an_answer_without_end_little_is_read_and_less_kept(receiver, delivery):
    receiver.script = [FLOOD]

    deliver(delivery.pk, at=MONDAY)

    assert state_of(delivery) == DeliveryState.DELIVERED
    assert delivery.answer.startswith("<b>more</b> <b>more</b>")
    assert len(delivery.answer) <= 500
    assert "\x00" not in delivery.answer


def test_it_is_tried_again_with_longer_and_longer_pauses_and_then_given_up(receiver, delivery):
    receiver.script = [BROKEN] * 20
    moment = MONDAY
    for attempt, wait in enumerate(RETRY_AFTER, start=1):
        deliver(delivery.pk, at=moment)
        deliver(delivery.pk, at=moment + timedelta(seconds=wait - 1))
        assert (state_of(delivery), delivery.attempts) == (DeliveryState.QUEUED, attempt)
        moment += timedelta(seconds=wait)
        assert delivery.next_attempt_at == moment

    deliver(delivery.pk, at=moment)
    deliver(delivery.pk, at=moment + timedelta(days=30))

    assert state_of(delivery) == DeliveryState.FAILED
    assert (delivery.next_attempt_at, due(at=moment + timedelta(days=9))) == (None, [])
    assert len(receiver.received) == len(RETRY_AFTER) + 1
    assert {one.headers["recourse-delivery"] for one in receiver.received} == {str(delivery.pk)}


def test_once_it_answers_it_is_delivered_and_failures_are_forgotten(receiver, endpoint, delivery):
    receiver.script = [BROKEN]
    deliver(delivery.pk, at=MONDAY)
    endpoint.refresh_from_db()
    assert endpoint.failures == 1

    deliver(delivery.pk, at=MONDAY + timedelta(seconds=30))

    endpoint.refresh_from_db()
    assert (state_of(delivery), endpoint.failures) == (DeliveryState.DELIVERED, 0)
    assert receiver.received[1].headers["recourse-attempt"] == "2"


def test_a_receiver_that_is_not_there_is_asked_again(delivery, endpoint):
    type(endpoint).objects.update(url="http://127.0.0.1:1/")

    deliver(delivery.pk, at=MONDAY)

    assert state_of(delivery) == DeliveryState.QUEUED
    assert "Connection refused" in delivery.answer


def test_fifty_failures_in_a_row_pause_an_endpoint_until_somebody_lets_it_go_on(
    receiver, endpoint, delivery
):
    type(endpoint).objects.update(failures=PAUSED_AFTER - 2)
    waiting = make_delivery(endpoint)
    receiver.script = [BROKEN, BROKEN]

    deliver(delivery.pk, at=MONDAY)
    endpoint.refresh_from_db()
    assert endpoint.paused_at is None
    deliver(waiting.pk, at=MONDAY)
    endpoint.refresh_from_db()
    assert endpoint.paused_at == MONDAY
    much_later = MONDAY + timedelta(days=2)
    assert (release_held(at=much_later), due(at=much_later)) == (0, [])
    assert {state_of(delivery), state_of(waiting)} == {DeliveryState.QUEUED}

    resume_endpoint(endpoint.pk, by=None, at=much_later)
    assert release_held(at=much_later) == 2
    for key in due(at=much_later):
        deliver(key, at=much_later)

    endpoint.refresh_from_db()
    assert (endpoint.paused_at, endpoint.failures) == (None, 0)
    assert {state_of(delivery), state_of(waiting)} == {DeliveryState.DELIVERED}


def test_out_of_use_means_that_nothing_is_sent_any_more(receiver, endpoint, delivery):
    deactivate_endpoint(endpoint.pk, by=None, at=MONDAY)
    WebhookDelivery.objects.update(state=DeliveryState.QUEUED, next_attempt_at=MONDAY)

    deliver(delivery.pk, at=MONDAY)

    assert state_of(delivery) == DeliveryState.FAILED
    assert receiver.received == []


def test_the_log_is_kept_for_thirty_days(delivery):
    assert forget_old(at=MONDAY + LOG_IS_KEPT) == 0
    assert forget_old(at=MONDAY + LOG_IS_KEPT + timedelta(seconds=1)) == 1
