"""Bytes to a tree of MIME parts, through the standard library's parser.

Two of its habits are switched off: it descends into attached messages and delivery
reports (their exact bytes are wanted), and it reads boundaries with a parameter
parser that is quadratic in the length of the header.
"""

import re
from collections.abc import Iterator
from email.feedparser import BytesFeedParser
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from functools import cached_property

from helpdesk.mail.charsets import decode_bytes
from helpdesk.mail.headers import Headers, decode_words, parameters
from helpdesk.mail.message import MailLimits, UnreadableMail
from helpdesk.mail.transfer import decode_transfer

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_TYPE_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-")


class _RawPolicy(Compat32):
    """Hand header values out as they came, 8-bit bytes as surrogates."""

    def header_fetch_parse(self, name, value):
        return value


_POLICY = _RawPolicy()


class MimePart(Message):
    """A part whose attached messages stay closed: they are leaves with bytes."""

    nesting = 0
    deepest = MailLimits.depth

    def attach(self, payload):
        payload.nesting = self.nesting + 1
        if payload.nesting > self.deepest:
            raise UnreadableMail(
                "nested_too_deeply", f"Its parts are nested more than {self.deepest} deep."
            )
        super().attach(payload)

    def get_content_type(self) -> str:
        declared = self.media_type
        return "application/octet-stream" if declared.startswith("message/") else declared

    def get_boundary(self, failobj=None):
        boundary = parameters(self.get("content-type", "")).get("boundary", "").rstrip()
        return boundary or failobj

    def get_param(self, param, failobj=None, header="content-type", unquote=True):
        """Only asked by get_payload(): as Latin-1 the bytes come out unharmed."""
        return "latin-1" if param == "charset" else failobj

    @property
    def media_type(self) -> str:
        """What the sender declared, ``type/subtype`` in lower case, made valid."""
        declared = self.get("content-type", self.get_default_type())
        value = next(iter(declared.partition(";")[0].lower().split()), "text/plain")
        kind, _, subtype = value.partition("/")
        if value == "text":
            return "text/plain"
        if not kind or not subtype or not _TYPE_CHARS.issuperset(kind + subtype):
            return "application/octet-stream"
        return value[:100]

    @cached_property
    def headers(self) -> Headers:
        return Headers(self.raw_items())

    @property
    def children(self) -> list["MimePart"]:
        return self.get_payload() if self.is_multipart() else []

    def leaves(self) -> Iterator["MimePart"]:
        if not self.is_multipart():
            yield self
        for child in self.children:
            yield from child.leaves()

    def content(self) -> tuple[bytes, str]:
        """Return the decoded bytes of a leaf and a sentence about damage."""
        payload = self.get_payload() or ""
        return decode_transfer(
            payload.encode("latin-1"), self.headers.first("content-transfer-encoding")
        )

    def text(self) -> tuple[str, str]:
        """Return a leaf's text, decoded by its charset, and a sentence about doubts."""
        data, damage = self.content()
        charset = self.parameter("content-type", "charset") or self._charset_within(data)
        text, doubt = decode_bytes(data, charset or None)
        return text, damage or doubt

    def _charset_within(self, data: bytes) -> str:
        """HTML may name its own charset."""
        named = _META_CHARSET.search(data[:2000]) if self.media_type == "text/html" else None
        return named[1].decode("ascii") if named else ""

    def parameter(self, header: str, name: str) -> str:
        return parameters(self.headers.first(header)).get(name, "")

    @property
    def disposition(self) -> str:
        return self.headers.first("content-disposition").partition(";")[0].strip().lower()

    @property
    def declared_filename(self) -> str:
        """The sender's name for the file, decoded but not yet safe; "" when unnamed."""
        named = self.parameter("content-disposition", "filename")
        return decode_words(named or self.parameter("content-type", "name"))


def read_mime(raw: bytes, *, limits: MailLimits) -> MimePart:
    """Parse a whole message.

    :raises UnreadableMail: if it is empty, too large, or made of too many parts.
    """
    if len(raw) > limits.message_bytes:
        raise UnreadableMail("too_large", f"It is larger than {limits.message_bytes:,} bytes.")
    source = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not source.strip(b"\0 \t\r\n"):
        raise UnreadableMail("empty", "There is nothing in it.")
    parser = BytesFeedParser(_counting_factory(limits), policy=_POLICY)
    parser.feed(source)
    return parser.close()


def read_fields(data: bytes) -> Headers:
    """Read a block of header fields, as delivery reports contain them."""
    return Headers(BytesHeaderParser(policy=_POLICY).parsebytes(data.lstrip()).raw_items())


def _counting_factory(limits: MailLimits):
    count = -1  # The parser asks for one part that it does not use.

    def make_part(policy) -> MimePart:
        nonlocal count
        count += 1
        if count > limits.parts:
            raise UnreadableMail("too_many_parts", f"It has more than {limits.parts} parts.")
        part = MimePart(policy=policy)
        part.deepest = limits.depth
        return part

    return make_part
