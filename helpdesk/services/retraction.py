"""Taking a reply back in the seconds before it leaves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import (
    Draft,
    Message,
    MessageKind,
    OutgoingMail,
    OutgoingState,
    Status,
    Ticket,
    TimelineKind,
)
from helpdesk.rules import may_become
from helpdesk.services.drafts import restore_draft
from helpdesk.services.lifecycle import set_status
from helpdesk.services.timeline import record

_STEPS = (TimelineKind.STATUS_CHANGED, TimelineKind.SOLVED)
#: What solving brings with it is no act of somebody's since.
_BROUGHT_ALONG = (TimelineKind.ESCALATION_COMPLETED, TimelineKind.ESCALATION_WITHDRAWN)


class CannotTakeBack(RuleViolation):
    code = "cannot_take_back"


@transaction.atomic
def take_reply_back(message_id: int, *, by, at: datetime) -> Draft:
    """Stop a reply that has not left yet; its text becomes a draft again.

    The message stays in the record, marked as taken back. A status that was set with it goes
    back, unless somebody acted on the ticket since.

    :raises CannotTakeBack: if it is not one's own, is on its way, or owed nobody a mail.
    """
    require(by, Act.REPLY)
    message = Message.objects.select_related("outgoing").get(pk=message_id)
    ticket = Ticket.objects.locked(message.ticket_id)
    if message.kind != MessageKind.PUBLIC_REPLY or message.author_id != by.pk:
        raise CannotTakeBack(_("Only the author can take a reply back."))
    waiting = OutgoingMail.objects.filter(
        message=message, state=OutgoingState.QUEUED, attempts=0, next_attempt_at__gt=at
    )
    if waiting.update(state=OutgoingState.RETRACTED) != 1:
        raise CannotTakeBack(_("This reply is on its way or gone; it cannot be taken back."))
    _step_back(ticket, message, by=by, at=at)
    ticket.last_reply_at = _last_reply_at(ticket)
    ticket.save(update_fields=["last_reply_at"])
    record(ticket, TimelineKind.REPLY_RETRACTED, by=by, message=message, at=at)
    draft = restore_draft(message, at=at)
    events.reply_taken_back.send(Ticket, ticket=ticket, message=message, by=by, at=at)
    return draft


def _step_back(ticket: Ticket, message: Message, *, by, at: datetime) -> None:
    last = ticket.timeline.exclude(kind__in=_BROUGHT_ALONG).in_order().last()
    with_it = last.kind in _STEPS and last.at == message.written_at and last.actor_id == by.pk
    before = Status.OPEN if last.before == Status.NEW else last.before
    if with_it and may_become(ticket.status, before):
        set_status(ticket, before, by=by, at=at)


def _last_reply_at(ticket: Ticket) -> datetime | None:
    replies = ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY)
    left = replies.exclude(outgoing__state=OutgoingState.RETRACTED)
    return left.order_by("-written_at").values_list("written_at", flat=True).first()
