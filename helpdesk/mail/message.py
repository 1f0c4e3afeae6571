"""What a received mail is once it has been read: plain values, nothing to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class UnreadableMail(Exception):
    """The bytes cannot become a message; they belong in quarantine.

    ``code`` is stable (``empty``, ``too_large``, ``too_many_parts``,
    ``nested_too_deeply``, ``no_sender``); ``reason`` is a sentence for the agent.
    """

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class MailLimits:
    """How much of a mail is taken in; sizes in bytes, texts in characters."""

    message_bytes: int = 40_000_000
    parts: int = 200
    depth: int = 10
    attachments: int = 50
    attachment_bytes: int = 20_000_000
    attachments_bytes: int = 40_000_000
    text_chars: int = 200_000
    html_chars: int = 500_000


@dataclass(frozen=True)
class KnownSenders:
    """What the intake knows about the world before it reads a mail.

    ``own_addresses`` are normalised; ``loop_domain`` is the value of our own
    ``X-Recourse-Loop`` header; ``relays`` maps a marketplace's mail domain to its
    name and covers subdomains: ``{"marketplace.amazon.com": "amazon"}``.
    """

    own_addresses: frozenset[str] = frozenset()
    loop_domain: str = ""
    relays: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """``email`` is normalised; ``name`` is one clean line, possibly empty."""

    name: str
    email: str


@dataclass(frozen=True)
class ParsedAttachment:
    """A file of the message; ``filename`` is safe, not empty and unique in its mail.

    ``is_inline`` means that the HTML body shows it (an ``img`` with this
    ``content_id`` as ``data-cid``), so a list of files may leave it out.
    """

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


class AutomaticKind(StrEnum):
    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    BOUNCE = "bounce"
    LOOP = "loop"


@dataclass(frozen=True)
class Automatic:
    """Why a mail was not written by a person; ``evidence`` quotes the signs."""

    kind: AutomaticKind
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says about a message of ours; unknown parts are empty.

    ``status`` is the RFC 3463 code (``5.1.1``). ``is_permanent`` is false for 4.x.x
    and for delays, when a later attempt may succeed.
    """

    original_message_id: str
    failed_recipient: str
    status: str
    diagnostic: str
    is_permanent: bool


@dataclass(frozen=True)
class ParsedMail:
    """One message, safe to store: no NUL bytes, no lone surrogates, no line breaks
    in one-line fields, nothing active in ``html``.

    ``sender`` is who wrote: From, or Reply-To where a contact form or a mailing list
    writes in our name. Its ``email`` is empty only where ``automatic`` is set: daemons
    write as nobody. ``text`` is what the sender wrote now, ``quoted_text`` what was
    folded away (earlier messages, signature). ``html`` loads nothing by itself: remote
    images stand in ``data-remote-src``, embedded ones in ``data-cid``. ``defects`` are
    sentences for the agent.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Address
    reply_to: Address | None
    recipients: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    text: str
    quoted_text: str
    html: str
    has_remote_images: bool
    attachments: tuple[ParsedAttachment, ...]
    automatic: Automatic | None
    bounce: Bounce | None
    is_encrypted: bool
    defects: tuple[str, ...]
