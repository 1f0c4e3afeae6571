"""What became of the demo's replies. They are of the past: no mail may leave for them now."""

from datetime import datetime, timedelta

from helpdesk.models import Message, OutgoingMail, OutgoingState, Ticket, TimelineKind
from helpdesk.services.timeline import record

_A_MAIL_TAKES = timedelta(seconds=4)
_GREYLISTED = "451 4.7.1 Greylisting in action, please come back later"
_REFUSED = "552 5.2.2 The mailbox of the recipient is full"
_SILENT = "The mail server fell silent while the mail was being handed over: timed out"


def settle(message: Message, *, fate: str, at: datetime) -> None:
    """Write the outcome of a reply's mail: sent, failed, unknown, or queued for one more try.

    Past the services on purpose: the outbox records an outcome only after asking a mail server,
    and for the past none must be asked.
    """
    mail = OutgoingMail.objects.filter(message=message).first()
    if mail is None:
        return
    at += _A_MAIL_TAKES
    kind, fields = _FATES[fate](at)
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=1, **fields)
    if kind:
        ticket = Ticket.objects.locked(message.ticket_id)
        record(ticket, kind, at=at, message=message, after=fields.get("error", ""))


_FATES = {
    "sent": lambda at: (
        TimelineKind.MAIL_SENT,
        {"state": OutgoingState.SENT, "sent_at": at, "claimed_at": at, "transmitting_at": at},
    ),
    "failed": lambda at: (
        TimelineKind.MAIL_FAILED,
        {"state": OutgoingState.FAILED, "error": _REFUSED, "claimed_at": at, "transmitting_at": at},
    ),
    "unknown": lambda at: (
        TimelineKind.MAIL_UNKNOWN,
        {"state": OutgoingState.UNKNOWN, "error": _SILENT, "claimed_at": at, "transmitting_at": at},
    ),
    "queued": lambda at: (
        "",
        {"error": _GREYLISTED, "next_attempt_at": at + timedelta(hours=4)},
    ),
}
