"""Panels of a case: what is investigated, which problem is behind it, what it gets."""

from django import template
from django.db.models import Prefetch

from accounts.rules import Act, may
from escalations.models import CorrectiveAction, Finding, Investigation, Problem, SolutionComponent
from escalations.snapshot_words import snapshot_words
from helpdesk.models import Ticket

register = template.Library()


@register.filter
def told(snapshot: dict) -> list[tuple[str, str]]:
    """Label and value of all that a kept message or order holds."""
    return snapshot_words(snapshot)


@register.inclusion_tag("escalations/_investigation.html", takes_context=True)
def investigations_panel(context, ticket: Ticket):
    """Draw the investigations of a ticket the reader may see, in five queries at most."""
    findings = Finding.objects.select_related("found_by").prefetch_related("evidence")
    actions = CorrectiveAction.objects.by_urgency().select_related("owner")
    books = Investigation.objects.of_ticket(ticket.pk).shown().order_by("-pk")
    return {
        "ticket": ticket,
        "books": books.prefetch_related(
            Prefetch("findings", findings.order_by("pk"), to_attr="shown_findings"),
            Prefetch("actions", actions, to_attr="shown_actions"),
        ),
        "may_investigate": may(context["request"].user, Act.INVESTIGATE),
    }


@register.inclusion_tag("escalations/_problem.html", takes_context=True)
def problems_panel(context, ticket: Ticket):
    """Draw the problems a ticket is linked to."""
    return {
        "ticket": ticket,
        "problems": list(Problem.objects.filter(links__ticket=ticket).order_by("-pk")),
        "may_handle": may(context["request"].user, Act.HANDLE_PROBLEMS),
    }


@register.inclusion_tag("escalations/_solution.html", takes_context=True)
def solution_panel(context, ticket: Ticket):
    """Draw what the ticket gets."""
    parts = SolutionComponent.objects.filter(plan__ticket=ticket)
    return {"ticket": ticket, "parts": list(parts.select_related("owner").order_by("pk"))}
