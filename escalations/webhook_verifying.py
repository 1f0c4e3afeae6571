"""Check that a delivery is ours. Made to be copied: it needs nothing but Python."""

import hashlib
import hmac


def is_genuine(secret: str, header: str, body: bytes, now: float, tolerance: int = 300) -> bool:
    """Say whether ``Recourse-Signature`` was made over this body, at most 5 minutes ago."""
    pairs = [part.partition("=")[::2] for part in header.split(",")]
    stamps = [value for name, value in pairs if name == "t"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit()):
        return False
    if abs(now - int(stamps[0][:15])) > tolerance:
        return False
    signed = stamps[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
    matches = [hmac.compare_digest(expected, v.encode()) for name, v in pairs if name == "v1"]
    return any(matches)
