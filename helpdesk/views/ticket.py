"""The ticket page: what is known, what was said, what can be done."""

from dataclasses import dataclass
from dataclasses import field as field_of
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.rules import Act, may
from helpdesk.htmx import is_htmx, vary
from helpdesk.models import AfterSending, Channel, LinkKind, Status, Ticket, TicketLink
from helpdesk.paging import InvalidCursor
from helpdesk.rules import statuses_for_choice
from helpdesk.selectors import (
    UNKNOWN,
    Around,
    conversation_of,
    followers_of,
    links_of,
    other_tickets_of,
    ticket_for_page,
)
from helpdesk.services.drafts import drafts_of
from helpdesk.services.looks import note_look
from helpdesk.services.workspace import after_sending_of
from helpdesk.views.choices import ticket_choices
from helpdesk.views.listing import ListState, list_context
from helpdesk.views.log import log_of, news_since
from helpdesk.views.sending import undo_context
from helpdesk.whole_numbers import whole_number

TABS = {"case": _("Case"), "history": _("History"), "timeline": _("Timeline")}
GOES_BY = {
    Channel.PHONE: _("kept here, nothing is sent by telephone"),
    Channel.WEB: _("kept here, this channel has no way back"),
    Channel.SHOPIFY: _("kept here until Shopify is connected"),
}


@dataclass
class Composer:
    """What stands in the composer: empty, or the text of somebody who was refused."""

    seen: int
    goes: str = ""
    text: str = ""
    mode: str = "reply"
    error: str = ""
    field: str = ""
    missed: tuple = ()
    drafts: dict = field_of(default_factory=dict)
    after_sending: str = AfterSending.STAY
    after_sending_choices: tuple = tuple(AfterSending.choices)
    #: Names this one use of the form: sent twice, it is one message.
    key: UUID = field_of(default_factory=uuid4)


@login_required
@require_safe
def ticket(request, number):
    found = load_ticket(request, number)
    note_look(found, by=request.user, at=timezone.now())
    try:
        return ticket_page(request, found)
    except InvalidCursor:
        state = ListState.of(request)
        state.params.pop("cursor")
        return redirect(f"{request.path}{state.query}")


def load_ticket(request, number: int) -> Ticket:
    """:raises Http404: for a ticket that is not there or not the reader's to see."""
    try:
        return ticket_for_page(Ticket.objects.visible_to(request.user), number)
    except Ticket.DoesNotExist as error:
        raise Http404("No such ticket") from error


def ticket_page(
    request, ticket: Ticket, *, composer=None, unseen: frozenset[int] = frozenset(), status=200
):
    """Render the page, or for htmx a piece: the context panel with another tab, or another ticket.

    ``unseen`` are the messages to mark as new.
    """
    piece = request.htmx.target if is_htmx(request) else "main"
    # The views people keep stand in the rail, which only the whole page has.
    choices = ticket_choices(request.user if piece == "main" else None)
    state = ListState.of(request)
    conversation = conversation_of(ticket, user=request.user, everything="earlier" in request.GET)
    around = conversation.around
    context = act_context(request, ticket, choices, around=around)
    context |= tab_context(request, ticket, conversation)
    if piece not in ("main", "conversation"):
        return vary(render(request, "helpdesk/_context.html", context))
    if piece == "main":
        context |= list_context(request, state, choices, current=ticket.pk)
    context |= {
        "log": log_of(conversation, unseen=unseen),
        "earlier_url": state.also(earlier="1"),
        "composer": composer or composer_for(ticket, request.user, around=around),
        **undo_context(request),
    }
    page = "helpdesk/ticket.html" if piece == "main" else "helpdesk/_switched.html"
    return vary(render(request, page, context, status=status))


def aftermath(request, ticket: Ticket) -> dict:
    """What changes on an open page after an act: the end of the log, the panels in sight."""
    page = parse_qs(urlsplit(request.htmx.current_url or "").query)
    return {
        "news": news_since(ticket, shown_to(request), reader=request.user),
        "shows_case": page.get("tab", ["case"]) == ["case"],
    }


def shown_to(request) -> int:
    """The last event that the reader's log shows; without one nothing is added to it."""
    shown = whole_number((request.POST or request.GET).get("shown", ""))
    return 2**62 if shown is None else shown


