"""Replies leave by mail. The row is the queue; see decision 003 for what SMTP can promise.

A mail is claimed, the connection opened, ``transmitting_at`` written, the body sent, the outcome
recorded. No transaction is open while the mail server is asked.
"""

import logging
from datetime import datetime, timedelta
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.mail.message import Bounce
from helpdesk.models import (
    IdentityKind,
    Message,
    OutgoingMail,
    OutgoingState,
    Ticket,
    TimelineKind,
)
from helpdesk.services.letters import letter_of
from helpdesk.services.timeline import record

logger = logging.getLogger(__name__)

#: Seconds until the next attempt after the first, second … refusal; then it has failed.
RETRY_AFTER = (30, 60, 300, 900, 3600, 3 * 3600, 8 * 3600)
#: Longer than any task may run, so that nobody takes a mail from a living process.
ABANDONED_AFTER = timedelta(minutes=6)
SWEEP_SIZE = 200
SENDABLE_AGAIN = (OutgoingState.FAILED, OutgoingState.UNKNOWN, OutgoingState.BOUNCED)


class CannotSendAgain(RuleViolation):
    code = "cannot_send_again"


def queue_reply(message: Message, *, at: datetime) -> OutgoingMail | None:
    """Owe the customer a mail for a public reply. Needs the reply's transaction.

    It leaves when the seconds in which the author may take it back are over. Returns None where
    nobody can be reached by mail: the reply then stands on the ticket only.
    """
    address = _address_of(message.ticket)
    if not address:
        return None
    mail = OutgoingMail.objects.create(
        message=message,
        recipients=[address],
        queued_at=at,
        next_attempt_at=at + timedelta(seconds=settings.UNDO_SEND_SECONDS),
    )
    events.outgoing_mail_queued.send(OutgoingMail, mail=mail, at=at)
    return mail


def deliver(mail_id: int, *, at: datetime) -> None:
    """Send one queued mail. Sending one that is not queued or not due changes nothing."""
    if not _claim(mail_id, at):
        return
    mail = OutgoingMail.objects.select_related("message__ticket__requester", "message__author").get(
        pk=mail_id
    )
    try:
        letter = letter_of(mail)
    except Exception as error:  # what cannot be written down will not go better later
        logger.exception("Outgoing mail %s could not be composed", mail_id)
        _finish(mail, OutgoingState.FAILED, f"It could not be put together: {error}", at=at)
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        _refused(mail, error, at=at)
        return
    try:
        if _mark_transmitting(mail, at):
            _transmit(mail, connection, letter, at=at)
    finally:
        _hang_up(connection)


def settle_abandoned(*, at: datetime) -> int:
    """Settle mails whose process died; returns how many.

    One that died before the body left goes back to the queue. One that died after that may or
    may not have arrived: it is never sent again by itself.
    """
    abandoned = OutgoingMail.objects.abandoned(before=at - ABANDONED_AFTER)
    requeued = abandoned.filter(transmitting_at=None).update(
        state=OutgoingState.QUEUED, next_attempt_at=at, claimed_at=None
    )
    lost = list(abandoned.exclude(transmitting_at=None).select_related("message")[:SWEEP_SIZE])
    for mail in lost:
        _finish(mail, OutgoingState.UNKNOWN, "The process that sent it died meanwhile.", at=at)
    return requeued + len(lost)


def due_mail(*, at: datetime) -> list[int]:
    """Name the mails that wait for an attempt, oldest first."""
    due = OutgoingMail.objects.due(at).order_by("next_attempt_at")
    return list(due.values_list("pk", flat=True)[:SWEEP_SIZE])


@transaction.atomic
def send_again(mail_id: int, *, by, at: datetime) -> OutgoingMail:
    """Queue a failed, bounced or unknown mail once more, under the same Message-ID.

    :raises CannotSendAgain: if it is waiting, on its way, or gone.
    """
    require(by, Act.REPLY)
    mail = OutgoingMail.objects.select_related("message").get(pk=mail_id)
    ticket = Ticket.objects.locked(mail.message.ticket_id)
    queued = OutgoingMail.objects.filter(pk=mail_id, state__in=SENDABLE_AGAIN).update(
        state=OutgoingState.QUEUED,
        attempts=0,
        queued_at=at,
        next_attempt_at=at,
        claimed_at=None,
        transmitting_at=None,
        error="",
    )
    if queued != 1:
        raise CannotSendAgain(_("This mail is waiting, on its way or gone; nothing to send again."))
    record(ticket, TimelineKind.MAIL_RETRIED, by=by, at=at, message=mail.message, before=mail.state)
    mail.refresh_from_db()
    events.outgoing_mail_queued.send(OutgoingMail, mail=mail, at=at)
    return mail


