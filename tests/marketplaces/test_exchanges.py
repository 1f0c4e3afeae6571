"""The log of exchanges: kept for a set time, honest about what nobody ended, free of secrets."""

import logging
import traceback
from datetime import timedelta

import pytest

from marketplaces.gateways.base import GatewayError
from marketplaces.models import Exchange, KeptText
from marketplaces.services.exchanges import GIVEN_UP_AFTER, give_up_abandoned, purge_exchanges
from marketplaces.tasks import purge_exchange_log, sweep_exchanges
from marketplaces.wire.opening import open_gateway
from tests.factories import MONDAY
from tests.marketplaces.connected import CANARY
from tests.marketplaces.http_server import Answer

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = "Karen Whitfield"


def test_old_exchanges_are_deleted_and_newer_ones_are_not(gateway, settings):
    settings.EXCHANGE_LOG_DAYS = 10
    gateway.get()
    gateway.get()
    old = Exchange.objects.first()
    Exchange.objects.filter(pk=old.pk).update(started_at=MONDAY - timedelta(days=10, seconds=1))
    Exchange.objects.exclude(pk=old.pk).update(started_at=MONDAY - timedelta(days=9))
    KeptText.objects.update(until=MONDAY)

    assert purge_exchanges(at=MONDAY) == 1
    assert Exchange.objects.count() == 1


def test_a_call_whose_process_died_is_unknown_if_it_changed_something(gateway):
    gateway.get()
    gateway.post()
    begun = {"outcome": "on_its_way", "ended_at": None, "started_at": MONDAY}
    Exchange.objects.update(**begun)

    assert give_up_abandoned(at=MONDAY + GIVEN_UP_AFTER) == 0
    assert give_up_abandoned(at=MONDAY + GIVEN_UP_AFTER + timedelta(seconds=1)) == 2
    outcomes = Exchange.objects.order_by("pk").values_list("operation", "outcome")
    assert list(outcomes) == [("orders", "later"), ("refund", "unknown")]


def test_both_are_done_by_tasks():
    sweep_exchanges()
    purge_exchange_log()


@pytest.fixture
def everything_said(gateway, server, caplog, connection):
    """Whatever the wire says in a good and a bad day: rows, logs, errors, reprs."""
    caplog.set_level(logging.DEBUG)
    quoted = {"errors": [{"code": "Bad", "message": f"token tok-{CANARY}, {PERSON}"}]}
    order = {"orderId": "112-1", "buyerName": PERSON, "echo": f"tok-{CANARY}"}
    server.script = [
        Answer(body={"access_token": f"tok-{CANARY}"}),
        Answer(body=order, headers={"set-cookie": CANARY, "x-request-id": f"tok-{CANARY}"}),
        Answer(400, quoted),
        Answer(500, quoted),
        Answer(after=-1),
        Answer(429, quoted),
    ]
    said = [repr(gateway.access), repr(gateway.wire), str(gateway.access), repr(gateway.wire.kept)]
    said += [repr(gateway.access.credentials), str(gateway.access.credentials), repr(connection)]
    gateway.check()
    for _ in range(4):
        try:
            gateway.get(path=f"/orders/tok-{CANARY}?token=tok-{CANARY}",
                        authorization=f"Bearer tok-{CANARY}")  # fmt: skip
        except GatewayError as error:
            said += ["".join(traceback.format_exception(error)), repr(error)]
            said += [repr(vars(error)), repr(error.__cause__), repr(error.__context__)]
    said += [record.getMessage() for record in caplog.records]
    said += [repr(row) for row in Exchange.objects.values()]
    return said


def test_no_secret_is_said_anywhere(everything_said):
    assert [words for words in everything_said if CANARY in words] == []


def test_nor_is_anybody_named(everything_said):
    assert [words for words in everything_said if PERSON in words] == []


def test_and_yet_it_says_enough(everything_said):
    rows = list(Exchange.objects.order_by("pk"))

    assert [row.status for row in rows] == [200, 200, 400, 500, None, 429]
    assert '"orderId": "112-1"' in rows[1].response_body
    assert rows[2].words == "answered 400 Bad Request (Bad)"
    assert len({row.correlation for row in rows}) == 1


def test_each_opening_has_a_correlation_of_its_own(connection):
    for _ in range(2):
        with open_gateway(connection.store_id) as gateway:
            gateway.get()

    assert len(set(Exchange.objects.values_list("correlation", flat=True))) == 2
