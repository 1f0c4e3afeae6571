"""Tickets that belong together, and people who keep an eye on one."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import (
    CustomerIdentity,
    LinkKind,
    Message,
    MessageKind,
    Ticket,
    TicketFollower,
    TicketLink,
    TimelineEntry,
    TimelineKind,
)
from helpdesk.services.attachments import share_attachments
from helpdesk.services.identities import hold_identity_of
from helpdesk.services.search import index_opening
from helpdesk.services.timeline import record


class CannotLink(RuleViolation):
    code = "cannot_link"


class CannotSplit(RuleViolation):
    code = "cannot_split"


@transaction.atomic
def link_ticket(
    ticket_id: int, *, to: int, by, at: datetime, kind: str = LinkKind.RELATED
) -> TicketLink:
    """Link two tickets; related ones are related both ways, however it was said.

    :raises CannotLink: to itself, or twice.
    """
    require(by, Act.LINK)
    if ticket_id == to:
        raise CannotLink(_("A ticket cannot be linked to itself."), field="to")
    tickets = {pk: Ticket.objects.locked(pk) for pk in sorted((ticket_id, to))}
    source, target = tickets[ticket_id], tickets[to]
    if kind == LinkKind.RELATED and target.pk < source.pk:
        source, target = target, source
    link, is_new = TicketLink.objects.get_or_create(
        source=source, target=target, kind=kind, defaults={"created_at": at}
    )
    if not is_new:
        raise CannotLink(
            _("The tickets %(one)d and %(other)d are linked already.")
            % {"one": ticket_id, "other": to},
            field="to",
        )
    _record_both(tickets.values(), TimelineKind.LINKED, kind=kind, by=by, at=at)
    return link


@transaction.atomic
def unlink_ticket(link_id: int, *, by, at: datetime) -> None:
    """Take a link away."""
    require(by, Act.LINK)
    link = TicketLink.objects.get(pk=link_id)
    tickets = [Ticket.objects.locked(pk) for pk in sorted((link.source_id, link.target_id))]
    link.delete()
    _record_both(tickets, TimelineKind.UNLINKED, kind=link.kind, by=by, at=at)


@transaction.atomic
def split_ticket(ticket_id: int, *, message_id: int, subject: str, by, at: datetime) -> Ticket:
    """Give one customer message a ticket of its own. The original message stays where it is.

    Whoever has not been answered since waits on the new ticket from when they wrote
    (docs/decisions/030); the entry of its opening says since when.

    :raises CannotSplit: if the message is not the customer's or not of this ticket.
    """
    require(by, Act.LINK)
    hold_identity_of(ticket_id)
    ticket = Ticket.objects.locked(ticket_id)
    message = Message.objects.filter(pk=message_id, ticket=ticket).first()
    if message is None or message.kind != MessageKind.CUSTOMER_MESSAGE:
        raise CannotSplit(_("Choose a message of the customer on this ticket."), field="message")
    if not subject.strip():
        raise CannotSplit(_("The new ticket needs a subject."), field="subject")
    new = _copy_with(ticket, message, subject=subject.strip()[:250], by=by, at=at)
    TicketLink.objects.create(source=new, target=ticket, kind=LinkKind.SPLIT_FROM, created_at=at)
    record(ticket, TimelineKind.SPLIT, by=by, at=at, after=new.pk, message=message)
    return new


@transaction.atomic
def follow_ticket(ticket_id: int, *, by, at: datetime) -> None:
    """Keep an eye on a ticket. Following twice is following."""
    require(by, Act.FOLLOW)
    ticket = Ticket.objects.locked(ticket_id)
    if start_following(ticket, by, at=at):
        record(ticket, TimelineKind.FOLLOWED, by=by, at=at)


def start_following(ticket: Ticket, user, *, at: datetime) -> bool:
    """Write that somebody follows; says whether that is new. Needs the ticket's lock."""
    _row, is_new = TicketFollower.objects.get_or_create(
        ticket=ticket, user=user, defaults={"since": at}
    )
    return is_new


@transaction.atomic
def unfollow_ticket(ticket_id: int, *, by, at: datetime) -> None:
    require(by, Act.FOLLOW)
    ticket = Ticket.objects.locked(ticket_id)
    gone, _each = TicketFollower.objects.filter(ticket=ticket, user=by).delete()
    if gone:
        record(ticket, TimelineKind.UNFOLLOWED, by=by, at=at, left_person=by.pk)


def _copy_with(ticket: Ticket, message: Message, *, subject: str, by, at: datetime) -> Ticket:
    identity = _identity_behind(message, ticket)
    new = Ticket.objects.create(
        subject=subject,
        requester_id=identity.customer_id if identity else message.customer_id,
        identity=identity,
        channel=ticket.channel,
        order=ticket.order,
        team=ticket.team,
        priority=ticket.priority,
        product_line=ticket.product_line,
        opened_at=at,
        updated_at=at,
        last_customer_message_at=message.written_at,
    )
    first = Message.objects.create(
        ticket=new,
        kind=MessageKind.CUSTOMER_MESSAGE,
        customer_id=message.customer_id,
        text=message.text,
        quoted_text=message.quoted_text,
        html=message.html,
        has_remote_images=message.has_remote_images,
        in_reply_to=message.internet_message_id,
        written_at=message.written_at,
    )
    share_attachments(message, first)
    since = _waits_since(ticket, message, at=at)
    waiting = {"waiting_since": since.isoformat()} if since < at else {}
    record(new, TimelineKind.OPENED, by=by, at=at, message=first, before=ticket.pk, **waiting)
    index_opening(new, first.text)
    events.ticket_opened.send(Ticket, ticket=new, message=first, since=since, at=at)
    return new


def _waits_since(ticket: Ticket, message: Message, *, at: datetime) -> datetime:
    """Return when the message's customer began to wait: now, if they were answered since."""
    entries = TimelineEntry.objects.filter(ticket__in={ticket.pk, ticket.merge_root_id} - {None})
    wrote = entries.filter(
        message=message, kind__in=(TimelineKind.OPENED, TimelineKind.CUSTOMER_WROTE)
    ).first()
    if wrote is None or _is_settled_since(entries, wrote):
        return at
    told = wrote.facts.get("waiting_since")
    return min(at, datetime.fromisoformat(told) if told else wrote.at)


def _is_settled_since(entries, wrote: TimelineEntry) -> bool:
    """Whether a person has replied after it, or said that no response is needed."""
    taken_back = entries.filter(kind=TimelineKind.REPLY_RETRACTED).values("message")
    replied = Q(kind=TimelineKind.REPLIED, actor__isnull=False) & ~Q(message__in=taken_back)
    later = entries.filter(pk__gt=wrote.pk)
    return later.filter(replied | Q(kind=TimelineKind.SLA_EXEMPTED)).exists()


def _identity_behind(message: Message, ticket: Ticket) -> CustomerIdentity | None:
    """The ticket's identity if the message came by it, and not from somebody in copy."""
    identity = ticket.identity
    if identity is None or message.customer_id == identity.customer_id:
        return identity
    was_theirs = identity.history.filter(source=message.customer_id).exists()
    return identity if was_theirs else None


def _record_both(tickets, kind_of_entry: str, *, kind: str, by, at: datetime) -> None:
    first, second = tickets
    record(first, kind_of_entry, by=by, at=at, after=second.pk, link=kind)
    record(second, kind_of_entry, by=by, at=at, after=first.pk, link=kind)
