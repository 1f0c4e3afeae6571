"""To which address a webhook goes: the one that was checked, and no other."""

import socket
import threading

import pytest

from escalations.models import DeliveryState
from escalations.services.webhook_outbox import (
    deliver,
)
from tests.escalations.hooks import make_delivery, make_endpoint
from tests.factories import MONDAY
from tests.webhook_receiver import (
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


def state_of(row):
    row.refresh_from_db()
    return row.state


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
