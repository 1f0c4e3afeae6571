"""Delivery reports: which message of ours did not arrive, at whom, and why."""

import re
from collections.abc import Iterator

from helpdesk.mail.addressing import normalise_email
from helpdesk.mail.charsets import clean_line, clean_text
from helpdesk.mail.headers import Headers
from helpdesk.mail.message import Bounce
from helpdesk.mail.message_ids import normalise_message_id
from helpdesk.mail.mime import MimePart, read_fields

_SCANNED_CHARS = 50_000
_BLOCKS = 200

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BRACKETED = re.compile(r"<([^<>\s]{3,250})>")
_BLOCK_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_ORIGINALS = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}
    | {"message/global-headers"}
)
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon")
_SUBJECTS = (
    *("undeliver", "delivery status notification", "delivery failure", "delivery has failed"),
    *("mail delivery failed", "returned mail", "failure notice", "could not be delivered"),
    *("unzustellbar", "nicht zugestellt", "nicht zustellbar", "mancato recapito"),
    *("consegna non riuscita", "non remis", "échec de la remise", "non distribu"),
    *("no se puede entregar", "no se ha podido entregar", "warning: could not send"),
    *("delayed mail", "delivery delayed"),
)
_STILL_FINE = ("delivered", "relayed", "expanded")


def recognise_bounce(root: MimePart) -> tuple[Bounce, str] | None:
    """Return what a delivery report says and by which sign it was recognised.

    A report of type delivery-status about a failure or delay; or Exim's
    X-Failed-Recipients; or a null or daemon sender together with a bounce's subject or
    a returned message. A null sender alone is none: vacation replies have it too.
    """
    headers = root.headers
    report = _failing_block(root)
    sign = _sign(root, headers, report)
    if not sign or _is_good_news(root):
        return None
    return _bounce(root, headers, report), sign


def has_null_sender(headers: Headers) -> bool:
    return any(value.replace(" ", "") == "<>" for value in headers.all("return-path"))


def _sign(root: MimePart, headers: Headers, report: Headers | None) -> str:
    if root.media_type == "multipart/report" and report is not None:
        return "a delivery status report"
    if "x-failed-recipients" in headers:
        return "X-Failed-Recipients"
    if not (has_null_sender(headers) or _is_daemon(headers)):
        return ""
    subject = headers.first("subject").casefold()
    if any(words in subject for words in _SUBJECTS):
        return "the subject of a delivery report"
    if report is not None or _original(root) is not None:
        return "a daemon returns a message"
    return ""


def _is_daemon(headers: Headers) -> bool:
    sender = headers.first("from").casefold().replace(" ", "-")
    return any(daemon in sender for daemon in _DAEMONS)


def _is_good_news(root: MimePart) -> bool:
    actions = [_action(block) for block in _blocks(root) if "action" in block]
    return bool(actions) and all(action in _STILL_FINE for action in actions)


def _blocks(root: MimePart) -> Iterator[Headers]:
    for leaf in root.leaves():
        if leaf.media_type in ("message/delivery-status", "message/global-delivery-status"):
            for block in _BLOCK_END.split(leaf.content()[0])[:_BLOCKS]:
                yield read_fields(block)


def _failing_block(root: MimePart) -> Headers | None:
    """The first recipient's block that reports a failure; else the first of all."""
    blocks = [b for b in _blocks(root) if "final-recipient" in b or "action" in b]
    failing = [b for b in blocks if _action(b) not in _STILL_FINE]
    return next(iter(failing), None)


def _action(block: Headers) -> str:
    return block.first("action").partition(" ")[0].lower()


def _original(root: MimePart) -> MimePart | None:
    return next((leaf for leaf in root.leaves() if leaf.media_type in _ORIGINALS), None)


def _bounce(root: MimePart, headers: Headers, report: Headers | None) -> Bounce:
    told = _told(root)
    said = report or Headers([])
    diagnostic = _after_type(said.first("diagnostic-code"))
    status = _STATUS.search(" ".join([said.first("status"), diagnostic, told]))
    code = status[1] if status else ""
    return Bounce(
        original_message_id=_original_message_id(root, told),
        failed_recipient=_failed_recipient(said, headers, told),
        status=code,
        diagnostic=clean_line(diagnostic, 1000),
        is_permanent=not code.startswith("4") and _action(said) != "delayed",
    )


def _told(root: MimePart) -> str:
    """The report in words, where it has any."""
    for leaf in root.leaves():
        if leaf.media_type.startswith(("text/plain", "multipart/")):
            return clean_text(leaf.text()[0][:_SCANNED_CHARS])
    return ""


def _after_type(value: str) -> str:
    """ "smtp; 550 no such user" without the type before the semicolon."""
    return value.partition(";")[2].strip() or value


def _original_message_id(root: MimePart, told: str) -> str:
    original = _original(root)
    if original is not None:
        return normalise_message_id(read_fields(original.content()[0]).first("message-id"))
    for line in told.split("\n"):
        name, colon, value = line.strip("> \t").partition(":")
        if colon and name.lower() == "message-id":
            return normalise_message_id(value)
    return ""


def _failed_recipient(said: Headers, headers: Headers, told: str) -> str:
    named = [_after_type(said.first(n)) for n in ("final-recipient", "original-recipient")]
    named += headers.first("x-failed-recipients").split(",")
    named += _BRACKETED.findall(told)
    return next(filter(None, (normalise_email(name.strip("<> ")) for name in named)), "")
