"""Signatures as RFC 9421 makes them, held against its own example and verified like eBay does."""

import base64

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from marketplaces.gateways.ebay.signing import (
    COMPONENTS,
    BadSigningKey,
    base_of,
    digest_of,
    read_key,
    sign,
)

#: RFC 9421, appendix B.1.4: a published test key.
PUBLISHED_KEY = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
#: RFC 9421, appendix B.2.6
PUBLISHED_SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)
BODY = {"reasonForRefund": "OTHER_ADJUSTMENT"}


def refund_request():
    url = "https://api.ebay.com/sell/fulfillment/v1/order/01-2-3/issue_refund?x=1"
    return httpx.Request("POST", url, json=BODY)


def test_the_rfcs_own_example_comes_out_as_printed():
    request = httpx.Request(
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        content=b'{"hello": "world"}',
        headers={"Date": "Tue, 20 Apr 2021 02:07:55 GMT", "Content-Type": "application/json"},
    )
    names = ("date", "@method", "@path", "@authority", "content-type", "content-length")
    listed = " ".join(f'"{name}"' for name in names)
    parameters = f'({listed});created=1618884473;keyid="test-key-ed25519"'

    signature = read_key(PUBLISHED_KEY).sign(base_of(request, names, parameters).encode())

    assert base64.b64encode(signature).decode() == PUBLISHED_SIGNATURE


def test_a_refund_is_signed_over_body_key_method_path_and_host():
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    request = refund_request()

    sign(request, key=pem, jwe="eyJ6aXAi", created=1_772_442_000)

    listed = " ".join(f'"{name}"' for name in COMPONENTS)
    parameters = f"({listed});created=1772442000"
    assert request.headers["signature-input"] == f"sig1={parameters}"
    expected = (
        f'"content-digest": {digest_of(request.content)}\n'
        '"x-ebay-signature-key": eyJ6aXAi\n'
        '"@method": POST\n'
        '"@path": /sell/fulfillment/v1/order/01-2-3/issue_refund\n'
        '"@authority": api.ebay.com\n'
        f'"@signature-params": {parameters}'
    )
    signature = base64.b64decode(request.headers["signature"].removeprefix("sig1=:").rstrip(":"))
    key.public_key().verify(signature, expected.encode())


@pytest.mark.parametrize("text", ["", "no key", "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6", "é", "A" * 64])
def test_a_key_that_cannot_be_read_is_refused_without_being_told(text):
    with pytest.raises(BadSigningKey) as raised:
        sign(refund_request(), key=text, jwe="j", created=0)
    assert not text or text not in str(raised.value)
