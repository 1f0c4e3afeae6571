"""What both doors show of escalations and of the routes a ticket could go up by."""

from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from escalations.models import Escalation, EscalationRoute, EscalationStep
from escalations.questions import Question, questions_from
from helpdesk.models import Ticket

#: What a row of a list names, without a query per row.
_NAMED = (
    "ticket", "version__route", "version__skill", "from_tier", "to_tier", "from_team__tier",
    "team__tier", "first_agent", "specialist",
)  # fmt: skip


class Answer(NamedTuple):
    question: Question
    value: object


class Way(NamedTuple):
    """A route a ticket could go up by, and what it asks."""

    route: EscalationRoute
    questions: tuple[Question, ...]


def named(escalations: QuerySet[Escalation]) -> QuerySet[Escalation]:
    return escalations.select_related(*_NAMED)


def whole(escalations: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Load what the page of one escalation shows: who did what when with it, too."""
    steps = EscalationStep.objects.select_related("by", "to").order_by("pk")
    return named(escalations).prefetch_related(Prefetch("steps", queryset=steps))


def running_escalation(ticket: Ticket) -> Escalation | None:
    return named(Escalation.objects.running().filter(ticket=ticket)).first()


def answers_of(escalation: Escalation) -> list[Answer]:
    """Return the questions of the route with their answers; None where nothing was said."""
    return [
        Answer(question, escalation.facts.get(question.key))
        for question in questions_from(escalation.version.questions)
    ]


def ways_up(ticket: Ticket) -> list[Way]:
    """Return the routes in force that lead a ticket somewhere else, in their order. One query."""
    routes = EscalationRoute.objects.in_force().select_related(
        "current__team__tier", "current__skill"
    )
    return [
        Way(route, questions_from(route.current.questions))
        for route in routes.exclude(current__team=ticket.team_id)
    ]
