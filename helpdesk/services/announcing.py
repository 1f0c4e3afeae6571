"""Who is told of what happens on a ticket. Each needs the transaction of the act."""

from datetime import datetime

from helpdesk.models import (
    Message,
    NotificationKind,
    OutgoingMail,
    Ticket,
    TimelineEntry,
    TimelineKind,
)
from helpdesk.services.mentioning import tell_the_mentioned
from helpdesk.services.notifications import tell


def tell_the_assignee(ticket: Ticket, *, by, at: datetime) -> None:
    """Somebody else gave the ticket to a person; a change of team alone tells nobody."""
    entry = ticket.timeline.in_order().last()
    if entry.kind == TimelineKind.ASSIGNED and ticket.assignee_id:
        tell([ticket.assignee_id], NotificationKind.ASSIGNED, entry=entry, by=by, at=at)


def tell_of_customer_message(ticket: Ticket, message: Message, *, at: datetime) -> None:
    """The assignee is told that the customer wrote; followers that something happened."""
    entry = message.timeline.get(kind=TimelineKind.CUSTOMER_WROTE)
    tell([ticket.assignee_id], NotificationKind.CUSTOMER_WROTE, entry=entry, by=None, at=at)
    _tell_followers(entry, besides={ticket.assignee_id}, by=None, at=at)


def tell_of_reply(message: Message, *, by, at: datetime) -> None:
    entry = message.timeline.get(kind=TimelineKind.REPLIED)
    _tell_followers(entry, by=by, at=at)


def tell_of_note(message: Message, *, by, at: datetime) -> None:
    """Who is named in the note is told so; the other followers that something happened."""
    mentioned = {person.pk for person in tell_the_mentioned(message, by=by, at=at)}
    entry = message.timeline.get(kind=TimelineKind.NOTED)
    _tell_followers(entry, besides=mentioned, by=by, at=at)


def tell_of_step(ticket: Ticket, kind: str, *, by, at: datetime) -> None:
    """A colleague solved or reopened it. A customer who reopens by writing is told of already."""
    if by is not None:
        _tell_followers(ticket.timeline.filter(kind=kind).in_order().last(), by=by, at=at)


def tell_of_merge(ticket: Ticket, into: Ticket, *, by, at: datetime) -> None:
    """Followers of either ticket are told once, on the ticket they follow."""
    told: set[int] = set()
    for one in (ticket, into):
        entry = one.timeline.filter(kind=TimelineKind.MERGED).in_order().last()
        told |= _tell_followers(entry, besides=told, by=by, at=at)


def tell_of_mail_trouble(mail: OutgoingMail, entry: TimelineEntry, *, at: datetime) -> None:
    """The author of a reply learns that it did not arrive, or may not have."""
    kind = NotificationKind.MAIL_TROUBLE
    tell([mail.message.author_id], kind, entry=entry, by=None, at=at)


def _tell_followers(
    entry: TimelineEntry, *, by, at: datetime, besides: set[int | None] = frozenset()
) -> set[int]:
    followers = set(entry.ticket.followers.values_list("user_id", flat=True)) - besides
    tell(followers, NotificationKind.FOLLOWED, entry=entry, by=by, at=at)
    return followers
