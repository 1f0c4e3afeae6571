"""Mail comes in. Bytes are kept first and understood afterwards: no mail is lost.

``receive_mail`` writes the row, ``file_mail`` finds out what it is. Whatever goes wrong while
filing ends in quarantine with the reason; a process that dies leaves a received row that the
sweep files.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from helpdesk.mail.charsets import clean_text
from helpdesk.mail.message import KnownSenders, MailLimits, ParsedMail, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from helpdesk.models import InboundMail, InboundState, Outcome
from helpdesk.services.mail_filing import Filed, MailRefused, file_parsed

logger = logging.getLogger(__name__)

#: A mail that brought down its process this often is looked at by a person.
MAX_ATTEMPTS = 3
#: Longer than any task may run, so that no mail is filed by two processes.
UNFINISHED_AFTER = timedelta(minutes=6)
SWEEP_SIZE = 100
HEAD_BYTES = 100_000


def receive_mail(raw: bytes, *, source: str, at: datetime) -> InboundMail:
    """Keep a message and file it.

    Raises nothing on account of the message. Only a database that cannot be reached raises, and
    then the door must not confirm the message to whoever hands it in.
    """
    mail = InboundMail.objects.create(
        raw=raw,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        source=source,
        received_at=at,
    )
    return file_mail(mail.pk, at=at)


def file_mail(mail_id: int, *, at: datetime) -> InboundMail:
    """Find out what a received mail is, and write that down.

    Filing twice changes nothing: only a received mail is filed.
    """
    if not _begin(mail_id):
        return InboundMail.objects.without_raw().get(pk=mail_id)
    try:
        _file(mail_id, at)
    except (UnreadableMail, MailRefused) as refusal:
        _quarantine(mail_id, code=refusal.code, reason=str(refusal), at=at)
    except OperationalError:
        # The database, not the mail: the row stays received and the sweep tries again.
        logger.exception("Mail %s could not be filed now", mail_id)
    except Exception as error:  # whatever a mail can do to us ends here, with its bytes kept
        logger.exception("Mail %s could not be filed", mail_id)
        _quarantine(mail_id, code="unexpected", reason=_words(error), at=at)
    return InboundMail.objects.without_raw().get(pk=mail_id)


def file_unfinished_mail(*, at: datetime) -> int:
    """File what a dead process left; returns how many were looked at."""
    unfinished = InboundMail.objects.unfinished(before=at - UNFINISHED_AFTER)
    mail_ids = list(unfinished.order_by("pk").values_list("pk", flat=True)[:SWEEP_SIZE])
    for mail_id in mail_ids:
        file_mail(mail_id, at=at)
    return len(mail_ids)


def known_senders() -> KnownSenders:
    return KnownSenders(
        own_addresses=frozenset({settings.SUPPORT_ADDRESS.lower()}),
        loop_domain=settings.MAIL_DOMAIN,
        relays=settings.MARKETPLACE_RELAY_DOMAINS,
    )


def mail_limits() -> MailLimits:
    return MailLimits(
        message_bytes=settings.MAIL_MAX_BYTES,
        attachments=settings.ATTACHMENT_MAX_COUNT,
        attachment_bytes=settings.ATTACHMENT_MAX_BYTES,
    )


def _begin(mail_id: int) -> bool:
    """Count the attempt before it is made: a mail that kills its process is counted too."""
    received = InboundMail.objects.filter(pk=mail_id, state=InboundState.RECEIVED)
    return received.update(attempts=F("attempts") + 1) == 1


@transaction.atomic
def _file(mail_id: int, at: datetime) -> None:
    mail = InboundMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.state != InboundState.RECEIVED:
        return
    if mail.attempts > MAX_ATTEMPTS:
        raise MailRefused("gave_up", f"It could not be filed in {MAX_ATTEMPTS} attempts.")
    parsed = parse_mail(bytes(mail.raw), limits=mail_limits(), known=known_senders())
    _remember_head(mail, parsed)
    try:
        with transaction.atomic():
            filed = file_parsed(parsed, mail=mail)
    except IntegrityError:
        # Another process filed the same message between our look and our write.
        filed = file_parsed(parsed, mail=mail)
    record_outcome(mail, filed, at=at)


def record_outcome(mail: InboundMail, filed: Filed, *, at: datetime) -> None:
    """Write what became of a mail. Needs the mail's transaction."""
    mail.state, mail.processed_at = InboundState.FILED, at
    mail.outcome, mail.ticket, mail.message = filed.outcome, filed.ticket, filed.message
    mail.duplicate_of, mail.reason_code, mail.reason = filed.duplicate_of, "", filed.evidence
    if mail.outcome == Outcome.DUPLICATE and mail.duplicate_of_id == mail.pk:
        raise ValueError("A mail cannot be a duplicate of itself.")
    mail.save(
        update_fields=[
            "state", "processed_at", "outcome", "ticket", "message", "duplicate_of",
            "reason_code", "reason",
        ]
    )  # fmt: skip


def _remember_head(mail: InboundMail, parsed: ParsedMail) -> None:
    mail.internet_message_id = parsed.message_id
    mail.sender, mail.subject = parsed.sender.email[:320], parsed.subject[:250]
    mail.save(update_fields=["internet_message_id", "sender", "subject"])


def _quarantine(mail_id: int, *, code: str, reason: str, at: datetime) -> None:
    received = InboundMail.objects.filter(pk=mail_id, state=InboundState.RECEIVED)
    received.update(
        state=InboundState.QUARANTINED,
        reason_code=code[:40],
        reason=clean_text(reason)[:2000],
        processed_at=at,
        **_head(mail_id),
    )


def _head(mail_id: int) -> dict[str, str]:
    """What can be told of sender and subject, so that a list of quarantined mail reads well."""
    raw = bytes(InboundMail.objects.only("raw").get(pk=mail_id).raw[:HEAD_BYTES])
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    try:
        parsed = parse_mail(head + b"\n\n", limits=mail_limits())
    except UnreadableMail:
        return _unsigned(head)
    return {
        "sender": parsed.sender.email[:320],
        "subject": parsed.subject[:250],
        "internet_message_id": parsed.message_id,
    }


def _unsigned(head: bytes) -> dict[str, str]:
    """The subject of a mail that nobody signed is worth showing all the same."""
    try:
        parsed = parse_mail(b"From: x@x.invalid\n" + head + b"\n\n", limits=mail_limits())
    except UnreadableMail:
        return {}
    return {"subject": parsed.subject[:250]}


def _words(error: Exception) -> str:
    return f"Filing it failed: {type(error).__name__}: {error}"