@transaction.atomic
def note_bounce(bounce: Bounce, *, at: datetime) -> Ticket | None:
    """Write on the ticket that a mail of ours came back; None if we did not send it."""
    sent = OutgoingMail.objects.select_related("message").filter(
        message__internet_message_id=bounce.original_message_id
    )
    mail = sent.first() if bounce.original_message_id else None
    if mail is None:
        return None
    words = f"{bounce.failed_recipient} {bounce.status} {bounce.diagnostic}".strip()
    if not bounce.is_permanent:
        ticket = Ticket.objects.locked(mail.message.ticket_id)
        record(ticket, TimelineKind.MAIL_BOUNCED, at=at, message=mail.message, after=words)
        return ticket
    return _finish(mail, OutgoingState.BOUNCED, words, at=at)


def _address_of(ticket: Ticket) -> str:
    """The address the customer wrote from, or else one that is surely theirs."""
    if ticket.identity_id and "@" in ticket.identity.value:
        return ticket.identity.value
    identities = ticket.requester.identities.filter(kind=IdentityKind.EMAIL, confidence=1)
    return identities.order_by("pk").values_list("value", flat=True).first() or ""


def _claim(mail_id: int, at: datetime) -> bool:
    """Of several processes exactly one gets the mail."""
    due = OutgoingMail.objects.due(at).filter(pk=mail_id)
    return (
        due.update(
            state=OutgoingState.SENDING,
            claimed_at=at,
            transmitting_at=None,
            attempts=F("attempts") + 1,
        )
        == 1
    )


def _mark_transmitting(mail: OutgoingMail, at: datetime) -> bool:
    """Say that from here on the outcome may be unknown; False if the claim was lost."""
    mine = OutgoingMail.objects.filter(
        pk=mail.pk, state=OutgoingState.SENDING, claimed_at=mail.claimed_at
    )
    return mine.update(transmitting_at=at) == 1


def _transmit(mail: OutgoingMail, connection, letter, *, at: datetime) -> None:
    try:
        connection.send_messages([letter])
    except (SMTPServerDisconnected, TimeoutError, ConnectionError) as error:
        words = f"The mail server fell silent while the mail was being handed over: {error}"
        _finish(mail, OutgoingState.UNKNOWN, words, at=at)
    except (OSError, SMTPException) as error:
        _refused(mail, error, at=at)
    else:
        _finish(mail, OutgoingState.SENT, "", at=at)


def _refused(mail: OutgoingMail, error: Exception, *, at: datetime) -> None:
    """The server said no, or was not there: nothing has left. Try later, or it has failed."""
    words = str(error)[:1000] or type(error).__name__
    if _is_final(error) or mail.attempts > len(RETRY_AFTER):
        _finish(mail, OutgoingState.FAILED, words, at=at)
        return
    mine = OutgoingMail.objects.filter(
        pk=mail.pk, state=OutgoingState.SENDING, claimed_at=mail.claimed_at
    )
    wait = timedelta(seconds=RETRY_AFTER[mail.attempts - 1])
    mine.update(
        state=OutgoingState.QUEUED,
        next_attempt_at=at + wait,
        claimed_at=None,
        transmitting_at=None,
        error=words,
    )


def _is_final(error: Exception) -> bool:
    """SMTP answers from 500 on mean never; others mean not now (RFC 5321, 4.2.1)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, SMTPConnectError) or not isinstance(error, SMTPResponseException):
        return False
    return error.smtp_code >= 500


FINISHED = {
    OutgoingState.SENT: TimelineKind.MAIL_SENT,
    OutgoingState.FAILED: TimelineKind.MAIL_FAILED,
    OutgoingState.UNKNOWN: TimelineKind.MAIL_UNKNOWN,
    OutgoingState.BOUNCED: TimelineKind.MAIL_BOUNCED,
}


@transaction.atomic
def _finish(mail: OutgoingMail, state: str, words: str, *, at: datetime) -> Ticket | None:
    """Record an outcome once; the loser of two finishers changes nothing."""
    ticket = Ticket.objects.locked(mail.message.ticket_id)
    unfinished = OutgoingMail.objects.filter(pk=mail.pk, state=mail.state)
    sent = {"sent_at": at} if state == OutgoingState.SENT else {}
    if unfinished.update(state=state, error=words[:2000], **sent) != 1:
        return None
    entry = record(ticket, FINISHED[state], at=at, message=mail.message, after=words)
    if state != OutgoingState.SENT:
        events.delivery_went_wrong.send(OutgoingMail, mail=mail, entry=entry, at=at)
    return ticket


def _hang_up(connection) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):
        logger.info("The mail server had hung up first", exc_info=True)
