"""How our header fields are written out.

The standard library drops spaces where it folds names and subjects that are not
ASCII (one in seven of 40 characters, one in four of 80), so those are encoded here.
"""

from base64 import b64encode
from collections.abc import Iterator
from email.headerregistry import Address as HeaderAddress
from email.policy import EmailPolicy

_WORD_BYTES = 42
_ADDRESS_FIELDS = frozenset({"from", "to", "cc", "reply-to"})


class ReplyPolicy(EmailPolicy):
    """SMTP lines in ASCII; not every server on the way takes 8-bit text."""

    def fold(self, name, value):
        text = str(value)
        if text.isascii() or name.lower().startswith("content-"):
            return super().fold(name, value)
        if name.lower() in _ADDRESS_FIELDS:
            addresses = ",\r\n ".join(map(_written, value.addresses))
            return f"{name}: {addresses}\r\n"
        return f"{name}: {encoded_words(text)}\r\n"

    def fold_binary(self, name, value):
        return self.fold(name, value).encode("ascii")


REPLY_POLICY = ReplyPolicy(linesep="\r\n", cte_type="7bit")


def encoded_words(text: str) -> str:
    """Return the text as RFC 2047 words, folded between characters."""
    words = [b64encode(chunk).decode("ascii") for chunk in _chunks(text)]
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _chunks(text: str) -> Iterator[bytes]:
    chunk = b""
    for character in text.encode("utf-8", "replace").decode("utf-8"):
        encoded = character.encode()
        if len(chunk) + len(encoded) > _WORD_BYTES:
            yield chunk
            chunk = b""
        chunk += encoded
    yield chunk


def _written(address: HeaderAddress) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{encoded_words(address.display_name)} <{address.addr_spec}>"
