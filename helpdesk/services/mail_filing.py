"""What a mail that could be read becomes: a ticket, part of one, or a line in the mail log."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from accounts.models import Team
from helpdesk.mail.addressing import relay_marketplace
from helpdesk.mail.message import AutomaticKind, ParsedMail
from helpdesk.models import (
    Channel,
    CustomerIdentity,
    IdentityKind,
    InboundMail,
    InboundState,
    LinkKind,
    Message,
    Outcome,
    Status,
    Ticket,
    TicketLink,
    TimelineKind,
)
from helpdesk.services.attachments import Upload, attach
from helpdesk.services.conversation import receive_customer_message
from helpdesk.services.customers import identify_customer
from helpdesk.services.opening import Sorting, open_ticket
from helpdesk.services.outbox import note_bounce
from helpdesk.services.threading import order_named_in, ticket_of
from helpdesk.services.timeline import record

#: A sender who opens more tickets than this in an hour is a machine that does not say so.
TICKETS_PER_HOUR = 20


class MailRefused(Exception):
    """A mail that a person should look at. ``code`` is stable, the text is for the agent."""

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Filed:
    outcome: str
    ticket: Ticket | None = None
    message: Message | None = None
    duplicate_of: InboundMail | None = None
    evidence: str = ""


def file_parsed(parsed: ParsedMail, *, mail: InboundMail) -> Filed:
    """File a mail as of the moment it was received, however late that is. Needs a transaction.

    Whoever wrote has waited since then: clocks count from the receipt, not from our filing.

    :raises MailRefused: if a person should look first.
    """
    at = mail.received_at
    duplicate = _filed_before(parsed, mail)
    if duplicate is not None:
        return Filed(Outcome.DUPLICATE, ticket=duplicate.ticket, duplicate_of=duplicate)
    if parsed.automatic is not None:
        return _file_automatic(parsed, at=at)
    return _file_contact(parsed, at=at)


def file_as_ticket(parsed: ParsedMail, *, at: datetime, keeps_message_id: bool = True) -> Filed:
    """Open a ticket for a mail because a person said so, whatever it looks like."""
    identity, channel = _writer(parsed, at=at)
    fields = _message_fields(parsed)
    if not keeps_message_id:
        fields["internet_message_id"] = ""
    return _open(parsed, identity, channel, None, fields, at=at)


def _filed_before(parsed: ParsedMail, mail: InboundMail) -> InboundMail | None:
    earlier = (
        InboundMail.objects.without_raw()
        .filter(internet_message_id=parsed.message_id, state=InboundState.FILED)
        .exclude(outcome=Outcome.DUPLICATE)
        .exclude(pk=mail.pk)
        .select_related("ticket")
        .first()
    )
    if earlier is not None and earlier.sender != parsed.sender.email[:320]:
        raise MailRefused(
            "message_id_taken",
            f"Another sender ({earlier.sender or 'unknown'}) sent a mail with the same Message-ID.",
        )
    return earlier


def _file_automatic(parsed: ParsedMail, *, at: datetime) -> Filed:
    kind, evidence = parsed.automatic.kind, "; ".join(parsed.automatic.evidence)
    if kind == AutomaticKind.LOOP:
        return Filed(Outcome.LOOP, evidence=evidence)
    if kind == AutomaticKind.BOUNCE:
        ticket = note_bounce(parsed.bounce, at=at) if parsed.bounce else None
        return Filed(Outcome.BOUNCE, ticket=ticket, evidence=evidence)
    outcome = Outcome.BULK if kind == AutomaticKind.BULK else Outcome.AUTO_REPLY
    ticket = ticket_of(parsed, identity=None, is_relayed=False, at=at)
    if ticket is None or ticket.status == Status.CLOSED or not parsed.sender.email:
        return Filed(outcome, ticket=ticket, evidence=evidence)
    identity, _ = _writer(parsed, at=at)
    message = _join(ticket, parsed, identity, at=at)
    return Filed(outcome, ticket=ticket, message=message, evidence=evidence)


def _file_contact(parsed: ParsedMail, *, at: datetime) -> Filed:
    identity, channel = _writer(parsed, at=at)
    is_relayed = identity.kind != IdentityKind.EMAIL
    ticket = ticket_of(parsed, identity=identity, is_relayed=is_relayed, at=at)
    if ticket is not None:
        # Taken before the look at its status: closing and answering must not cross.
        ticket = Ticket.objects.locked(ticket.pk)
    if ticket is not None and ticket.status != Status.CLOSED:
        message = _join(ticket, parsed, identity, at=at)
        return Filed(Outcome.FOLLOW_UP, ticket=ticket, message=message)
    _refuse_flood(identity, at=at)
    return _open(parsed, identity, channel, ticket, _message_fields(parsed), at=at)


def _open(
    parsed: ParsedMail,
    identity: CustomerIdentity,
    channel: str,
    follow_up_of: Ticket | None,
    fields: dict,
    *,
    at: datetime,
) -> Filed:
    order = order_named_in(f"{parsed.subject} {parsed.text}", identity)
    ticket = open_ticket(
        requester=identity.customer,
        identity=identity,
        subject=parsed.subject,
        text=parsed.text,
        channel=channel,
        sorting=Sorting(order=order, team=_team_of(follow_up_of)),
        mail=fields,
        at=at,
    )
    message = ticket.messages.get()
    attach(message, _uploads(parsed), at=at)
    _tell_defects(ticket, parsed, message, at=at)
    if follow_up_of is not None:
        TicketLink.objects.create(
            source=ticket, target=follow_up_of, kind=LinkKind.FOLLOW_UP_OF, created_at=at
        )
        record(
            ticket, TimelineKind.LINKED, at=at, after=follow_up_of.pk, link=LinkKind.FOLLOW_UP_OF
        )
    return Filed(Outcome.TICKET_OPENED, ticket=ticket, message=message)


def _team_of(follow_up_of: Ticket | None) -> Team | None:
    """A customer's mail goes on with the team they know, never to a tier they cannot write to."""
    team = follow_up_of.team if follow_up_of else None
    return team if team and team.tier.is_customer_facing else None