def act_context(request, ticket: Ticket, choices=None, *, around: Around = UNKNOWN) -> dict:
    """What the head, the composer and the panels that acts change need."""
    state = ListState.of(request)
    followers = followers_of(ticket) if around.followers else []
    links = links_of(ticket, user=request.user) if around.links else []
    address = reverse("helpdesk:ticket", args=[ticket.pk])
    return {
        "ticket": ticket,
        "customer": ticket.requester,
        "identities": ticket.requester.identities.all(),
        "can": allowed_acts(request.user, ticket),
        "choices": choices or ticket_choices(),
        "followers": followers,
        "is_followed": any(follow.user_id == request.user.pk for follow in followers),
        "links": [LinkShown.of(link, ticket) for link in links],
        "query": state.query,
        "list_url": f"{reverse('helpdesk:queue')}{state.query}",
        "conversation_url": f"{address}{state.query}",
        "context_url": f"{address}{state.also(show='context')}",
        "reply_url": f"{reverse('helpdesk:reply', args=[ticket.pk])}{state.query}",
        "note_url": f"{reverse('helpdesk:note', args=[ticket.pk])}{state.query}",
    }


def allowed_acts(user, ticket: Ticket) -> dict:
    """Which controls to show; the services decide again."""
    is_closed = ticket.status == Status.CLOSED
    changes_status = may(user, Act.CHANGE_STATUS)
    return {
        "reply": may(user, Act.REPLY) and not is_closed,
        "note": may(user, Act.NOTE),
        "claim": may(user, Act.CLAIM) and not is_closed,
        "assign": may(user, Act.ASSIGN) and not is_closed,
        "triage": may(user, Act.TRIAGE),
        "merge": may(user, Act.MERGE),
        "link": may(user, Act.LINK),
        "change_status": changes_status,
        "become": statuses_for_choice(ticket.status) if changes_status else [],
    }


def composer_for(ticket: Ticket, user, *, around: Around = UNKNOWN, **refused) -> Composer:
    """What stands in the composer: what was refused, else what was begun last, else nothing."""
    goes = GOES_BY.get(ticket.channel) or _("to %(customer)s by %(channel)s") % {
        "customer": ticket.requester.name,
        "channel": ticket.get_channel_display(),
    }
    drafts = drafts_of(ticket, user) if around.drafts else {}
    newest = max(drafts.values(), key=lambda draft: draft.updated_at, default=None)
    if "error" not in refused and newest is not None:
        refused |= {"mode": newest.mode, "text": newest.text}
    wish = around.after_sending or after_sending_of(user)
    return Composer(ticket.last_event, goes=goes, drafts=drafts, after_sending=wish, **refused)


def tab_context(request, ticket: Ticket, conversation) -> dict:
    """The context panel with the tab that the address names."""
    chosen = request.GET.get("tab", "case")
    chosen = chosen if chosen in TABS else "case"
    state = ListState.of(request)
    address = reverse("helpdesk:ticket", args=[ticket.pk])
    shows = "context" if "tab" in request.GET or request.GET.get("show") == "context" else ""
    context = {
        "shows": shows or "conversation",
        "tab_label": TABS[chosen],
        "tab_template": f"helpdesk/_tab_{chosen}.html",
        "tabs": [
            {"label": label, "is_current": name == chosen, "url": address + state.also(tab=name)}
            for name, label in TABS.items()
        ],
        "timeline_url": address + state.also(tab="timeline"),
    }
    if chosen == "history":
        context["others"] = other_tickets_of(
            ticket.requester, user=request.user, besides=ticket, limit=30
        )
    if chosen == "timeline":
        said = {message.pk: message.text for message in conversation.messages}
        events = reversed(conversation.events)
        context["entries"] = [(entry, said.get(entry.message_id, "")) for entry in events]
    return context


@dataclass(frozen=True)
class LinkShown:
    """A link as seen from one of its ends."""

    pk: int
    ticket: Ticket
    words: str

    @classmethod
    def of(cls, link: TicketLink, here: Ticket) -> "LinkShown":
        if link.source_id == here.pk:
            return cls(link.pk, link.target, link.get_kind_display())
        backwards = {
            LinkKind.SPLIT_FROM: _("Split off"),
            LinkKind.FOLLOW_UP_OF: _("Followed up in"),
        }
        return cls(link.pk, link.source, backwards.get(link.kind, link.get_kind_display()))
