"""The list of tickets: on its own page, and beside a ticket."""

import json
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.due_words import due_in_words
from helpdesk.filters import InvalidFilter, filter_tickets
from helpdesk.models import Channel, Priority, Status, Ticket
from helpdesk.paging import page_of
from helpdesk.queue import (
    COUNT_CAP,
    FOUND_CAP,
    SORTS,
    VIEWS,
    View,
    count_capped,
    tickets_in,
)
from helpdesk.search_query import read_search
from helpdesk.search_results import excerpts_of
from helpdesk.views.bulk_choices import bulk_acts
from helpdesk.views.rail import rail_context, saved_view
from helpdesk.views.search_help import SEARCH_HELP

PAGE_SIZE = 50
#: What an address may say about the list; everything else in it is about the page.
LIST_PARAMETERS = (
    "saved", "view", "sort", "q", "status", "due", "priority", "channel", "category", "team",
    "assignee", "unassigned", "breached", "escalated", "tag", "requester", "due_after", "due_until",
    "cursor",
)  # fmt: skip
FILTERS = LIST_PARAMETERS[3:-1]
#: What an address may narrow by and the form does not draw: the form hands it on.
UNDRAWN = {"requester": _("Customer"), "due_after": _("Due from"), "due_until": _("Due until")}
YES_OR_NO = ("unassigned", "breached", "escalated")
DUE = (
    ("", _("Any")),
    ("overdue", _("Overdue")),
    ("<1h", _("Within the hour")),
    ("<4h", _("Within four hours")),
    ("today", _("Today")),
    ("tomorrow", _("Tomorrow")),
    ("paused", _("Paused")),
    ("none", _("No deadline")),
)
KEY_FIELDS = ("due_at", "priority", "updated_at")

EMPTY = {
    "mine": (_("Nothing waits for you"), _("Take the next one from your teams."), "unassigned"),
    "unassigned": (_("Everything is taken"), _("New tickets appear here by themselves."), "open"),
    "followed": (_("You follow nothing"), _("Follow a ticket to keep it in sight."), "open"),
}
NOTHING = (_("Nothing here"), _("No ticket is in this state."), "all")


class FilterForm(forms.Form):
    """Draws the filters; ``helpdesk.filters`` decides what they mean."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=500,
        help_text=_('Or status:open, assignee:me, due:<2h, "exact words", -word'),
        widget=forms.SearchInput(attrs={"placeholder": _("Words, number, order, SKU")}),
    )
    sort = forms.ChoiceField(
        label=pgettext_lazy("sorting", "Order"),
        required=False,
        choices=[(key, sort[0]) for key, sort in SORTS.items()],
    )
    status = forms.MultipleChoiceField(
        label=_("Status"), choices=Status.choices, widget=forms.CheckboxSelectMultiple
    )
    priority = forms.MultipleChoiceField(
        label=_("Priority"),
        choices=[(choice.name.lower(), choice.label) for choice in reversed(Priority)],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.MultipleChoiceField(
        label=_("Channel"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    due = forms.ChoiceField(label=_("Due"), required=False, choices=DUE)
    category = forms.ChoiceField(label=_("Category"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    unassigned = forms.BooleanField(label=_("Nobody has it"), required=False)
    breached = forms.BooleanField(label=_("Deadline missed"), required=False)
    escalated = forms.BooleanField(label=_("Escalated"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=40)

    def __init__(self, params, choices):
        super().__init__(params)
        anything, asked = [("", _("Any"))], params.get("due", "")
        if asked not in dict(DUE):
            self.fields["due"].choices = [*DUE, (asked, due_in_words(asked))]
        self.fields["category"].choices = anything + choices.get("category_slug", [])
        self.fields["team"].choices = anything + choices.get("team", [])
        self.fields["assignee"].choices = anything + choices.get("agent", [])

    def chips(self) -> list[tuple[str, str, str, str]]:
        """Return what is set: parameter, value, label, and the value in words."""
        set_values = [
            (name, value) for name in FILTERS for value in self.data.getlist(name) if value
        ]
        return [(name, value, *self._in_words(name, value)) for name, value in set_values]

    def handed_on(self) -> list[tuple[str, str]]:
        """Return what is set and not drawn, so that showing anew does not lose it."""
        return [(name, value) for name in UNDRAWN for value in self.data.getlist(name) if value]

    def _in_words(self, name: str, value: str) -> tuple[str, str]:
        if name in UNDRAWN:
            return str(UNDRAWN[name]), _moment_in_words(value)
        field = self.fields[name]
        words = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        return str(field.label), words.get(value, "" if _is_yes(name, value) else value)


def _is_yes(name: str, value: str) -> bool:
    return name in YES_OR_NO and value.lower() == "true"


def _moment_in_words(value: str) -> str:
    """Say a moment of an address where the reader is; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return date_format(timezone.localtime(at), _("D j M, H:i")) if at.tzinfo else value


