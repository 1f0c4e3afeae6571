"""Making and revoking tokens: in a session, or on the command line."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.services.tokens import create_token
from helpdesk.models import IdempotencyKey
from tests.factories import MONDAY, make_user

pytestmark = pytest.mark.django_db

TOKENS = "/api/v1/tokens/"
ASKED = {"name": "Nightly export", "scopes": ["read"], "days": 30}


@pytest.fixture
def person():
    return make_user()


@pytest.fixture
def session(person):
    client = APIClient()
    client.force_login(person)
    return client


def test_a_token_is_shown_once_and_works(session, person):
    made = session.post(TOKENS, ASKED)

    assert made.status_code == 201
    text = made.json()["token"]
    bearer = Client(headers={"Authorization": f"Bearer {text}"})
    assert bearer.get("/api/v1/users/me/").json()["id"] == person.pk
    (listed,) = session.get(TOKENS).json()["results"]
    assert "token" not in listed
    assert text.startswith(listed["id"])
    assert listed["name"] == "Nightly export"


def test_a_token_lives_as_long_as_was_asked(session):
    shown = session.post(TOKENS, ASKED).json()

    created, expires = (datetime.fromisoformat(shown[n]) for n in ("created_at", "expires_at"))

    assert abs(expires - created - timedelta(days=30)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", 366),
        ("days", 0),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("scopes", "read"),
        ("name", ""),
        ("name", "x" * 81),
    ],
)
def test_a_token_that_may_not_be_is_refused_with_its_field(session, field, value):
    response = session.post(TOKENS, ASKED | {field: value})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"].startswith(field)
    assert not ApiToken.objects.exists()


def test_no_token_lives_longer_than_a_year(person):
    with pytest.raises(ValueError, match="365 days"):
        create_token(person, name="x", scopes=["read"], at=MONDAY, life=timedelta(days=366))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_cannot_look_after_tokens(caller, person, method):
    client = caller(person, "read", "write", "mail")

    response = getattr(client, method)(TOKENS, ASKED)

    assert response.status_code == 403
    assert response.json()["code"] == "session_required"


def test_nobody_looks_after_tokens_without_a_session():
    assert Client().get(TOKENS).status_code == 401


def test_a_revoked_token_opens_nothing_any_more(session):
    made = session.post(TOKENS, ASKED).json()

    assert session.delete(f"{TOKENS}{made['id']}/").status_code == 204

    bearer = Client(headers={"Authorization": f"Bearer {made['token']}"})
    assert bearer.get("/api/v1/users/me/").status_code == 401


def test_nobody_sees_or_revokes_the_tokens_of_another(session):
    token, _ = create_token(make_user(), name="theirs", scopes=["read"], at=MONDAY)

    assert session.get(TOKENS).json()["results"] == []
    assert session.delete(f"{TOKENS}{token.token_key}/").status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_a_repetition_makes_no_second_token_and_keeps_no_text(session):
    first = session.post(TOKENS, ASKED, headers={"Idempotency-Key": "one"})
    again = session.post(TOKENS, ASKED, headers={"Idempotency-Key": "one"})

    assert ApiToken.objects.count() == 1
    assert again.json() == first.json() | {"token": None}
    assert first.json()["token"].encode() not in bytes(IdempotencyKey.objects.get().response_body)


def _made_by_command(*arguments: str) -> str:
    printed = StringIO()
    call_command("create_api_token", "--name", "Mail server", *arguments, stdout=printed)
    return printed.getvalue().strip()


def test_the_command_prints_a_token_that_works(person):
    text = _made_by_command("--email", person.email.upper(), "--scopes", "read,mail")

    bearer = Client(headers={"Authorization": f"Bearer {text}"})
    assert bearer.get("/api/v1/users/me/").status_code == 200
    assert ApiToken.objects.get().scopes == ["mail", "read"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--email", "nobody@northvane.example", "--scopes", "read"], "Nobody with the address"),
        (["--email", "USER", "--scopes", "all"], "Possible scopes"),
        (["--email", "USER", "--scopes", ""], "Possible scopes"),
        (["--email", "USER", "--scopes", "read", "--days", "366"], "invalid choice"),
        (["--email", "USER", "--scopes", "read", "--name", "x" * 81], "1 to 80 characters"),
    ],
)
def test_the_command_says_what_is_wrong(person, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        _made_by_command(*[person.email if word == "USER" else word for word in arguments])
    assert not ApiToken.objects.exists()
