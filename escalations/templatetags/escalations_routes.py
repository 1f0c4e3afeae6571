"""What criteria suggest for a ticket, above its conversation."""

from dataclasses import dataclass

from django import template
from django.urls import reverse

from accounts.rules import Act, may
from escalations.beside_ticket import beside
from escalations.criteria_words import answer_words
from escalations.models import RouteSuggestion, SuggestionState
from escalations.services.choices import known_rows
from helpdesk.models import Ticket
from helpdesk.views.listing import ListState

register = template.Library()

#: More would push the conversation down; the way up shows them all.
DRAWN = 2


@dataclass(frozen=True)
class Shown:
    """An open suggestion with why it was made, and where one goes from here."""

    suggestion: RouteSuggestion
    words: tuple[str, ...]
    escalate_url: str
    dismiss_url: str

    @property
    def route(self):
        return self.suggestion.route


@register.inclusion_tag("escalations/_suggestion.html", takes_context=True)
def route_suggestions(context, ticket: Ticket):
    """Draw the routes that are suggested for a ticket. Two queries if there are any."""
    request = context["request"]
    is_open = ticket.is_unsolved and may(request.user, Act.ESCALATE)
    if not (is_open and beside(ticket).suggestions):
        return {"suggestions": []}
    rows = RouteSuggestion.objects.filter(ticket=ticket, state=SuggestionState.OPEN)
    rows = list(rows.select_related("route").order_by("route__position", "pk"))
    known, query = known_rows(), ListState.of(request).query
    shown = [
        Shown(
            row,
            tuple(answer_words(each, known) for each in row.because),
            _way_up(ticket, row, query),
            reverse("escalations:dismiss_suggestion", args=[ticket.pk, row.pk]) + query,
        )
        for row in rows[:DRAWN]
    ]
    return {
        "suggestions": shown,
        "more": len(rows) - len(shown),
        "escalate_url": reverse("escalations:escalate", args=[ticket.pk]) + query,
        "csrf_token": context.get("csrf_token"),
    }


def _way_up(ticket: Ticket, row: RouteSuggestion, query: str) -> str:
    address = reverse("escalations:escalate", args=[ticket.pk])
    return f"{address}{query}{'&' if query else '?'}route={row.route_id}"
