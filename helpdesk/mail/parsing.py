"""The one door from raw bytes to a message the helpdesk can keep."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from helpdesk.mail.addressing import NAME_CHARS, is_own_address, parse_addresses
from helpdesk.mail.bodies import Body, read_body
from helpdesk.mail.bounces import has_null_sender
from helpdesk.mail.charsets import clean_line
from helpdesk.mail.classification import classify
from helpdesk.mail.headers import Headers, decode_words
from helpdesk.mail.message import (
    Address,
    KnownSenders,
    MailLimits,
    ParsedAttachment,
    ParsedMail,
    UnreadableMail,
)
from helpdesk.mail.message_ids import derived_message_id, message_ids, normalise_message_id
from helpdesk.mail.mime import MimePart, read_mime
from helpdesk.mail.quoting import split_quoted
from helpdesk.mail.safe_html import SafeHtml, sanitise
from helpdesk.mail.subjects import clean_subject, is_forward

_LIMITS = MailLimits()
_NOBODY_KNOWN = KnownSenders()
_RECIPIENTS = 200
_RECIPIENT_FIELDS = (
    *("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"),
    *("resent-to", "resent-cc"),
)
_SENDER_FIELDS = ("from", "sender", "reply-to", "return-path")
_YEARS = range(1990, 2100)
_HTML_GROWTH = 2
_PARSER_DEFECTS = {
    "NoBoundaryInMultipartDefect": "It does not say how its parts are separated.",
    "StartBoundaryNotFoundDefect": "Its parts could not be told apart.",
    "CloseBoundaryNotFoundDefect": "It ends before its last part does.",
    "MissingHeaderBodySeparatorDefect": "No blank line separates its header from its text.",
}


def parse_mail(
    raw: bytes, *, limits: MailLimits = _LIMITS, known: KnownSenders = _NOBODY_KNOWN
) -> ParsedMail:
    """Read an RFC 5322 message, however broken.

    The same bytes always give an equal result. Whatever could not be kept or
    understood is named in ``defects``.

    :raises UnreadableMail: if it is empty, too large, of too many or too deeply nested
        parts, or has no sender. Nothing else is raised, whatever the bytes.
    """
    root = read_mime(raw, limits=limits)
    headers = root.headers
    reply_to = next(_addresses(headers, "reply-to"), None)
    sender = _author(_sender(root, headers), reply_to, known)
    automatic, bounce = classify(root, sender=sender, known=known)
    subject = clean_subject(decode_words(headers.first("subject")))
    body = read_body(root, limits=limits)
    safe = _safe_html(body, limits)
    text, quoted_text = split_quoted(_capped_text(body, limits), forwarded=is_forward(subject))
    return ParsedMail(
        message_id=normalise_message_id(headers.first("message-id")) or derived_message_id(raw),
        in_reply_to=normalise_message_id(headers.first("in-reply-to")),
        references=message_ids(headers.first("references")),
        sender=sender or _nobody(headers, is_bounce=bounce is not None),
        reply_to=reply_to,
        recipients=tuple(_recipients(headers)),
        subject=subject,
        sent_at=_sent_at(headers.first("date")),
        text=text,
        quoted_text=quoted_text,
        html=safe.html,
        has_remote_images=safe.has_remote_images,
        attachments=_files(body, safe),
        automatic=automatic,
        bounce=bounce,
        is_encrypted=body.is_encrypted,
        defects=(*_parser_defects(root), *body.defects),
    )


def _addresses(headers: Headers, name: str) -> Iterator[Address]:
    for value in headers.all(name):
        yield from parse_addresses(value)


def _sender(root: MimePart, headers: Headers) -> Address | None:
    for name in _SENDER_FIELDS:
        for address in _addresses(headers, name):
            return address
    envelope = (root.get_unixfrom() or "").removeprefix("From ").partition(" ")[0]
    return next(iter(parse_addresses(envelope)), None)


def _author(
    sender: Address | None, reply_to: Address | None, known: KnownSenders
) -> Address | None:
    """Contact forms and mailing lists write in our name; answers go to who really wrote."""
    if not sender or not reply_to or not is_own_address(sender.email, known.own_addresses):
        return sender
    if is_own_address(reply_to.email, known.own_addresses):
        return sender
    return Address(reply_to.name or sender.name, reply_to.email)


def _nobody(headers: Headers, *, is_bounce: bool) -> Address:
    """A daemon may write as nobody; a customer may not."""
    if not is_bounce and not has_null_sender(headers):
        raise UnreadableMail("no_sender", "It does not say who sent it.")
    name = decode_words(headers.first("from").partition("<")[0])
    return Address(clean_line(name, NAME_CHARS).strip("\"' "), "")


def _recipients(headers: Headers) -> list[Address]:
    found: dict[str, Address] = {}
    for name in _RECIPIENT_FIELDS:
        for address in _addresses(headers, name):
            found.setdefault(address.email, address)
    return list(found.values())[:_RECIPIENTS]


def _sent_at(value: str) -> datetime | None:
    """The date as UTC; None where it is missing, broken or outside the age of mail."""
    try:
        moment = parsedate_to_datetime(value[:100])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def _safe_html(body: Body, limits: MailLimits) -> SafeHtml:
    source = body.content.html
    if len(source) <= limits.html_chars:
        safe = sanitise(source) if source else SafeHtml("")
        if len(safe.html) <= _HTML_GROWTH * limits.html_chars:
            return safe
    body.defects.append("Its formatted version is too large; only the text was kept.")
    return SafeHtml("")


def _files(body: Body, safe: SafeHtml) -> tuple[ParsedAttachment, ...]:
    shown = safe.content_ids
    return tuple(replace(file, is_inline=file.content_id in shown) for file in body.attachments)


def _capped_text(body: Body, limits: MailLimits) -> str:
    text = body.content.text
    if len(text) <= limits.text_chars:
        return text
    body.defects.append(f"Its text was cut after {limits.text_chars:,} characters.")
    return text[: limits.text_chars]


def _parser_defects(root: MimePart) -> list[str]:
    found = [type(defect).__name__ for part in root.walk() for defect in part.defects]
    return [sentence for name, sentence in _PARSER_DEFECTS.items() if name in found]
