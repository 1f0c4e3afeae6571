"""One way to write plain data as bytes, so that a digest of it can be checked years later. Pure."""

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Write JSON with sorted keys, no blanks and no escapes, in UTF-8.

    Numbers are whole: a decimal would come back from the database written another way.
    """
    _refuse_fractions(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("Only whole numbers have one way to be written.")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            _refuse_fractions(one)
