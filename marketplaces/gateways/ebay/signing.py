"""eBay's digital signatures: HTTP Message Signatures (RFC 9421) with an Ed25519 key. Pure.

https://developer.ebay.com/develop/guides/digital-signatures-for-apis, and eBay's own README of
``digital-signature-verification-ebay-api``. Sellers in the EU and the UK must sign refunds; for all
others eBay ignores a signature.
"""

import base64
import hashlib

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

#: What is signed, in this order; eBay wants the digest only where there is a body.
COMPONENTS = ("content-digest", "x-ebay-signature-key", "@method", "@path", "@authority")
LABEL = "sig1"


class BadSigningKey(ValueError):
    """The private key of the connection is not an Ed25519 key in PKCS 8. Holds no part of it."""


def sign(request: httpx.Request, *, key: str, jwe: str, created: int) -> None:
    """Add the four headers. ``jwe`` is the public key as eBay's Key Management API gave it.

    :raises BadSigningKey: for a private key that cannot be read.
    """
    private_key = read_key(key)
    request.headers["content-digest"] = digest_of(request.content)
    request.headers["x-ebay-signature-key"] = jwe
    names = " ".join(f'"{name}"' for name in COMPONENTS)
    parameters = f"({names});created={created}"
    signed = base_of(request, COMPONENTS, parameters)
    signature = base64.b64encode(private_key.sign(signed.encode())).decode()
    request.headers["signature-input"] = f"{LABEL}={parameters}"
    request.headers["signature"] = f"{LABEL}=:{signature}:"


def read_key(text: str) -> Ed25519PrivateKey:
    """Read PKCS 8, as PEM or as the bare base64 that eBay hands out."""
    body = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    try:
        key = load_der_private_key(base64.b64decode(body, validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSigningKey("The signing key is no Ed25519 key in PKCS 8.")
    return key


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def base_of(request: httpx.Request, components: tuple[str, ...], parameters: str) -> str:
    """Return the signature base of RFC 9421, section 2.5: a line for each component."""
    lines = [f'"{name}": {_value(request, name)}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}'])


def _value(request: httpx.Request, name: str) -> str:
    derived = {
        "@method": request.method,
        "@path": request.url.raw_path.decode().partition("?")[0],
        "@authority": request.headers["host"].lower(),
    }
    return derived.get(name) or request.headers[name]
