"""Signatures: made here, checked by the code that receivers copy."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from escalations.webhook_signing import secret_from, signature
from escalations.webhook_verifying import is_genuine

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = AT.timestamp()
BODY = '{"event":"ticket.opened","ü":1}'.encode()
SECRET = secret_from("seed", key="key")


def signed(*secrets: str) -> str:
    return signature(BODY, secrets=secrets or [SECRET], at=AT)


def test_the_signature_is_what_the_documentation_says():
    expected = hmac.new(SECRET.encode(), b"1772442000." + BODY, hashlib.sha256).hexdigest()

    assert signed() == f"t=1772442000,v1={expected}"


def test_what_we_sign_is_genuine():
    assert is_genuine(SECRET, signed(), BODY, NOW)
    assert is_genuine(SECRET, signed(), BODY, NOW + 299)


def test_while_a_secret_is_replaced_both_are_genuine():
    header = signed("new", "old")

    assert is_genuine("new", header, BODY, NOW)
    assert is_genuine("old", header, BODY, NOW)
    assert not is_genuine("older", header, BODY, NOW)


@pytest.mark.parametrize(
    "header",
    [
        "", "t=,v1=", "v1=" + "0" * 64, "t=1772442000", "t=now,v1=0", "t=1772442000,v1=é",
        "t=1772442000,t=1772442000,v1=0", signed().replace("v1", "v0"), signed()[:-1],
        "t=" + "9" * 400 + ",v1=0", "t=²,v1=0",
    ],
)  # fmt: skip
def test_a_header_that_is_not_ours_is_not_genuine(header):
    assert not is_genuine(SECRET, header, BODY, NOW)


def test_another_body_an_old_or_a_moved_timestamp_are_not_genuine():
    assert not is_genuine(SECRET, signed(), BODY + b" ", NOW)
    assert not is_genuine(SECRET, signed(), BODY, NOW + 301)
    moved = signed().replace("t=1772442000", "t=1772442300")
    assert not is_genuine(SECRET, moved, BODY, NOW + 301)


def test_a_secret_needs_the_seed_and_the_key():
    assert SECRET.startswith("whsec_")
    assert len({SECRET, secret_from("other", key="key"), secret_from("seed", key="other")}) == 3
