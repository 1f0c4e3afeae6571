"""Errors are RFC 9457 problems with a stable code, whoever makes them."""

import logging

import pytest
from django.test import Client, RequestFactory
from rest_framework.exceptions import Throttled

from helpdesk.api.handlers import bad_request, server_error
from helpdesk.api.parsers import MAX_JSON_BYTES
from helpdesk.api.problems import exception_handler
from tests.factories import make_ticket, make_user

TICKETS = "/api/v1/tickets/"


def _problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()


@pytest.mark.django_db
def test_a_problem_has_every_member_of_the_standard(caller):
    shown = _problem(caller(make_user()).get(f"{TICKETS}1/"), 404)

    assert shown == {
        "type": "urn:problem-type:recourse:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "Not found.",
        "instance": f"{TICKETS}1/",
        "code": "not_found",
    }


@pytest.mark.django_db
def test_every_wrong_input_is_named_with_a_code(caller):
    body = {"requester": "x", "subject": "", "channel": "fax", "text": "a\x00b"}

    shown = _problem(caller(make_user()).post(TICKETS, body), 400)

    assert shown["code"] == "validation_failed"
    assert {(e["field"], e["code"]) for e in shown["errors"]} == {
        ("requester", "invalid"),
        ("subject", "blank"),
        ("channel", "invalid_choice"),
        ("text", "null_characters_not_allowed"),
    }


@pytest.mark.django_db
def test_an_error_within_a_list_says_where(caller):
    body = {"name": "Karen", "identities": [{"kind": "ebay", "value": "k"}, {"kind": "fax"}]}

    shown = _problem(caller(make_user()).post("/api/v1/customers/", body), 400)

    assert {e["field"] for e in shown["errors"]} == {"identities.1.kind", "identities.1.value"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "parse_error"),
        (b"[" * 100_000, "application/json", 400, "parse_error"),
        (b'{"a": NaN}', "application/json", 400, "parse_error"),
        (b"\xff", "application/json", 400, "parse_error"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "application/xml", 415, "unsupported_media_type"),
        (b" " * (MAX_JSON_BYTES + 1), "application/json", 413, "body_too_large"),
    ],
    ids=["cut", "deep", "nan", "bytes", "form", "xml", "large"],
)
def test_a_body_that_cannot_be_read_is_a_problem(caller, body, content_type, status, code):
    response = caller(make_user()).post(TICKETS, body, content_type=content_type)

    assert _problem(response, status)["code"] == code


@pytest.mark.django_db
def test_what_a_caller_cannot_take_is_a_problem(caller):
    response = caller(make_user()).get(TICKETS, headers={"Accept": "text/html"})

    assert _problem(response, 406)["code"] == "not_acceptable"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("boundary", "status"), [("", 400), ("; boundary=x", 400), ("; boundary=ü", 400)]
)
def test_a_broken_form_is_a_problem(caller, boundary, status):
    ticket = make_ticket()

    response = caller(make_user()).post(
        f"{TICKETS}{ticket.pk}/note/",
        b"--y\r\nnonsense",
        content_type=f"multipart/form-data{boundary}",
    )

    _problem(response, status)


@pytest.mark.django_db
def test_a_broken_form_in_a_session_is_a_problem():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    client.get("/accounts/profile/")

    response = client.post(
        f"{TICKETS}{make_ticket().pk}/note/",
        b"--y",
        content_type="multipart/form-data",
        headers={"X-CSRFToken": client.cookies["recourse-csrf"].value},
    )

    assert _problem(response, 400)["code"] == "parse_error"


@pytest.mark.django_db
def test_a_form_larger_than_the_installation_takes_is_not_read(caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = caller(make_user()).post(
        f"{TICKETS}{make_ticket().pk}/note/", {"text": "x" * 100}, format="multipart"
    )

    assert _problem(response, 413)["code"] == "body_too_large"


@pytest.mark.django_db
def test_more_files_than_a_form_may_have_are_a_problem(caller, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    form = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(4)
    )

    response = caller(make_user()).post(
        f"{TICKETS}{make_ticket().pk}/note/",
        f"{form}--x--\r\n".encode(),
        content_type="multipart/form-data; boundary=x",
    )

    _problem(response, 400)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["", "nothing/", "tickets/abc/", "tickets/1", "tickets/-1/", "tickets/1/explode/",
     "tickets/1%00/", "tickets/%FF/", "tickets/1/status/", "users/9" + "9" * 5000 + "/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_nobody_has_is_a_problem_too(client, path, method):
    response = getattr(client, method)(f"/api/v1/{path}")

    assert _problem(response, 404)["code"] == "not_found"


def test_too_many_requests_say_when_to_come_back():
    request = RequestFactory().get(TICKETS)

    response = exception_handler(Throttled(wait=12.3), {"request": request})

    assert response.status_code == 429
    assert response.data["code"] == "throttled"
    assert response["Retry-After"] == "13"


def test_a_bug_is_not_dressed_up():
    assert exception_handler(ZeroDivisionError(), {"request": RequestFactory().get("/")}) is None


@pytest.mark.django_db
def test_a_bug_is_a_problem_for_programs_and_goes_to_the_log(caller, monkeypatch, caplog):
    def explode(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("helpdesk.api.views.tickets.TicketViewSet.get_queryset", explode)
    client = caller(make_user())
    client.raise_request_exception = False

    with caplog.at_level(logging.ERROR, logger="django.request"):
        shown = _problem(client.get(TICKETS), 500)

    assert shown["code"] == "server_error"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/api/v1/tickets/", "application/problem+json"), ("/tickets/", "text/html; charset=utf-8")],
)
def test_each_door_fails_in_its_own_language(path, content_type):
    request = RequestFactory().get(path)

    assert server_error(request)["Content-Type"] == content_type
    assert bad_request(request, ValueError())["Content-Type"] == content_type


@pytest.mark.django_db
def test_a_host_nobody_knows_is_a_problem(client):
    response = client.get("/api/v1/tickets/", headers={"Host": "elsewhere.example"})

    assert _problem(response, 400)["code"] == "bad_request"


@pytest.mark.django_db
def test_an_answer_is_not_kept_by_anybody(caller):
    assert caller(make_user()).get(TICKETS)["Cache-Control"] == "private, no-store"
