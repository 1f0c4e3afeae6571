"""Callers of the REST door: with a token, or with a browser's session."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from tests.api.world import token_for
from tests.factories import make_ticket, make_user


@pytest.fixture
def caller():
    """Return a client that calls with a token of the person."""

    def make(user, *scopes: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user, *scopes)}")
        return client

    return make


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def ticket():
    return make_ticket()


@pytest.fixture
def do(caller, agent, ticket):
    """Act on the ticket as the agent; answers status and what is shown."""

    def act(name: str, body: dict | None = None, *, by=None):
        response = caller(by or agent).post(f"/api/v1/tickets/{ticket.pk}/{name}/", body)
        return response.status_code, response.json()

    return act


@pytest.fixture
def post(caller, admin):
    """Return a function that posts and gives status and answer."""
    clients = {}

    def do(path: str, body: dict | None = None, *, by=None) -> tuple[int, dict]:
        by = by or admin
        client = clients.setdefault(by.pk, caller(by))
        response = client.post(f"/api/v1/{path}", body or {})
        return response.status_code, response.json()

    return do
