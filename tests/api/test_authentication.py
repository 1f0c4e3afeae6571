"""Who calls, and how far their key reaches."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.services.tokens import create_token, find_token
from helpdesk.models import Status
from tests.api.world import token_for
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets/"


def _get(header: str | None):
    client = APIClient()
    if header is not None:
        client.credentials(HTTP_AUTHORIZATION=header)
    return client.get(TICKETS)


def _refused(response) -> str:
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    return response.json()["code"]


def test_nobody_is_let_in_without_a_name():
    assert _refused(_get(None)) == "not_authenticated"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer unknown",
        "Bearer",
        "Bearer one two",
        "Bearer \x00",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 9000,
    ],
)
def test_a_header_that_is_no_token_is_refused(header):
    assert _refused(_get(header)) == "authentication_failed"


def test_a_token_lets_its_person_in_and_keeps_when():
    token = token_for(make_user())

    assert _get(f"Bearer {token}").status_code == 200
    assert ApiToken.objects.get().last_used_at is not None


def test_only_the_digest_of_a_token_is_kept():
    token = token_for(make_user())

    kept = [str(value) for value in ApiToken.objects.values_list().get()]

    assert not any(token in value for value in kept)
    assert token.startswith("rcs_")


def test_the_use_of_a_token_is_written_at_most_once_a_minute(django_assert_num_queries):
    token = token_for(make_user())
    _get(f"Bearer {token}")
    noted = ApiToken.objects.get().last_used_at

    with django_assert_num_queries(2):
        _get(f"Bearer {token}")

    assert ApiToken.objects.get().last_used_at == noted
    ApiToken.objects.update(last_used_at=noted - timedelta(minutes=1))
    _get(f"Bearer {token}")
    assert ApiToken.objects.get().last_used_at > noted


def test_an_expired_token_is_refused():
    _, text = create_token(
        make_user(), name="old", scopes=["read"], at=timezone.now() - timedelta(days=91)
    )

    assert _refused(_get(f"Bearer {text}")) == "authentication_failed"


def test_a_token_ends_to_the_second():
    _, text = create_token(make_user(), name="short", scopes=["read"], at=MONDAY)
    end = MONDAY + timedelta(days=90)

    assert find_token(text, at=end - timedelta(seconds=1)) is not None
    assert find_token(text, at=end) is None


def test_a_revoked_token_is_refused_at_once():
    token = token_for(make_user())
    ApiToken.objects.all().delete()

    assert _refused(_get(f"Bearer {token}")) == "authentication_failed"


def test_a_person_who_may_not_sign_in_any_more_is_refused_at_once():
    user = make_user()
    token = token_for(user)
    user.is_active = False
    user.save(update_fields=["is_active"])

    assert _refused(_get(f"Bearer {token}")) == "authentication_failed"


def test_a_session_of_somebody_shut_out_is_refused_at_once():
    user, client = make_user(), Client()
    client.force_login(user)
    user.is_active = False
    user.save(update_fields=["is_active"])

    assert client.get(TICKETS).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "may_read", "may_act"),
    [
        (["read"], True, False),
        (["write"], True, True),
        (["read", "write"], True, True),
        (["mail"], False, False),
        (["mail", "read"], True, False),
    ],
    ids=str,
)
def test_a_token_acts_only_within_its_scopes(caller, scopes, may_read, may_act):
    ticket = make_ticket()
    client = caller(make_user(), *scopes)

    read = client.get(f"{TICKETS}{ticket.pk}/")
    act = client.post(f"{TICKETS}{ticket.pk}/solve/")

    assert read.status_code == (200 if may_read else 403)
    assert act.status_code == (200 if may_act else 403)
    ticket.refresh_from_db()
    assert ticket.status == (Status.SOLVED if may_act else Status.NEW)


def test_a_scope_that_is_missing_is_named(caller):
    response = caller(make_user(), "read").post(f"{TICKETS}{make_ticket().pk}/solve/")

    assert response.json()["code"] == "scope_missing"
    assert "write" in response.json()["detail"]


def test_a_token_for_all_but_mail_hands_no_mail_in(caller):
    response = caller(make_user(), "write").post(
        "/api/v1/mail/", b"Subject: Hello\r\n\r\n", content_type="message/rfc822"
    )

    assert response.status_code == 403
    assert response.json()["code"] == "scope_missing"


def test_a_session_acts_only_with_the_csrf_token():
    ticket, user = make_ticket(), make_user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    address = f"{TICKETS}{ticket.pk}/solve/"

    assert client.get(f"{TICKETS}{ticket.pk}/").status_code == 200
    without = client.post(address, content_type="application/json")
    assert without.status_code == 403
    assert without["Content-Type"] == "application/problem+json"

    client.get("/accounts/profile/")
    token = client.cookies["recourse-csrf"].value
    with_it = client.post(address, content_type="application/json", headers={"X-CSRFToken": token})
    assert with_it.status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED


def test_a_token_needs_no_csrf_token():
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(make_user())}")

    assert client.post(f"{TICKETS}{make_ticket().pk}/solve/").status_code == 200
