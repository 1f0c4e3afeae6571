"""What people do with mail that could not be filed by itself."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.mail.addressing import normalise_email
from helpdesk.mail.charsets import clean_text, decode_bytes
from helpdesk.mail.message import Address, ParsedAttachment, ParsedMail, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from helpdesk.models import InboundMail, InboundState, Message, Outcome
from helpdesk.services.intake import file_mail, known_senders, mail_limits, record_outcome
from helpdesk.services.mail_filing import file_as_ticket

MIN_REASON = 5
PREVIEW_BYTES = 60_000


class NotInQuarantine(RuleViolation):
    code = "not_in_quarantine"


class ReasonNeeded(RuleViolation):
    code = "reason_needed"


class SenderNeeded(RuleViolation):
    code = "sender_needed"


class HasATicket(RuleViolation):
    code = "has_a_ticket"


def retry_mail(mail_id: int, *, by, at: datetime) -> InboundMail:
    """File a quarantined mail again, e.g. after an update.

    :raises NotInQuarantine: if it is not in quarantine.
    """
    require(by, Act.HANDLE_MAIL)
    waiting = InboundMail.objects.filter(pk=mail_id, state=InboundState.QUARANTINED)
    if waiting.update(state=InboundState.RECEIVED, attempts=0) != 1:
        raise NotInQuarantine(_("This mail is not in quarantine any more."))
    return file_mail(mail_id, at=at)


@transaction.atomic
def make_ticket_from_mail(mail_id: int, *, by, at: datetime, sender: str = "") -> InboundMail:
    """Open a ticket for a mail whatever it looks like; unreadable bytes go with it as a file.

    ``sender`` is needed where the mail does not say who wrote it.

    :raises HasATicket: if it has become part of a ticket already.
    :raises SenderNeeded: if nobody knows the sender.
    """
    require(by, Act.HANDLE_MAIL)
    mail = InboundMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.message_id is not None or mail.outcome == Outcome.DUPLICATE:
        raise HasATicket(
            _("This mail is on ticket %(number)d already.") % {"number": mail.ticket_id}
        )
    parsed = _readable(mail, sender)
    is_free = not Message.objects.filter(internet_message_id=parsed.message_id).exists()
    filed = file_as_ticket(parsed, at=mail.received_at, keeps_message_id=is_free)
    mail.internet_message_id = parsed.message_id if is_free else ""
    mail.sender = parsed.sender.email
    mail.decided_by, mail.decided_at = by, at
    mail.save(update_fields=["internet_message_id", "sender", "decided_by", "decided_at"])
    record_outcome(mail, filed, at=at)
    return mail


@transaction.atomic
def dismiss_mail(mail_id: int, *, reason: str, by, at: datetime) -> InboundMail:
    """Take a mail out of the quarantine without a ticket. Its bytes stay.

    :raises ReasonNeeded: without a reason of a few words.
    :raises NotInQuarantine: if it is not in quarantine.
    """
    require(by, Act.HANDLE_MAIL)
    if len(reason.strip()) < MIN_REASON:
        raise ReasonNeeded(_("Say in a few words why this mail needs no answer."), field="reason")
    mail = InboundMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.state != InboundState.QUARANTINED:
        raise NotInQuarantine(_("This mail is not in quarantine any more."))
    mail.state, mail.decided_by, mail.decided_at = InboundState.DISMISSED, by, at
    mail.reason = f"{mail.reason}\n{reason.strip()[:1000]}".strip()
    mail.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return mail


def preview(mail: InboundMail) -> str:
    """Return the beginning of the original as text that is safe to show."""
    return clean_text(decode_bytes(bytes(mail.raw[:PREVIEW_BYTES]), None)[0])


def words_of(mail: InboundMail) -> str:
    """Return what the sender wrote, decoded; empty if the beginning of the mail has no words."""
    try:
        parsed = parse_mail(bytes(mail.raw[:PREVIEW_BYTES]), limits=mail_limits())
    except UnreadableMail:
        return ""
    return "\n\n".join(filter(None, [parsed.text, parsed.quoted_text]))


def _readable(mail: InboundMail, sender: str) -> ParsedMail:
    """Read the mail, or put its bytes into a message of our own making."""
    try:
        parsed = parse_mail(bytes(mail.raw), limits=mail_limits(), known=known_senders())
    except UnreadableMail as error:
        parsed = _wrapped(mail, error.reason)
    email = normalise_email(sender) or parsed.sender.email
    if not email:
        raise SenderNeeded(_("Whose mail is it? Give the sender's address."), field="sender")
    return replace(parsed, sender=Address(parsed.sender.name, email), automatic=None)


def _wrapped(mail: InboundMail, reason: str) -> ParsedMail:
    original = ParsedAttachment(
        filename=f"mail-{mail.pk}.eml", content_type="message/rfc822", content=bytes(mail.raw)
    )
    return ParsedMail(
        message_id=f"<inbound.{mail.pk}@no-message-id.invalid>",
        in_reply_to="",
        references=(),
        sender=Address("", mail.sender),
        reply_to=None,
        recipients=(),
        subject=mail.subject or "(unreadable mail)",
        sent_at=None,
        text=preview(mail),
        quoted_text="",
        html="",
        has_remote_images=False,
        attachments=(original,),
        automatic=None,
        bounce=None,
        is_encrypted=False,
        defects=(reason,),
    )
