"""What the page of a problem shows, in a fixed number of queries."""

from datetime import datetime

from escalations.models import Problem
from escalations.problem_matching import says_what_matches, suggestions
from escalations.services.actions import may_finish
from escalations.services.problem_checks import possible_from
from helpdesk.models import Ticket

LINKED_SHOWN, SUGGESTED_SHOWN = 100, 20


def file_of(problem: Problem, *, reader, at: datetime) -> dict:
    """Return the problem with the linked tickets in sight, suggestions, actions and steps."""
    visible = Ticket.objects.visible_to(reader).values("pk")
    links = problem.links.filter(ticket__in=visible).select_related("ticket")
    shown = list(links.order_by("-pk")[:LINKED_SHOWN])
    actions = list(problem.actions.by_urgency().select_related("owner"))
    for action in actions:
        action.can_be_finished = may_finish(action, reader)
    return {
        "problem": problem,
        "links": shown,
        "not_shown": problem.tickets_count - len(shown),
        "suggestions": list(suggestions(problem, user=reader, at=at)[:SUGGESTED_SHOWN]),
        "says_what_matches": says_what_matches(problem),
        "possible_from": possible_from(problem),
        "actions": actions,
        "steps": problem.steps.select_related("by").order_by("-pk"),
        "checks": problem.verification.get("checks", []),
    }
