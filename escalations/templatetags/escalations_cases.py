"""Escalations on pages: the strip in a ticket's head, chips of rows, what waits for somebody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import template
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.rules import Act, may
from escalations.beside_ticket import beside
from escalations.case_list import TIER_CLOCKS, waiting_for
from escalations.countdowns import Countdown
from escalations.models import (
    RUNNING,
    Escalation,
    EscalationAct,
    EscalationState,
    EscalationStep,
)
from escalations.templatetags.escalations_clocks import ticket_clocks
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
    may_resubmit: bool = False
    can_undo: bool = False
    is_back: bool = False


@register.simple_tag(takes_context=True)
def ticket_cases(context, ticket: Ticket) -> TicketCases:
    """Read the escalations of a ticket, once however often they are drawn. One query."""
    if not hasattr(ticket, "cases_on_page"):
        ticket.cases_on_page = _cases_of(context, ticket, context["request"].user)
    return ticket.cases_on_page


def _cases_of(context, ticket: Ticket, user) -> TicketCases:
    found = _found(ticket) if beside(ticket).cases else []
    running = next((case for case in found if case.state in RUNNING), None)
    ended = tuple(case for case in found if case is not running)
    is_open = ticket.is_unsolved and not ticket.merged_into_id
    if running is None:
        return TicketCases(None, ended, is_open and may(user, Act.ESCALATE))
    clocks = (one for one in ticket_clocks(context, ticket).open if one.clock.metric in TIER_CLOCKS)
    is_new = datetime.now(UTC) - running.escalated_at < UNDO and not running.returns
    is_mine = user.pk in (running.first_agent_id, ticket.assignee_id) and may(user, Act.ESCALATE)
    return TicketCases(
        running,
        ended,
        may_escalate=False,
        clock=next(clocks, None),
        may_resubmit=is_mine and running.state == EscalationState.SENT_BACK,
        can_undo=is_mine and is_new and running.state == EscalationState.WAITING,
        is_back=running.state in (EscalationState.SENT_BACK, EscalationState.FOR_DECISION),
    )


def _found(ticket: Ticket) -> list[Escalation]:
    return list(_with_returns(Escalation.objects.filter(ticket=ticket)).order_by("-pk"))


def _with_returns(cases: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Give each who sent it back last, why, and what was missing."""
    steps = EscalationStep.objects.filter(escalation=OuterRef("pk"), act=EscalationAct.SENT_BACK)
    last = steps.order_by("-pk")
    related = cases.select_related("version__route", "team", "to_tier", "specialist")
    return related.annotate(
        returned_by=Subquery(last.values("by__full_name")[:1]),
        returned_because=Subquery(last.values("reason")[:1]),
        returned_missing=Subquery(last.values("facts__missing")[:1]),
    )


@register.simple_tag
def cases_waiting(user, counted: int | str = "") -> int:
    """Count the cases that wait for somebody; a page with the rail has counted them already."""
    return waiting_for(user).count() if counted == "" else counted


@register.simple_tag
def tier(level: int, name: str = "") -> SafeString:
    """The tier as two signs, with its name for whoever hovers or listens."""
    return format_html(
        '<span class="tier" data-tier="{}" title="{}">{}</span>',
        level,
        name,
        _("T%(level)d") % {"level": level},
    )
