"""Clocks on pages: chips for rows and heads, each list of tickets read at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.rules import Act, may
from escalations.board import late_count
from escalations.clock_story import REPLIES
from escalations.countdowns import Countdown
from escalations.models import Metric, SLAEvent
from escalations.selectors import clocks_of_ticket, next_clocks
from helpdesk.models import Ticket
from helpdesk.templatetags.tickets import channel

register = template.Library()

#: What is left of the way to a deadline, as a ring or a square.
_RING = {
    "internal": '<circle class="track" cx="6" cy="6" r="4.7"/><circle class="arc" cx="6" cy="6"'
    ' r="4.7" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 6 6)"/>',
    "channel": '<rect class="track" x="1.5" y="1.5" width="9" height="9"/><path class="arc"'
    ' d="M6 1.5h4.5v9h-9v-9z" pathLength="100" stroke-dasharray="{} 100"/>',
}
_LATE = '<path class="late" d="M6 1.5 11 10.5H1zM6 5v2.5"/>'
_BARS = '<svg viewBox="0 0 12 12" aria-hidden="true"><path d="M4 2.5v7M8 2.5v7"/></svg>'
_CHECK = '<svg viewBox="0 0 12 12" aria-hidden="true"><path d="m2 6.5 2.7 2.7L10 3.5"/></svg>'


#: The navigation says 99+ from here on.
MOST_COUNTED = 100


@register.simple_tag
def clocks_of(tickets: Iterable[Ticket]) -> dict[int, Countdown]:
    """Read the next clock of every ticket of a list, all at once."""
    now = datetime.now(UTC)
    found = next_clocks([ticket.pk for ticket in tickets])
    return {number: Countdown(clock, now) for number, clock in found.items()}


@register.inclusion_tag("escalations/_failing_tab.html", takes_context=True)
def failing_tab(context, place: str) -> dict:
    """Say what failed to whoever looks after the clocks, while there is something to say."""
    looks_after = may(context["request"].user, Act.MANAGE_SLA)
    count = SLAEvent.objects.failing()[:MOST_COUNTED].count() if looks_after else 0
    return {"count": count, "place": place}


@register.filter
def next_of(clocks: dict[int, Countdown] | str, ticket: Ticket) -> Countdown | None:
    return clocks.get(ticket.pk) if clocks else None


@dataclass(frozen=True)
class TicketClocks:
    """All clocks of a ticket, the most urgent first."""

    all: tuple[Countdown, ...]
    may_exempt: bool

    @property
    def open(self) -> list[Countdown]:
        return [each for each in self.all if each.is_open]

    @property
    def over(self) -> list[Countdown]:
        return [each for each in self.all if not each.is_open]

    @property
    def in_head(self) -> list[Countdown]:
        """The next of each kind; when nothing is owed any more, what was done last."""
        own = [each for each in self.open if each.clock.metric != Metric.INQUIRY]
        kinds = {each.kind: each for each in reversed(own)}
        shown = [each for each in own if kinds[each.kind] is each]
        return shown or [each for each in self.over if each.clock.metric != Metric.INQUIRY][:1]

    @property
    def next(self) -> Countdown | None:
        own = (each for each in self.all if each.clock.metric != Metric.INQUIRY)
        return next((each for each in own if each.is_running), None)


@register.simple_tag(takes_context=True)
def ticket_clocks(context, ticket: Ticket) -> TicketClocks:
    """Read all clocks of a ticket, once however often they are drawn."""
    if not hasattr(ticket, "clocks_on_page"):
        now, user = datetime.now(UTC), context["request"].user
        shown = tuple(Countdown(clock, now) for clock in clocks_of_ticket(ticket.pk, user=user))
        is_owed = any(each.is_open and each.clock.metric in REPLIES for each in shown)
        ticket.clocks_on_page = TicketClocks(shown, is_owed and may(user, Act.EXEMPT_CLOCK))
    return ticket.clocks_on_page


@register.simple_tag
def clock_chip(shown: Countdown, code: str = "", is_brief: bool = False, titled: bool = False):
    """Draw a clock: square for a marketplace's, round for ours. ``code`` is the channel's name.

    ``titled`` marks the one that the window's title repeats.
    """
    running = ""
    if shown.is_running:
        due = int(shown.clock.due_at.timestamp())
        near = int(shown.near.total_seconds())
        running = format_html(' data-due="{}" data-near="{}" data-span="{}"', due, near, shown.span)
    return format_html(
        '<span class="clock" data-kind="{}" data-state="{}" title="{}"{}{}>{}{}<span'
        ' class="visually-hidden">{}</span><b>{}</b>{}</span>',
        shown.kind,
        shown.state,
        shown.in_full,
        running,
        format_html(' data-title="{}"', shown.title) if titled and shown.title else "",
        channel(code) if shown.is_channel and code else "",
        _picture(shown),
        _lead_in(shown),
        shown.words,
        "" if is_brief or not shown.to_do else f" {shown.to_do}",
    )


def _picture(shown: Countdown) -> SafeString:
    if not shown.is_open:
        return mark_safe(_CHECK)
    if not shown.is_running:
        return mark_safe(_BARS)
    drawn = _RING[shown.kind].format(shown.share_left) + _LATE
    return mark_safe(f'<svg viewBox="0 0 12 12" aria-hidden="true">{drawn}</svg>')


def _lead_in(shown: Countdown) -> SafeString | str:
    """What a screen reader says before the time; a clock that becomes late changes its words."""
    if not shown.is_open:
        return f"{shown.promise}: "
    if not shown.is_running:
        return format_html("{}: {} ", shown.promise, _("paused with"))
    return format_html(
        '{}: <span data-when="due">{} </span><span data-when="late">{} </span>',
        shown.promise,
        _("due in"),
        _("late by"),
    )


@register.simple_tag(takes_context=True)
def title_clock(context, ticket: Ticket) -> str:
    """What the window's title begins with: the time until the next deadline."""
    following = ticket_clocks(context, ticket).next
    return following.title if following else ""


@register.simple_tag
def late_clocks(user) -> int:
    """Count the tickets in sight with a missed deadline, as far as anybody counts."""
    return late_count(user, at=datetime.now(UTC), most=MOST_COUNTED)
