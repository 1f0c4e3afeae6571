"""Reads that join several models for one page."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from helpdesk.filters import InvalidFilter, TicketFilter, filter_tickets
from helpdesk.models import (
    AfterSending,
    Attachment,
    Customer,
    Mention,
    Message,
    SavedView,
    Tag,
    Ticket,
    TicketFollower,
    TicketLink,
    TimelineEntry,
)
from helpdesk.models.lookups import IsAnyOf
from helpdesk.queue import VIEWS, View, saved_as_view, tickets_in
from helpdesk.whole_numbers import whole_number
from marketplaces.models import Order

#: A page shows this many messages; older ones are asked for.
MESSAGES_SHOWN = 60
EVENTS_SHOWN = 200
#: One's own fifty, and as many of one's teams.
SAVED_VIEWS_SHOWN = 100


class Around(NamedTuple):
    """What there is around a conversation, so that nobody asks for what is not there."""

    files: bool = True
    mentions: bool = True
    links: bool = True
    followers: bool = True
    drafts: bool = True
    #: Where the reader wants to be after sending.
    after_sending: str = ""


#: Nobody has looked yet: everything has to be asked for.
UNKNOWN = Around()


@dataclass(frozen=True)
class Conversation:
    """Messages and events of a ticket and of what was merged into it, oldest first."""

    ticket: Ticket
    messages: list[Message]
    events: list[TimelineEntry]
    has_earlier: bool
    around: Around

    @property
    def items(self) -> list[Message | TimelineEntry]:
        """Both in one row, by the moment they happened."""
        pairs = [(m.written_at, 0, m.pk, m) for m in self.messages if not m.is_taken_back]
        pairs += [(e.at, 1, e.pk, e) for e in self.events if e.stands_alone]
        return [pair[-1] for pair in sorted(pairs, key=lambda pair: pair[:3])]


def conversation_of(ticket: Ticket, *, user, everything: bool = False) -> Conversation:
    """Read what was said and done, as far as it is for the reader's eyes.

    Costs as many queries whatever its length.
    """
    whole = Ticket.objects.filter(Q(pk=ticket.pk) | Q(merge_root=ticket)).values("pk")
    limit = None if everything else MESSAGES_SHOWN + 1
    messages = list(
        Message.objects.filter(IsAnyOf(F("ticket_id"), whole))
        .select_related("author", "customer", "outgoing")
        .order_by("-written_at", "-pk")[:limit]
    )
    has_earlier = not everything and len(messages) > MESSAGES_SHOWN
    if has_earlier:
        messages = messages[:MESSAGES_SHOWN]
    messages.reverse()
    around = _around(ticket, messages, user=user)
    files = Attachment.objects.all() if around.files else Attachment.objects.none()
    mentions = Mention.objects.all() if around.mentions else Mention.objects.none()
    prefetch_related_objects(
        messages, Prefetch("attachments", files), Prefetch("mentions", mentions)
    )
    since = {"at__gte": messages[0].written_at} if has_earlier else {}
    events = timeline_of(whole, user=user, **since)
    return Conversation(ticket, messages, events, has_earlier, around)


_AROUND = """
SELECT
    EXISTS (SELECT FROM helpdesk_attachment WHERE message_id = ANY (%(messages)s)),
    EXISTS (SELECT FROM helpdesk_mention WHERE message_id = ANY (%(messages)s)),
    EXISTS (SELECT FROM helpdesk_ticketlink WHERE source_id = %(ticket)s)
        OR EXISTS (SELECT FROM helpdesk_ticketlink WHERE target_id = %(ticket)s),
    EXISTS (SELECT FROM helpdesk_ticketfollower WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM helpdesk_draft WHERE ticket_id = %(ticket)s AND user_id = %(user)s),
    (SELECT after_sending FROM helpdesk_workspacepreference WHERE user_id = %(user)s)
