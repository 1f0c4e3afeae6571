"""The OpenAPI document says what is true, and its page works from our own disk."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from accounts.errors import RuleViolation
from tests.api.routes import operations

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def _generated() -> str:
    document = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=document)
    return document.getvalue()


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(COMMITTED.read_text())


def test_the_committed_document_is_what_the_code_says():
    assert _generated().strip() == COMMITTED.read_text().strip(), (
        "Write it anew: manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    )


def _each(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", method, operation


def test_every_post_takes_an_idempotency_key(document):
    for name, method, operation in _each(document):
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method == "post"), name


def test_every_operation_is_described_with_its_problems(document):
    for name, method, operation in _each(document):
        assert operation.get("summary"), name
        responses = operation["responses"]
        assert {"400", "401", "403"} <= set(responses), name
        assert method != "post" or {"409", "422"} <= set(responses), name
        for status, response in responses.items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (name, status)


def test_every_act_names_the_rules_that_can_be_broken(document):
    known = {violation.code for violation in _violations(RuleViolation)}
    silent = {
        "follow", "unfollow", "unlink", "discard-draft", "remove-draft-file", "presence", "look",
    }  # fmt: skip
    for name, method, operation in _each(document):
        if method == "post" and "/tickets/{id}/" in name:
            said = operation["responses"]["409"]["description"].split("`")[1::2]
            assert set(said) <= known, name
            assert len(said) > 1 or name.split("/")[-2] in silent, name


def _violations(parent: type):
    for child in parent.__subclasses__():
        yield child
        yield from _violations(child)


def test_no_operation_writes_a_ticket_but_by_an_act():
    on_one = {o.method for o in operations() if o.path == "/api/v1/tickets/{id}/"}

    assert on_one == {"get"}


@pytest.mark.django_db
def test_the_document_is_given_to_everybody(client):
    response = client.get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_the_page_needs_nothing_from_elsewhere(client):
    response = client.get("/api/v1/docs/")

    assert response.status_code == 200
    page = response.content.decode()
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    assert "<style" not in page
    assert "<script>" not in page