def _join(
    ticket: Ticket, parsed: ParsedMail, identity: CustomerIdentity, *, at: datetime
) -> Message:
    message = receive_customer_message(
        ticket.pk,
        customer=identity.customer,
        text=parsed.text,
        uploads=_uploads(parsed),
        mail=_message_fields(parsed),
        at=at,
    )
    _tell_defects(ticket, parsed, message, at=at)
    return message


def _writer(parsed: ParsedMail, *, at: datetime) -> tuple[CustomerIdentity, str]:
    """Return who wrote, and by which channel; a relay address is a marketplace account."""
    email = parsed.sender.email
    marketplace = relay_marketplace(email, settings.MARKETPLACE_RELAY_DOMAINS)
    kind = IdentityKind(marketplace) if marketplace else IdentityKind.EMAIL
    channel = Channel(marketplace) if marketplace else Channel.EMAIL
    identity = identify_customer(
        kind=kind, value=email, name=parsed.sender.name, evidence=gettext_noop("wrote to us"), at=at
    )
    return identity, channel


def _refuse_flood(identity: CustomerIdentity, *, at: datetime) -> None:
    recent = Ticket.objects.filter(identity=identity, opened_at__gt=at - timedelta(hours=1))
    if recent.count() >= TICKETS_PER_HOUR:
        raise MailRefused(
            "too_many",
            f"{identity.value} opened {TICKETS_PER_HOUR} tickets within an hour.",
        )


def _message_fields(parsed: ParsedMail) -> dict:
    return {
        "quoted_text": parsed.quoted_text,
        "html": parsed.html,
        "has_remote_images": parsed.has_remote_images,
        "is_automatic": parsed.automatic is not None,
        "internet_message_id": parsed.message_id,
        "in_reply_to": parsed.in_reply_to,
    }


def _uploads(parsed: ParsedMail) -> list[Upload]:
    return [
        Upload(
            filename=file.filename,
            content_type=file.content_type,
            content=file.content,
            content_id=file.content_id,
            is_inline=file.is_inline,
        )
        for file in parsed.attachments
    ]


def _tell_defects(ticket: Ticket, parsed: ParsedMail, message: Message, *, at: datetime) -> None:
    """Say on the ticket what the mail had that the reader does not see."""
    if parsed.defects:
        record(
            ticket,
            TimelineKind.ATTACHMENT_LEFT_OUT,
            message=message,
            after=parsed.defects[0],
            defects=list(parsed.defects[:20]),
            at=at,
        )
