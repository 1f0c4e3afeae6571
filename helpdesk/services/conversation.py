"""What is said on a ticket: replies, notes, customer messages."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.mail.identifiers import new_message_id
from helpdesk.mail.markup import to_html
from helpdesk.models import (
    Customer,
    DraftMode,
    Message,
    MessageKind,
    Status,
    Ticket,
    TimelineEntry,
    TimelineKind,
)
from helpdesk.rules import AFTER_CUSTOMER_MESSAGE
from helpdesk.services.attachments import Upload, attach
from helpdesk.services.drafts import spend_draft
from helpdesk.services.lifecycle import set_status
from helpdesk.services.search import add_words
from helpdesk.services.timeline import record


class MessageNeedsWords(RuleViolation):
    code = "message_needs_words"


class TicketIsClosed(RuleViolation):
    code = "ticket_is_closed"


class SomethingWasMissed(RuleViolation):
    """Somebody wrote since the author looked. ``missed`` holds the timeline entries."""

    code = "something_was_missed"

    def __init__(self, message: str, *, missed: Sequence[TimelineEntry]):
        super().__init__(message, missed=[entry.pk for entry in missed])
        self.missed = missed


@transaction.atomic
def reply(
    ticket_id: int,
    *,
    text: str,
    seen: int,
    by,
    at: datetime,
    uploads: Sequence[Upload] = (),
    then: str = "",
    with_draft: bool = False,
) -> Message:
    """Answer the customer in public. The text may be formatted (CommonMark).

    ``seen`` is the ticket's last event as the author saw it. ``then`` is the status to set with
    the reply (pending, on_hold, solved); without it a new ticket becomes open. ``with_draft``
    sends the files of the author's draft along and clears the draft.

    Whoever has a say in it is asked before: a receiver of ``reply_about_to_be_written`` may
    refuse by raising a ``RuleViolation``.

    :raises SomethingWasMissed: if the customer or a colleague wrote since ``seen``.
    :raises TicketIsClosed: a closed ticket takes no reply.
    :raises MessageNeedsWords: for an empty text.
    """
    require(by, Act.REPLY)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_closed(ticket)
    _refuse_empty(text)
    _refuse_stale(ticket, seen=seen, by=by)
    events.reply_about_to_be_written.send(Ticket, ticket=ticket, by=by, at=at)
    message = Message.objects.create(
        ticket=ticket,
        kind=MessageKind.PUBLIC_REPLY,
        author=by,
        text=text.strip(),
        html=to_html(text.strip()),
        internet_message_id=new_message_id(settings.MAIL_DOMAIN),
        in_reply_to=_last_message_id(ticket),
        written_at=at,
    )
    attach(message, uploads, at=at)
    if with_draft:
        spend_draft(message, mode=DraftMode.REPLY, at=at)
    _say(ticket, message, TimelineKind.REPLIED, by=by, at=at)
    ticket.last_reply_at = at
    ticket.save(update_fields=["last_reply_at"])
    _follow_up_with(ticket, then or (Status.OPEN if ticket.status == Status.NEW else ""), by, at)
    events.agent_replied.send(Ticket, ticket=ticket, message=message, by=by, at=at)
    return message


@transaction.atomic
def add_note(
    ticket_id: int,
    *,
    text: str,
    by,
    at: datetime,
    uploads: Sequence[Upload] = (),
    with_draft: bool = False,
) -> Message:
    """Write to colleagues. A note is never stale and never reaches the customer.

    ``with_draft`` takes the files of the author's draft along and clears the draft.

    :raises MessageNeedsWords: for an empty text.
    """
    require(by, Act.NOTE)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_empty(text)
    message = Message.objects.create(
        ticket=ticket,
        kind=MessageKind.INTERNAL_NOTE,
        author=by,
        text=text.strip(),
        html=to_html(text.strip()),
        written_at=at,
    )
    attach(message, uploads, at=at)
    if with_draft:
        spend_draft(message, mode=DraftMode.NOTE, at=at)
    _say(ticket, message, TimelineKind.NOTED, by=by, at=at)
    events.note_added.send(Ticket, ticket=ticket, message=message, by=by, at=at)
    return message


@transaction.atomic
def receive_customer_message(
    ticket_id: int,
    *,
    customer: Customer,
    text: str,
    at: datetime,
    uploads: Sequence[Upload] = (),
    mail: dict | None = None,
) -> Message:
    """Add what the customer wrote; a solved or waiting ticket opens again.

    An automatic message (``mail["is_automatic"]``) is kept but moves nothing: it is no contact.

    :raises TicketIsClosed: a closed ticket gets a follow-up instead.
    """
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_closed(ticket)
    message = Message.objects.create(
        ticket=ticket,
        kind=MessageKind.CUSTOMER_MESSAGE,
        customer=customer,
        text=text,
        written_at=at,
        **(mail or {}),
    )
    attach(message, uploads, at=at)
    if message.is_automatic:
        record(ticket, TimelineKind.AUTOMATIC, customer=customer, message=message, at=at)
        return message
    _say(ticket, message, TimelineKind.CUSTOMER_WROTE, customer=customer, at=at)
    ticket.last_customer_message_at = at
    ticket.save(update_fields=["last_customer_message_at"])
    _follow_up_with(ticket, AFTER_CUSTOMER_MESSAGE[ticket.status], None, at)
    events.customer_replied.send(Ticket, ticket=ticket, message=message, at=at)
    return message


def _say(ticket: Ticket, message: Message, kind: str, *, at: datetime, by=None, customer=None):
    record(ticket, kind, by=by, customer=customer, message=message, at=at)
    add_words(ticket, message.text)


def _follow_up_with(ticket: Ticket, status: str, by, at: datetime) -> None:
    if status and status != ticket.status:
        set_status(ticket, status, by=by, at=at)


def _refuse_closed(ticket: Ticket) -> None:
    if ticket.status != Status.CLOSED:
        return
    if ticket.merge_root_id:
        raise TicketIsClosed(
            _("Ticket %(number)d was merged; write on ticket %(target)d.")
            % {"number": ticket.pk, "target": ticket.merge_root_id}
        )
    raise TicketIsClosed(
        _("Ticket %(number)d is closed. Open a new ticket and link it.") % {"number": ticket.pk}
    )


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise MessageNeedsWords(_("Write something first."), field="text")


def _refuse_stale(ticket: Ticket, *, seen: int, by) -> None:
    missed = list(
        ticket.timeline.missed_since(seen, by=by)
        .select_related("actor", "customer", "message")
        .in_order()
    )
    if missed:
        who = ", ".join(dict.fromkeys(str(entry.actor or entry.customer) for entry in missed))
        raise SomethingWasMissed(
            _("%(who)s wrote since you looked. Read it, then send again.") % {"who": who},
            missed=missed,
        )


def _last_message_id(ticket: Ticket) -> str:
    """Name the newest mail of the conversation, for the In-Reply-To header."""
    mails = ticket.messages.exclude(internet_message_id="").exclude(is_automatic=True)
    return (
        mails.order_by("-written_at", "-pk").values_list("internet_message_id", flat=True).first()
        or ""
    )
