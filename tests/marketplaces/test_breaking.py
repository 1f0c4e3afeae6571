"""The breaker in the store's row: counted by everybody, probed by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplaces.breaker import FAILURES, BreakerState
from marketplaces.gateways.base import GatewayRefused, TryLater
from marketplaces.models import Connection
from marketplaces.wire import breaking
from marketplaces.wire.opening import open_gateway
from tests.concurrency import all_at_once, while_uncommitted
from tests.factories import MONDAY
from tests.marketplaces.http_server import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def state() -> str:
    return Connection.objects.get().breaker.state(timezone.now())


def let_its_time_pass() -> None:
    Connection.objects.update(breaker_retry_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def opened(gateway, server):
    server.script = [Answer(500)] * FAILURES
    for _ in range(FAILURES):
        with pytest.raises(TryLater):
            gateway.get()
    server.seen.clear()
    return gateway


def test_failures_in_a_row_open_it_and_then_nothing_is_sent(opened, server):
    assert state() == BreakerState.OPEN
    with pytest.raises(TryLater, match="breaker") as later:
        opened.get()

    assert 25 < later.value.after <= 30
    assert server.seen == []


def test_a_good_probe_closes_it(opened, server):
    let_its_time_pass()
    opened.get()

    assert state() == BreakerState.CLOSED
    opened.get()
    assert len(server.seen) == 2


def test_a_bad_probe_opens_it_for_longer(opened, server):
    let_its_time_pass()
    server.script = [Answer(503)]
    with pytest.raises(TryLater):
        opened.get()

    retry_at = Connection.objects.get().breaker_retry_at
    assert timedelta(seconds=55) < retry_at - timezone.now() <= timedelta(seconds=60)


def test_of_many_at_once_one_is_the_probe(opened, server, connection):
    let_its_time_pass()
    server.script = [Answer(after=0.5)]

    def ask():
        with open_gateway(connection.store_id) as gateway:
            return gateway.get().status_code

    answers = all_at_once([ask] * 8)

    assert len(server.seen) == 1
    assert answers.count(200) == 1
    assert sum(isinstance(answer, TryLater) for answer in answers) == 7
    assert state() == BreakerState.CLOSED


def test_a_probe_that_got_no_turn_lets_another_be_it(gateway, connection):
    gateway.get("once")
    Connection.objects.update(breaker_failures=FAILURES, breaker_retry_at=timezone.now())
    with open_gateway(connection.store_id, patience=0) as hasty:
        for _ in range(2):
            with pytest.raises(TryLater, match="used up"):
                hasty.get("once")

    assert Connection.objects.get().breaker_probe_until is None


def test_refusals_and_too_many_requests_are_no_failures(gateway, server):
    server.script = [Answer(400), Answer(429)] * FAILURES
    for _ in range(2 * FAILURES):
        with pytest.raises((GatewayRefused, TryLater)):
            gateway.get()

    assert Connection.objects.get().breaker_failures == 0


def test_two_failures_at_once_are_two(connection):
    def fail():
        breaking.note_failure(connection, was_probe=False, at=MONDAY)

    while_uncommitted(fail, fail)

    assert Connection.objects.get().breaker_failures == 2
