"""Whatever is sent, the answer is a problem that names it, and never a 500."""

import json

import pytest
from django.utils.http import urlencode

from accounts.models import Role
from helpdesk.models import Category, ProductLine
from tests.api.routes import operations
from tests.escalations.plans import office_week, target
from tests.factories import customer_writes, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

NASTY_VALUES = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    10**30,
    -(10**30),
    1e308,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 101_000,
    "9" * 5000,
    "１２",
    "'; DROP TABLE helpdesk_ticket; --",
    "2026-13-45",
    [],
    [None],
    [{"a": []}],
    {},
    {"id": 1},
    {"\ud800": "\x00"},
    {"amount": "1e400", "currency": "EUR"},
    {"amount": "NaN", "currency": "EUR"},
    {"amount": "12.505", "currency": "EUR"},
    {"minor": 10**30, "currency": "EUR"},
    {"amount": "1", "currency": "\x00\x00\x00"},
]
NASTY_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"1",
    b'"text"',
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"\\ud800": 1}',
    b'{"\\u0000": 1}',
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"text": "' + b"x" * (2 * 1024 * 1024) + b'"}',
]
NASTY_WORDS = [
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "1.5",
    "1e400",
    "-1e9999999",
    "NaN",
    "9" * 30,
    "9" * 5000,
    "x" * 5000,
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    "１２",
    "2026-13-45",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-02",
    "'; DROP TABLE helpdesk_ticket; --",
    '"""" !& | <->',
    "%",
    "true",
]


@pytest.fixture
def everything():
    """A world in which every act has something to act on; returns valid input for each field."""
    Category.objects.create(slug="damaged", name="Damaged")
    ProductLine.objects.create(slug="coffee", name="Coffee")
    other, identity = make_ticket(), make_identity()
    return {
        "text": "Words.",
        "last_seen_event": 10**9,
        "subject": "A subject",
        "requester": identity.customer.pk,
        "channel": "phone",
        "assignee": make_user().pk,
        "team": make_team().pk,
        "status": "pending",
        "priority": "high",
        "severity": "major",
        "category": "damaged",
        "product_line": "coffee",
        "financial_impact": {"amount": "12.50", "currency": "EUR"},
        "order": None,
        "tag": "fragile",
        "into": other.pk,
        "to": other.pk,
        "kind": "related",
        "name": "Karen Whitfield",
        "language": "de",
        "identities": [{"kind": "ebay", "value": "karen-w"}],
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]},
        "act": "tag",
        "arguments": {"tag": "fragile"},
        "tickets": [other.pk],
        "zone": "Europe/Berlin",
        "week": office_week(),
        "targets": {"first_reply": target()},
        "seconds": 3600,
        "at": "2026-06-05T16:40",
    }


def _is_a_problem(response, *, statuses=range(400, 500)) -> bool:
    assert response.status_code in statuses, response.content
    assert response["Content-Type"] == "application/problem+json"
    shown = response.json()
    assert shown["status"] == response.status_code
    assert shown["code"] and shown["title"] and shown["detail"] and shown["type"]
    return True


CHANGING = [o for o in operations() if o.method in ("post", "patch") and "/tokens/" not in o.path]
LISTS = [o for o in operations() if o.is_list]


@pytest.mark.parametrize("operation", CHANGING, ids=str)
def test_no_value_of_any_field_breaks_an_act(operation, caller, everything):
    ticket = make_ticket()
    everything["message"] = customer_writes(ticket).pk
    everything["identity"] = ticket.requester.identities.get().pk
    key = ticket.requester_id if "customers" in operation.path else ticket.pk
    client = caller(make_user(Role.ADMIN))
    valid = {name: everything[name] for name in operation.fields if name in everything}
    for field in operation.fields:
        for value in NASTY_VALUES:
            body = json.dumps(valid | {field: value})
            response = client.generic(
                operation.method, operation.at(key), body, content_type="application/json"
            )
            assert response.status_code < 300 or _is_a_problem(response), (field, value)


@pytest.mark.parametrize("operation", CHANGING, ids=str)
def test_no_body_breaks_an_act(operation, caller):
    ticket = make_ticket()
    key = ticket.requester_id if "customers" in operation.path else ticket.pk
    client = caller(make_user(Role.ADMIN))
    for body in NASTY_BODIES:
        response = client.generic(
            operation.method, operation.at(key), body, content_type="application/json"
        )
        assert response.status_code < 300 or _is_a_problem(response), body[:40]


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_no_parameter_breaks_a_list(operation, caller):
    ticket = make_ticket()
    client = caller(make_user(Role.ADMIN))
    if "/tokens/" in operation.path:
        client.logout()
        client.force_login(make_user())
    for name in operation.parameters:
        for word in NASTY_WORDS:
            response = client.get(f"{operation.about(ticket)}?{urlencode({name: word})}")
            assert response.status_code == 200 or _is_a_problem(response), (name, word)
