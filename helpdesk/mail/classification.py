"""Tell what people wrote from what programs sent (RFC 3834 and custom)."""

from collections.abc import Iterator

from helpdesk.mail.addressing import is_own_address, relay_marketplace
from helpdesk.mail.bounces import has_null_sender, recognise_bounce
from helpdesk.mail.headers import Headers, decode_words
from helpdesk.mail.message import Address, Automatic, AutomaticKind, Bounce, KnownSenders
from helpdesk.mail.mime import MimePart

LOOP_HEADER = "X-Recourse-Loop"

_AUTO_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")
_AUTO_REPLY_PRECEDENCES = ("auto_reply", "auto-reply")
_BULK_PRECEDENCES = ("bulk", "junk", "list")
_VACATION_SUBJECTS = (
    *("out of office", "automatic reply", "autoreply", "auto-reply", "auto reply", "on vacation"),
    *("abwesenheit", "automatische antwort", "abwesend", "risposta automatica", "fuori sede"),
    *("fuori ufficio", "réponse automatique", "absence du bureau", "respuesta automática"),
    *("fuera de la oficina", "automatisch antwoord", "afwezig"),
)


def classify(
    root: MimePart,
    *,
    sender: Address | None,
    known: KnownSenders,
) -> tuple[Automatic | None, Bounce | None]:
    """Return why the message is automatic (None: a person wrote it) and its bounce details.

    A loop is our own marker, or one of our own addresses as sender. Vacation subjects
    count only beside another sign.

    Marketplace relays are told from mass mail by their domain: buyers' messages come
    through them with ``Precedence: bulk``, list fields and suppressed auto-responses,
    and are customer messages all the same. Only what the buyer's own program says
    (``Auto-Submitted: auto-replied``, X-Autoreply) makes them automatic.
    """
    headers = root.headers
    loop = tuple(_loop_signs(headers, sender, known))
    if loop:
        return Automatic(AutomaticKind.LOOP, loop), None
    recognised = recognise_bounce(root)
    if recognised:
        bounce, sign = recognised
        return Automatic(AutomaticKind.BOUNCE, (sign,)), bounce
    is_relayed = bool(sender and relay_marketplace(sender.email, known.relays))
    return _automatic(root, headers, is_relayed, known), None


def _automatic(
    root: MimePart, headers: Headers, is_relayed: bool, known: KnownSenders
) -> Automatic | None:
    replies = [*_reply_signs(headers), *([] if is_relayed else _machine_signs(root, headers))]
    bulk = [] if is_relayed or _is_own_list(headers, known) else list(_bulk_signs(headers))
    if bulk and _has_vacation_subject(headers):
        replies.append("the subject of a vacation reply")
    if replies:
        return Automatic(AutomaticKind.AUTO_REPLY, tuple(replies))
    return Automatic(AutomaticKind.BULK, tuple(bulk)) if bulk else None


def _loop_signs(headers: Headers, sender: Address | None, known: KnownSenders) -> Iterator[str]:
    marks = {value.strip("<> ").lower() for value in headers.all(LOOP_HEADER.lower())}
    if known.loop_domain and known.loop_domain.lower() in marks:
        yield f"{LOOP_HEADER}: {known.loop_domain}"
    if sender and is_own_address(sender.email, known.own_addresses):
        yield f"sent by our own address {sender.email}"


def _reply_signs(headers: Headers) -> Iterator[str]:
    """What a person's own mail program says when it answers by itself."""
    if _keyword(headers, "auto-submitted") == "auto-replied":
        yield "Auto-Submitted: auto-replied"
    for name in _AUTO_REPLY_HEADERS:
        if _keyword(headers, name) not in ("", "no", "false"):
            yield name.title()
    precedence = _keyword(headers, "precedence")
    if precedence in _AUTO_REPLY_PRECEDENCES:
        yield f"Precedence: {precedence}"


def _machine_signs(root: MimePart, headers: Headers) -> Iterator[str]:
    submitted = _keyword(headers, "auto-submitted")
    if submitted not in ("", "no", "auto-replied"):
        yield f"Auto-Submitted: {submitted}"
    if _keyword(headers, "x-auto-response-suppress") not in ("", "none"):
        yield "X-Auto-Response-Suppress"
    if has_null_sender(headers):
        yield "Return-Path: <>"
    if root.media_type == "multipart/report":
        yield "a report that is not about a failure"


def _bulk_signs(headers: Headers) -> Iterator[str]:
    precedence = _keyword(headers, "precedence")
    if precedence in _BULK_PRECEDENCES:
        yield f"Precedence: {precedence}"
    if "list-id" in headers:
        yield "List-Id"


def _is_own_list(headers: Headers, known: KnownSenders) -> bool:
    """A support address kept as a mailing list (Google Groups) marks every message."""
    name = headers.first("list-id").rpartition("<")[2].strip("<> ").lower()
    return any(address.replace("@", ".") == name for address in known.own_addresses)


def _has_vacation_subject(headers: Headers) -> bool:
    subject = decode_words(headers.first("subject")).casefold()
    return any(words in subject for words in _VACATION_SUBJECTS)


def _keyword(headers: Headers, name: str) -> str:
    """The first word of a field in lower case, without comment or parameters."""
    words = headers.first(name).partition(";")[0].partition("(")[0].split()
    return words[0].lower()[:60] if words else ""
