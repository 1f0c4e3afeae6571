"""Of many workers one sends; what a dead one had in hand is sent by another."""

import signal
from datetime import timedelta
from functools import partial

import pytest

from escalations.models import DeliveryState, WebhookDelivery
from escalations.services.webhook_outbox import (
    ABANDONED_AFTER,
    RETRY_AFTER,
    _claim,
    deliver,
    settle_abandoned,
)
from tests import processes
from tests.concurrency import all_at_once, transactions_open, while_uncommitted
from tests.escalations.hooks import make_delivery, make_endpoint
from tests.factories import MONDAY
from tests.webhook_receiver import (
    SILENCE,
    running_receiver,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MONDAY + ABANDONED_AFTER + timedelta(seconds=1)


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


def state_of(row):
    row.refresh_from_db()
    return row.state


def test_delivering_twice_sends_once(receiver, delivery):
    deliver(delivery.pk, at=MONDAY)
    deliver(delivery.pk, at=MONDAY)

    assert len(receiver.received) == 1


def test_of_six_workers_at_once_one_sends(receiver, delivery):
    all_at_once([partial(deliver, delivery.pk, at=MONDAY)] * 6)

    assert len(receiver.received) == 1


def test_who_claims_while_another_claims_waits_and_gets_nothing(delivery):
    claim = partial(_claim, delivery.pk, MONDAY)

    assert while_uncommitted(claim, claim) is False
    delivery.refresh_from_db()
    assert delivery.attempts == 1


def test_no_transaction_is_open_while_the_receiver_is_asked(receiver, delivery):
    seen = []
    receiver.when_request_is_there = lambda: seen.append(transactions_open())

    deliver(delivery.pk, at=MONDAY)

    assert seen == [0]


def test_what_a_killed_worker_had_in_hand_is_sent_again_under_the_same_id(receiver, delivery):
    worker = processes.start(
        f"""
from datetime import datetime, UTC
from escalations.services.webhook_outbox import deliver
deliver({delivery.pk}, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
"""
    )
    receiver.when_request_is_there = lambda: worker.send_signal(signal.SIGKILL)
    receiver.script = [SILENCE]

    assert worker.wait(timeout=30) == -signal.SIGKILL, worker.stderr.read()
    receiver.when_request_is_there = lambda: None
    died_as = state_of(delivery)
    assert settle_abandoned(at=MONDAY + ABANDONED_AFTER) == 0
    assert settle_abandoned(at=LATER) == 1
    deliver(delivery.pk, at=LATER)

    assert died_as == DeliveryState.SENDING
    assert state_of(delivery) == DeliveryState.DELIVERED
    assert [one.headers["recourse-delivery"] for one in receiver.received] == [str(delivery.pk)] * 2


def test_what_kills_every_worker_is_given_up_at_last(delivery):
    WebhookDelivery.objects.update(
        state=DeliveryState.SENDING, claimed_at=MONDAY, attempts=len(RETRY_AFTER) + 1
    )

    assert settle_abandoned(at=LATER) == 1

    assert state_of(delivery) == DeliveryState.FAILED


def test_a_worker_that_woke_up_late_records_nothing(receiver, delivery):
    other = MONDAY + timedelta(hours=1)
    receiver.when_request_is_there = lambda: WebhookDelivery.objects.update(claimed_at=other)

    deliver(delivery.pk, at=MONDAY)

    assert (state_of(delivery), delivery.claimed_at) == (DeliveryState.SENDING, other)