@dataclass(frozen=True)
class ListState:
    """What the address says about the list."""

    view: View
    sort: str
    params: QueryDict

    @classmethod
    def of(cls, request) -> "ListState":
        params = QueryDict(mutable=True)
        for name in LIST_PARAMETERS:
            params.setlist(name, [value for value in request.GET.getlist(name) if value])
        view = saved_view(request, params.get("saved", ""))
        view = view or VIEWS.get(params.get("view", ""), VIEWS["mine"])
        sort = params.get("sort", "")
        return cls(view, sort if sort in SORTS else view.sort, params)

    @property
    def query(self) -> str:
        """The list's part of an address, to be set behind links and forms."""
        return self.also()

    def also(self, **page) -> str:
        """The query with words about the page: which tab, which pane, how much."""
        written = "&".join(filter(None, (self.params.urlencode(), urlencode(page))))
        return f"?{written}" if written else ""

    def without(self, name: str, value: str) -> str:
        params = self.params.copy()
        params.setlist(name, [kept for kept in params.getlist(name) if kept != value])
        params.pop("cursor", None)
        return f"{reverse('helpdesk:queue')}?{params.urlencode()}"

    def at(self, cursor: str) -> str:
        if not cursor:
            return ""
        params = self.params.copy()
        params["cursor"] = cursor
        return f"{reverse('helpdesk:queue')}?{params.urlencode()}"

    @property
    def rest_filter(self) -> str:
        """The same list in the words of ``GET /api/v1/tickets/``, as JSON."""
        kept = {name: self.params.getlist(name) for name in FILTERS if self.params.getlist(name)}
        is_saved = self.view.saved_id is not None
        named = {"saved_view": str(self.view.saved_id)} if is_saved else {"view": self.view.name}
        return json.dumps(kept | named)

    @property
    def is_narrowed(self) -> bool:
        return any(self.params.getlist(name) for name in FILTERS)


def list_context(request, state: ListState, choices, *, current: int = 0) -> dict:
    """Everything the list, its head and the rail of views show.

    ``current`` is the ticket that is open beside the list.

    :raises InvalidCursor: for a page address that is not valid any more.
    """
    form = FilterForm(state.params, choices)
    context = rail_context(request, state, choices)
    tickets = tickets_in(state.view, request.user)
    try:
        tickets = filter_tickets(tickets, state.params, at=timezone.now(), user=request.user)
    except InvalidFilter as error:
        tickets, context["filter_errors"] = Ticket.objects.none(), error.errors
    page = page_of(
        tickets.for_list(),
        keys=SORTS[state.sort][1],
        size=PAGE_SIZE,
        cursor=state.params.get("cursor", ""),
    )
    return context | {
        "page": page,
        "older": state.at(page.next_cursor),
        "newer": state.at(page.previous_cursor),
        "total": _total(state, tickets, context["counts"]),
        "total_cap": _cap(state),
        "form": form,
        "search_help": SEARCH_HELP,
        "chips": [
            {"label": label, "value": words, "without": state.without(name, value)}
            for name, value, label, words in form.chips()
        ],
        "words": with_excerpts(page.rows, state.params.get("q", "")),
        "sort_label": SORTS[state.sort][0],
        "empty": _empty(state.view),
        "unfiltered": f"{reverse('helpdesk:queue')}?{state.view.query}",
        "rest_filter": state.rest_filter,
        "bulk_acts": bulk_acts(request.user, choices),
        "list_url": f"{reverse('helpdesk:queue')}{state.query}",
        "refresh_url": f"{reverse('helpdesk:queue')}{state.also(current=current)}",
        "current": current,
    }


def back_to(request, number: int) -> str:
    return f"{reverse('helpdesk:ticket', args=[number])}{ListState.of(request).query}"


def neighbour(request, state: ListState, number: int) -> int | None:
    """Return the ticket below ``number`` in the list, or the first if it has left the list."""
    tickets = tickets_in(state.view, request.user)
    try:
        tickets = filter_tickets(tickets, state.params, at=timezone.now(), user=request.user)
    except InvalidFilter:
        return None
    keys, cursor = SORTS[state.sort][1], state.params.get("cursor", "")
    page = page_of(tickets.only("pk", *KEY_FIELDS), keys=keys, size=PAGE_SIZE, cursor=cursor)
    numbers = [ticket.pk for ticket in page.rows]
    if number not in numbers:
        return numbers[0] if numbers else None
    return next(iter(numbers[numbers.index(number) + 1 :]), None)


def with_excerpts(tickets, text: str) -> tuple[str, ...]:
    """Give the shown tickets the piece of a message that was found; return the words to mark."""
    words = read_search(text).words
    excerpts = excerpts_of([ticket.pk for ticket in tickets], words)
    for ticket in tickets:
        ticket.excerpt = excerpts.get(ticket.pk)
    return words


def _total(state: ListState, tickets, counts: dict[str, int]) -> int:
    """The rail has counted already what is not narrowed."""
    if state.view.name in counts and not state.is_narrowed:
        return counts[state.view.name]
    return count_capped(tickets, cap=_cap(state))


def _cap(state: ListState) -> int:
    return FOUND_CAP if state.is_narrowed else COUNT_CAP


def _empty(view: View) -> dict:
    title, words, way_out = EMPTY.get(view.name, NOTHING)
    return {"title": title, "words": words, "way_out": VIEWS[way_out]}
