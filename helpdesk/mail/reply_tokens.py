"""Addresses and subjects that say which ticket they belong to, and prove it.

The proof is 80 bits of HMAC-SHA-256 over the ticket's number: sixteen letters with
no spare bit, in lower case because mail programs do not keep the case.
"""

import base64
import hashlib
import hmac
import re

from helpdesk.mail.charsets import clean_line
from helpdesk.mail.subjects import SUBJECT_CHARS, without_reply_prefixes

_SIGNATURE_BYTES = 10
_TICKET = r"([1-9][0-9]{0,17})"
_SIGNATURE = r"([a-z2-7]{16})"
_IN_ADDRESS = re.compile(rf"t{_TICKET}\.{_SIGNATURE}")
_IN_SUBJECT = re.compile(rf"\[#{_TICKET}-{_SIGNATURE}\]", re.IGNORECASE | re.ASCII)


def reply_address(ticket_id: int, *, base: str, secret: str) -> str:
    """Return ``support+t48213.<signature>@example.com`` for ``base`` support@example.com."""
    local, _, domain = base.rpartition("@")
    return f"{local}+t{ticket_id}.{_sign(ticket_id, secret)}@{domain}"


def subject_token(ticket_id: int, *, secret: str) -> str:
    """Return ``[#48213-<signature>]``."""
    return f"[#{ticket_id}-{_sign(ticket_id, secret)}]"


def ticket_from_address(address: str, *, base: str, secret: str) -> int | None:
    """Return the ticket of an address made by ``reply_address``, None for any other."""
    local, _, domain = base.lower().rpartition("@")
    written = address.strip().lower()
    head, tail = f"{local}+", f"@{domain}"
    if not (written.startswith(head) and written.endswith(tail)):
        return None
    return _verified(_IN_ADDRESS.fullmatch(written[len(head) : -len(tail)]), secret)


def ticket_from_subject(subject: str, *, secret: str) -> int | None:
    """Return the ticket of the first token in the subject that verifies, or None."""
    for token in _IN_SUBJECT.finditer(subject):
        ticket_id = _verified(token, secret)
        if ticket_id is not None:
            return ticket_id
    return None


def with_token(subject: str, ticket_id: int, *, secret: str) -> str:
    """Return the subject with one reply prefix at most and the ticket's token at its end.

    Idempotent, whatever prefixes mail programs put before it: tokens do not pile up.
    The text is shortened so that the token always fits.
    """
    token = subject_token(ticket_id, secret=secret)
    bare = clean_line(_IN_SUBJECT.sub(" ", clean_line(subject, 2000)), 2000)
    text, was_reply = without_reply_prefixes(bare)
    prefix = "Re: " if was_reply else ""
    return f"{prefix}{text[: SUBJECT_CHARS - len(prefix) - len(token) - 1].strip()} {token}"


def _sign(ticket_id: int, secret: str) -> str:
    message = f"recourse ticket {ticket_id}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()


def _verified(token: re.Match | None, secret: str) -> int | None:
    if token is None:
        return None
    ticket_id, signature = int(token[1]), token[2].lower()
    is_genuine = hmac.compare_digest(signature.encode(), _sign(ticket_id, secret).encode())
    return ticket_id if is_genuine else None
