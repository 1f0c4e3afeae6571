"""Between library and wire: nothing of the environment, nothing unread, none of its exceptions."""

import json

import httpx
import pytest

from marketplaces.gateways.amazon.client import Client, Orders
from marketplaces.gateways.base import Access, GatewayRefused, OutcomeUnknown, TryLater

CREDENTIALS = {"client_id": "app", "client_secret": "s3cret", "refresh_token": "Atzr|1"}


class AnswersOf:
    """A wire that answers everything with one body; what was sent is kept."""

    def __init__(self, body: bytes):
        self.body, self.requests = body, []

    def send(self, operation, request, *, changes_something=False):
        self.requests.append(request)
        return httpx.Response(200, content=self.body)

    def remember(self, name, fetch):
        return "Atza|token"

    def forget(self, name):
        pass


def client_on(wire):
    addresses = {"api": "https://api.example", "token": "https://token.example"}
    return Client(Access(addresses, CREDENTIALS, {"marketplace": "ATVPDKIKX0DER"}), wire)


def ask(wire, **more):
    return client_on(wire).ask("getOrder", Orders, lambda api: api.get_order("1"), **more)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"<Error/>"])
def test_what_the_library_would_take_for_nothing_is_a_fault(body):
    with pytest.raises(TryLater):
        ask(AnswersOf(body))
    with pytest.raises(OutcomeUnknown):
        ask(AnswersOf(body), changes_something=True)


def test_errors_in_a_good_answer_are_a_refusal():
    body = json.dumps({"errors": [{"code": "InvalidInput", "message": "Ada L., 1 Mill Lane"}]})
    with pytest.raises(GatewayRefused, match="InvalidInput") as raised:
        ask(AnswersOf(body.encode()))
    assert "Ada" not in str(raised.value)


@pytest.mark.parametrize("body", [b'{"headers": 1}', b'{"payload": [1]}', b'{"pagination": 3}'])
def test_names_the_library_uses_itself_do_no_harm(body):
    assert ask(AnswersOf(body)) == json.loads(body)


def test_what_stands_in_the_environment_is_not_looked_at(monkeypatch):
    for name in ("SP_API_REFRESH_TOKEN", "LWA_APP_ID", "LWA_CLIENT_SECRET"):
        monkeypatch.setenv(name, "of-somebody-else")
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", "JP")
    wire = AnswersOf(b'{"order": {}}')

    ask(wire)

    (request,) = wire.requests
    assert request.headers["x-amz-access-token"] == "Atza|token"
    assert request.url.host == request.headers["host"] == "api.example"
    assert "of-somebody-else" not in str(request.headers)
