"""The names messages have, and the chains they form."""

import hashlib
import re

MESSAGE_ID_CHARS = 250
REFERENCES_KEPT = 20
_REFERENCES_READ = 100

_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_FOREIGN = re.compile("[\\s<>\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def normalise_message_id(value: str) -> str:
    """Return ``<id>`` without white space, or "" if the value does not hold one.

    Longer ones than ``MESSAGE_ID_CHARS`` are replaced by their digest, alike every
    time, so that a reference still finds its message.
    """
    bracketed = _BRACKETED.search(value)
    words = value[:2000].split()
    bare = words[0] if len(words) == 1 else ""
    name = _FOREIGN.sub("", bracketed[1] if bracketed else bare)
    if not name:
        return ""
    if len(name) + 2 > MESSAGE_ID_CHARS:
        return f"<sha256.{_digest(name.encode())}@long-message-id.invalid>"
    return f"<{name}>"


def message_ids(value: str) -> tuple[str, ...]:
    """Return the IDs of a References field in their order, each once."""
    found = [normalise_message_id(f"<{name}>") for name in _BRACKETED.findall(value)]
    return tuple(dict.fromkeys(filter(None, found)))[-_REFERENCES_READ:]


def derived_message_id(raw: bytes) -> str:
    """The ID of a message that brought none: the same bytes, the same ID."""
    return f"<sha256.{_digest(raw)}@no-message-id.invalid>"


def capped_references(references: tuple[str, ...], in_reply_to: str) -> tuple[str, ...]:
    """Return the chain for a reply's References: the first one, then the latest ones."""
    chain = tuple(dict.fromkeys(filter(None, (*references, in_reply_to))))
    if in_reply_to:
        chain = (*(name for name in chain if name != in_reply_to), in_reply_to)
    if len(chain) <= REFERENCES_KEPT:
        return chain
    return (chain[0], *chain[1 - REFERENCES_KEPT :])


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
