"""Build the message that leaves. Pure: the caller brings identity, time and addresses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage

from helpdesk.mail.addressing import NAME_CHARS, normalise_email
from helpdesk.mail.charsets import clean_line, clean_text
from helpdesk.mail.classification import LOOP_HEADER
from helpdesk.mail.filenames import safe_filename
from helpdesk.mail.folding import REPLY_POLICY
from helpdesk.mail.message import Address
from helpdesk.mail.message_ids import capped_references, normalise_message_id
from helpdesk.mail.subjects import clean_subject

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to"}
    | {"references", "auto-submitted", "mime-version", LOOP_HEADER.lower()}
)
_SENDABLE_TYPE = re.compile(r"(?:application|image|audio|video|text|font)/[a-z0-9.+-]{1,80}")


@dataclass(frozen=True)
class OutgoingAttachment:
    filename: str
    content_type: str
    content: bytes


def build_reply(
    *,
    sender: Address,
    recipients: Sequence[Address],
    subject: str,
    text: str,
    message_id: str,
    sent_at: datetime,
    loop_domain: str,
    html: str | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    reply_to: Address | None = None,
    is_automatic: bool = False,
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[OutgoingAttachment] = (),
) -> EmailMessage:
    """Return a complete message: ``as_bytes()`` is ready for SMTP.

    ``sent_at`` is aware. ``html`` must already be safe. References keep the first and
    the latest of the chain. ``is_automatic`` marks what no person wrote, so that
    others do not answer it (RFC 3834). Line breaks in any field become spaces: nothing
    that a customer wrote can add a header.

    :raises ValueError: if an address is none, there is no recipient, a Message-ID is
        missing, or ``headers`` names a field that belongs to this function.
    """
    message = EmailMessage(policy=REPLY_POLICY)
    _set_people(message, sender, recipients, reply_to)
    message["Subject"] = clean_subject(subject)
    message["Date"] = sent_at
    _set_identity(message, message_id, in_reply_to, references)
    message[LOOP_HEADER] = clean_line(loop_domain, 255)
    if is_automatic:
        message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[_free_field(name)] = clean_line(value, 900)
    _set_body(message, text, html, attachments)
    return message


def _header_address(address: Address) -> HeaderAddress:
    email = normalise_email(address.email)
    if not email:
        raise ValueError(f"{address.email!r} is not a mail address.")
    if not email.isascii():
        raise ValueError(f"{email} can only be reached through SMTPUTF8, which we do not speak.")
    return HeaderAddress(clean_line(address.name, NAME_CHARS), addr_spec=email)


def _set_people(
    message: EmailMessage,
    sender: Address,
    recipients: Sequence[Address],
    reply_to: Address | None,
) -> None:
    if not recipients:
        raise ValueError("A message needs a recipient.")
    message["From"] = _header_address(sender)
    message["To"] = [_header_address(recipient) for recipient in recipients]
    if reply_to:
        message["Reply-To"] = _header_address(reply_to)


def _set_identity(
    message: EmailMessage, message_id: str, in_reply_to: str, references: Sequence[str]
) -> None:
    own = normalise_message_id(message_id)
    if not own:
        raise ValueError("A message needs a Message-ID.")
    message["Message-ID"] = own
    answered = normalise_message_id(in_reply_to)
    chain = capped_references(tuple(map(normalise_message_id, references)), answered)
    if answered:
        message["In-Reply-To"] = answered
    if chain:
        message["References"] = " ".join(chain)


def _free_field(name: str) -> str:
    if not _FIELD_NAME.fullmatch(name) or name.lower().startswith("content-"):
        raise ValueError(f"{name!r} cannot be set as a header field.")
    if name.lower() in _OURS:
        raise ValueError(f"{name} has its own argument.")
    return name


def _set_body(
    message: EmailMessage, text: str, html: str | None, attachments: Sequence[OutgoingAttachment]
) -> None:
    message.set_content(clean_text(text), charset="utf-8")
    if html:
        message.add_alternative(clean_text(html), subtype="html", charset="utf-8")
    for attachment in attachments:
        _attach(message, attachment)


def _attach(message: EmailMessage, attachment: OutgoingAttachment) -> None:
    declared = attachment.content_type.lower()
    is_sendable = _SENDABLE_TYPE.fullmatch(declared)
    maintype, _, subtype = (declared if is_sendable else "application/octet-stream").partition("/")
    message.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=safe_filename(attachment.filename, declared),
    )