"""


def _around(ticket: Ticket, messages: list[Message], *, user) -> Around:
    """In one statement, and after the messages: what came with them is there when they are."""
    facts = {"messages": [m.pk for m in messages], "ticket": ticket.pk, "user": user.pk}
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, facts)
        *found, after_sending = cursor.fetchone()
    return Around(*found, after_sending or AfterSending.STAY)


def timeline_of(tickets: QuerySet, *, user, **conditions) -> list[TimelineEntry]:
    """Read the newest acts, oldest first."""
    entries = (
        TimelineEntry.objects.filter(IsAnyOf(F("ticket_id"), tickets), **conditions)
        .readable_by(user)
        .select_related("actor", "customer")
        .order_by("-pk")[:EVENTS_SHOWN]
    )
    return list(entries)[::-1]


def ticket_for_page(tickets: QuerySet, number: int) -> Ticket:
    """Read a ticket with everything its head and panel name.

    Where it was merged into is one more question, since few are.

    :raises Ticket.DoesNotExist: if ``tickets`` (what the reader may see) does not hold it.
    """
    return (
        tickets.select_related(
            "requester",
            "assignee",
            "team__tier",
            "category",
            "product_line",
            "order__store",
        )
        .prefetch_related("order__lines", "order__shipments", "requester__identities")
        .annotate(tag_names=ArraySubquery(_tags_of_ticket().values("name")))
        .get(pk=number)
    )


def _tags_of_ticket() -> QuerySet[Tag]:
    return Tag.objects.filter(tickets=OuterRef("pk")).order_by("name")


def links_of(ticket: Ticket, *, user) -> list[TicketLink]:
    """Links to tickets the reader may see."""
    links = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket))
    links = list(links.select_related("source", "target").order_by("pk"))
    if not links:  # most tickets stand alone, and pages need not wait for the second question
        return []
    ends = {number for link in links for number in (link.source_id, link.target_id)}
    visible = set(Ticket.objects.visible_to(user).filter(pk__in=ends).values_list("pk", flat=True))
    return [link for link in links if {link.source_id, link.target_id} <= visible]


def followers_of(ticket: Ticket) -> list[TicketFollower]:
    return list(
        TicketFollower.objects.filter(ticket=ticket).select_related("user").order_by("since")
    )


def other_tickets_of(customer: Customer, *, user, besides: Ticket | None = None, limit: int = 5):
    """The customer's newest tickets the reader may see."""
    tickets = Ticket.objects.visible_to(user).filter(requester=customer)
    if besides is not None:
        tickets = tickets.exclude(pk=besides.pk)
    return list(tickets.for_list().order_by("-opened_at", "-pk")[:limit])


def orders_of(customer: Customer, *, limit: int = 20) -> list[Order]:
    """The customer's newest orders on all channels that are linked to them."""
    orders = Order.objects.filter(buyer__identity__customer=customer)
    return list(orders.with_lines().newest_first()[:limit])


def saved_views_of(user) -> list[SavedView]:
    """What stands under "Saved": one's own views and those of one's teams, by name."""
    views = SavedView.objects.visible_to(user).select_related("owner", "team")
    return list(views.order_by("name", "pk")[:SAVED_VIEWS_SHOWN])


def view_named(params, *, user, at: datetime) -> View:
    """Return the view that ``view`` or ``saved_view`` of some parameters means; else all.

    :raises InvalidFilter: for a view that is not there, or not the reader's to have.
    """
    name, saved = params.get("view", ""), params.get("saved_view", "")
    if not saved:
        if name and name not in VIEWS:
            raise InvalidFilter(
                {"view": [_("Possible: %(possible)s.") % {"possible": ", ".join(VIEWS)}]}
            )
        return VIEWS[name or "all"]
    if name:
        raise InvalidFilter({"view": [_("Give a view or a saved view, not both.")]})
    views = SavedView.objects.visible_to(user)
    view = views.filter(pk=whole_number(saved)).first()
    if view is None:
        raise InvalidFilter({"saved_view": [_("There is no such view.")]})
    return saved_as_view(view, at=at)


def numbers_found(params, *, user, at: datetime, limit: int) -> list[int]:
    """Return the numbers of the tickets that the parameters of a list find.

    :raises InvalidFilter: naming a parameter that is unknown or not possible.
    """
    known = [*TicketFilter.base_filters, "view", "saved_view"]
    unknown = sorted(set(params) - set(known))
    if unknown:
        possible = {"possible": ", ".join(known)}
        sentence = _("This is not known here; possible: %(possible)s.") % possible
        raise InvalidFilter({name[:40]: [sentence] for name in unknown})
    view = view_named(params, user=user, at=at)
    tickets = filter_tickets(tickets_in(view, user), params, at=at, user=user)
    return list(tickets.order_by("pk").values_list("pk", flat=True).distinct()[:limit])
