"""Webhooks leave: once per attempt, again after a failure, never forgotten."""

import signal
import socket
import threading
from datetime import timedelta
from functools import partial
from time import monotonic

import pytest
from django.db import connection

from escalations import webhook_posting
from escalations.models import DeliveryState, WebhookDelivery
from escalations.services.webhook_outbox import (
    ABANDONED_AFTER,
    LOG_IS_KEPT,
    PAUSED_AFTER,
    RETRY_AFTER,
    _claim,
    deliver,
    due,
    forget_old,
    release_held,
    settle_abandoned,
)
from escalations.services.webhooks import deactivate_endpoint, resume_endpoint
from escalations.webhook_verifying import is_genuine
from tests import processes
from tests.concurrency import all_at_once, while_uncommitted
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


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(webhook_posting, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(webhook_posting, "CONNECT_SECONDS", 0.3)


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
    receiver.when_request_is_there = lambda: seen.append(_transactions_open())

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


# Names and addresses


def rebinding(*answers):
    """A name server that says something else every time it is asked."""
    said = list(answers)
    return lambda host, port: [said.pop(0)]


def test_a_name_that_is_private_by_the_time_of_sending_gets_nothing(receiver, delivery, endpoint):
    type(endpoint).objects.update(
        may_be_private=False, url=f"https://hooks.partner.example:{receiver.port}/"
    )

    deliver(delivery.pk, at=MONDAY, resolve=rebinding("127.0.0.1"))

    assert receiver.received == []
    assert state_of(delivery) == DeliveryState.QUEUED
    assert "127.0.0.1 is not a public address" in delivery.answer


def test_one_private_address_among_public_ones_is_enough_to_refuse(delivery, endpoint):
    type(endpoint).objects.update(may_be_private=False, url="https://hooks.partner.example/")

    deliver(delivery.pk, at=MONDAY, resolve=lambda host, port: ["93.184.216.34", "10.0.0.8"])

    delivery.refresh_from_db()
    assert "10.0.0.8 is not a public address" in delivery.answer


def test_the_connection_goes_to_the_address_that_was_checked_and_nobody_is_asked_again(
    receiver, delivery, endpoint, monkeypatch
):
    type(endpoint).objects.update(url=f"http://hooks.partner.example:{receiver.port}/")
    asked = socket.getaddrinfo

    def only_numbers(host, *args, **kwargs):
        assert host == "127.0.0.1", f"{host} was asked for again"
        return asked(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    deliver(delivery.pk, at=MONDAY, resolve=rebinding("127.0.0.1"))

    assert state_of(delivery) == DeliveryState.DELIVERED
    assert receiver.received[0].headers["host"] == f"hooks.partner.example:{receiver.port}"


def test_a_secure_connection_asks_for_the_name_and_trusts_nobody_else(delivery, endpoint):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        type(endpoint).objects.update(
            url=f"https://hooks.partner.example:{listening.getsockname()[1]}/"
        )
        hello = []

        def take_the_hello():
            taken, _ = listening.accept()
            with taken:
                hello.append(taken.recv(4096))
                taken.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=take_the_hello)
        thread.start()
        deliver(delivery.pk, at=MONDAY, resolve=rebinding("127.0.0.1"))
        thread.join(10)

    assert b"hooks.partner.example" in hello[0]
    assert b"POST" not in hello[0]
    assert state_of(delivery) == DeliveryState.QUEUED
    assert "SSL" in delivery.answer


def test_the_proxy_of_the_environment_is_not_asked(receiver, delivery, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    deliver(delivery.pk, at=MONDAY)

    assert state_of(delivery) == DeliveryState.DELIVERED


def _transactions_open() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
        )
        count = cursor.fetchone()[0]
    connection.close()
    return count
