"""Signatures of webhooks. Pure.

``Recourse-Signature: t=<seconds>,v1=<hex>`` where ``v1`` is HMAC-SHA256 under the endpoint's
secret over ``<seconds>.<body>``. While a secret is being replaced there is a ``v1`` for each.
``webhook_verifying`` is the other side.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime

_PURPOSE = b"recourse webhook secret:"


def secret_from(seed: str, *, key: str) -> str:
    """Return the secret that a seed stands for under the installation's key.

    Nothing stored gives it away: who reads the database alone can sign nothing.
    """
    digest = hmac.new(key.encode(), _PURPOSE + seed.encode(), hashlib.sha256).digest()
    return "whsec_" + urlsafe_b64encode(digest).decode().rstrip("=")


def signature(body: bytes, *, secrets: Iterable[str], at: datetime) -> str:
    """Return the header's value for a body sent now (``at``, UTC)."""
    stamp = str(int(at.timestamp()))
    signed = stamp.encode() + b"." + body
    marks = (hmac.new(one.encode(), signed, hashlib.sha256).hexdigest() for one in secrets)
    return ",".join([f"t={stamp}", *(f"v1={mark}" for mark in marks)])
