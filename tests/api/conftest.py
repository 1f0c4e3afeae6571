"""Callers of the REST door: with a token, or with a browser's session."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.services.tokens import create_token


def token_for(user, *scopes: str) -> str:
    """Return the text of a fresh token; it may do everything but hand in mail unless said."""
    _, text = create_token(
        user,
        name="tests",
        scopes=scopes or ["write"],
        at=timezone.now(),
        life=timedelta(days=1),
    )
    return text


@pytest.fixture
def caller():
    """Return a client that calls with a token of the person."""

    def make(user, *scopes: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user, *scopes)}")
        return client

    return make
