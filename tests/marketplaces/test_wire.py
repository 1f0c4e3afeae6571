"""The wire of a store against a real HTTP server: sorted errors, manners, the log."""

import pytest
from django.db import connection as db

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, TryLater
from marketplaces.models import Connection, Exchange, ExchangeOutcome
from marketplaces.services.connections import pause_connection, resume_connection
from marketplaces.wire.opening import NotConnected, open_gateway
from tests.factories import MONDAY
from tests.marketplaces.connected import CREDENTIALS, make_connection
from tests.marketplaces.http_server import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_comes_back_and_is_written_down(gateway, server):
    server.script = [Answer(body={"orders": [{"orderId": "112-1"}]})]

    assert gateway.get(path="/orders?status=SHIPPED").json() == {"orders": [{"orderId": "112-1"}]}

    row = Exchange.objects.get()
    assert (row.operation, row.method, row.status, row.outcome) == ("orders", "GET", 200, "ok")
    assert row.address == f"{server.url}/orders?status=SHIPPED"
    assert row.took_ms >= 0
    assert '"112-1"' in row.response_body


@pytest.mark.parametrize(
    ("answer", "reading", "changing"),
    [
        (Answer(400, {"errors": [{"code": "InvalidInput"}]}), GatewayRefused, GatewayRefused),
        (Answer(404), GatewayRefused, GatewayRefused),
        (Answer(429, headers={"retry-after": "3"}), TryLater, TryLater),
        (Answer(500), TryLater, OutcomeUnknown),
        (Answer(503), TryLater, OutcomeUnknown),
        (Answer(after=-1), TryLater, OutcomeUnknown),
        (Answer(body=b"x" * 10, headers={"content-encoding": "gzip"}), TryLater, OutcomeUnknown),
    ],
)
def test_errors_are_sorted(gateway, server, answer, reading, changing):
    server.script = [answer, answer]
    with pytest.raises(reading) as read:
        gateway.get()
    if answer.status == 429:
        return
    with pytest.raises(changing):
        gateway.post()

    assert {type(read.value)} == {reading}
    assert [e.outcome for e in Exchange.objects.order_by("pk")] == [
        {GatewayRefused: "refused", TryLater: "later", OutcomeUnknown: "unknown"}[kind]
        for kind in (reading, changing)
    ]


def test_a_refusal_says_status_and_code_and_no_word_of_the_answer(gateway, server):
    error = {"code": "InvalidInput", "message": "Karen Whitfield is no buyer"}
    server.script = [Answer(400, {"errors": [error]})]
    with pytest.raises(GatewayRefused) as refused:
        gateway.get()

    assert (refused.value.status, refused.value.code) == (400, "InvalidInput")
    assert str(refused.value) == "orders: answered 400 Bad Request (InvalidInput)"
    assert Connection.objects.get().last_error == str(refused.value)


def test_silence_ends(connection, server):
    server.script = [Answer(after=5)] * 2
    with open_gateway(connection.store_id, seconds=0.3) as gateway:
        with pytest.raises(TryLater):
            gateway.get()
        with pytest.raises(OutcomeUnknown):
            gateway.post()


def test_nobody_there_means_that_nothing_happened(connection):
    Connection.objects.update(addresses={"api": "http://127.0.0.1:9"})
    with open_gateway(connection.store_id) as gateway, pytest.raises(TryLater):
        gateway.post()


def test_a_private_address_is_refused_with_each_call(connection, settings):
    settings.MARKETPLACES_MAY_BE_PRIVATE = False
    with open_gateway(connection.store_id) as gateway, pytest.raises(TryLater, match="https"):
        gateway.get()


def test_a_host_that_leads_into_our_network_is_not_called(connection, server, settings):
    settings.MARKETPLACES_MAY_BE_PRIVATE = False
    address = f"https://localhost:{server.port}"
    Connection.objects.update(addresses={"api": address})
    with open_gateway(connection.store_id) as gateway, pytest.raises(TryLater, match="not a publ"):
        gateway.get()

    assert server.seen == []


def test_a_redirect_is_an_answer_and_is_not_followed(gateway, server):
    server.script = [Answer(307, headers={"location": "http://169.254.169.254/"})]

    assert gateway.get().status_code == 307
    assert len(server.seen) == 1


def test_an_answer_without_end_is_not_read_to_the_end(connection, server):
    server.script = [Answer(body=b'"' + b"x" * 3000 + b'"')]
    with open_gateway(connection.store_id) as gateway:
        gateway.wire.caller.answer_bytes = 1000
        with pytest.raises(TryLater):
            gateway.get()


def test_an_operation_without_a_rate_is_a_bug(gateway):
    with pytest.raises(KeyError):
        gateway.get("undeclared")


def test_an_empty_bucket_is_waited_for_when_that_is_short_and_else_said(connection, server):
    with open_gateway(connection.store_id) as gateway:
        for _ in range(4):
            gateway.get("paced")
        gateway.get("slow")
    with open_gateway(connection.store_id, patience=0.1) as hasty, pytest.raises(TryLater) as later:
        hasty.get("slow")

    assert 1 < later.value.after <= 2
    assert len(server.seen) == 5
    assert Exchange.objects.count() == 5, "What was not sent is no exchange."


def test_retry_after_holds_up_every_worker(connection, server):
    server.script = [Answer(429, headers={"retry-after": "40"})]
    with open_gateway(connection.store_id) as gateway, pytest.raises(TryLater) as first:
        gateway.get()
    with open_gateway(connection.store_id) as other, pytest.raises(TryLater) as second:
        other.get()

    assert first.value.after == 40
    assert 38 < second.value.after <= 40
    assert len(server.seen) == 1


def test_a_throttled_answer_with_status_200_is_no_answer(gateway, server):
    throttled = {"errors": [{"extensions": {"code": "THROTTLED"}}]}
    server.script = [Answer(body=throttled)]
    with pytest.raises(TryLater) as later:
        gateway.post()

    assert later.value.status == 429


def test_a_paused_store_is_not_called_and_goes_on_from_there(connection, server):
    pause_connection(connection.store_id, why="Keys leaked", by=connection.connected_by, at=MONDAY)
    with open_gateway(connection.store_id) as gateway:
        with pytest.raises(TryLater, match="paused"):
            gateway.get()
        resume_connection(connection.store_id, by=connection.connected_by, at=MONDAY)
        gateway.get()

    assert len(server.seen) == 1


def test_a_row_stands_before_the_call_is_made(gateway, server):
    found = []

    def look():
        found.extend(Exchange.objects.values_list("outcome", flat=True))
        db.close()

    server.when_asked = look
    gateway.get()

    assert found == [ExchangeOutcome.ON_ITS_WAY]
    assert Exchange.objects.get().outcome == ExchangeOutcome.OK


def test_a_store_without_connection_has_no_gateway(plain_gateway):
    with pytest.raises(NotConnected), open_gateway(4711):
        pass


def test_limits_for_the_application_are_shared_by_its_stores(plain_gateway, server):
    one, two = make_connection(server.url), make_connection(server.url, name="Outlet")
    other = make_connection(
        server.url, name="Else", credentials=CREDENTIALS | {"client_id": "another"}
    )
    with open_gateway(one.store_id) as first, open_gateway(two.store_id, patience=0) as second:
        for _ in range(3):
            first.get("app")
        with pytest.raises(TryLater):
            second.get("app")
    with open_gateway(other.store_id, patience=0) as third:
        third.get("app")
