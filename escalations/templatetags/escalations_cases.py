"""Escalations on pages: the strip in a ticket's head, chips of rows, what waits for somebody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.rules import Act, may
from escalations.case_list import tier_clocks, waiting_count
from escalations.countdowns import Countdown
from escalations.models import RUNNING, Escalation, EscalationAct, EscalationState
from escalations.services.contract import acts_possible
from helpdesk.models import Ticket

register = template.Library()

#: So long an escalation is taken back with one click, by whoever has just made it.
UNDO = timedelta(minutes=2)


@dataclass(frozen=True)
class TicketCases:
    """The escalations of a ticket: the one that runs, if any, and those that ended."""

    running: Escalation | None
    ended: tuple[Escalation, ...]
    may_escalate: bool
    clock: Countdown | None = None
    can: frozenset[str] = frozenset()
    can_undo: bool = False
    returned: object = None


@register.simple_tag(takes_context=True)
def ticket_cases(context, ticket: Ticket) -> TicketCases:
    """Read the escalations of a ticket, once however often they are drawn."""
    if not hasattr(ticket, "cases_on_page"):
        ticket.cases_on_page = _cases_of(ticket, context["request"].user)
    return ticket.cases_on_page


def _cases_of(ticket: Ticket, user) -> TicketCases:
    cases = (
        Escalation.objects.filter(ticket=ticket)
        .order_by("-pk")
        .select_related(
            "version__route", "team", "to_tier", "specialist", "first_agent", "from_team"
        )
    )
    found = list(cases)
    running = next((case for case in found if case.state in RUNNING), None)
    ended = tuple(case for case in found if case is not running)
    is_open = ticket.is_unsolved and not ticket.merged_into_id
    may_escalate = is_open and running is None and may(user, Act.ESCALATE)
    if running is None:
        return TicketCases(None, ended, may_escalate)
    now = datetime.now(UTC)
    clocks = tier_clocks([ticket.pk]).get(ticket.pk, [])
    is_fresh = running.state == EscalationState.WAITING and now - running.escalated_at < UNDO
    return TicketCases(
        running,
        ended,
        may_escalate,
        clock=Countdown(clocks[0], now) if clocks else None,
        can=frozenset(str(act) for act in acts_possible(running, user)),
        can_undo=is_fresh and running.first_agent_id == user.pk and not running.returns,
        returned=_what_was_missing(running),
    )


def _what_was_missing(case: Escalation):
    if case.state not in (EscalationState.SENT_BACK, EscalationState.FOR_DECISION):
        return None
    return case.steps.filter(act=EscalationAct.SENT_BACK).order_by("-pk").first()


@register.simple_tag
def waiting_cases(user) -> int:
    """Count the cases that wait for somebody, as far as anybody counts."""
    return waiting_count(user)


@register.simple_tag
def tier(level: int, name: str = "") -> SafeString:
    """The tier as two signs, with its name for whoever hovers or listens."""
    return format_html(
        '<span class="tier" data-tier="{}" title="{}">{}</span>',
        level,
        name,
        _("T%(level)d") % {"level": level},
    )
