"""What became of what routes suggested and of what went up by them, so that they get better."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Aggregate, Count, DurationField, F, Q

from accounts.permissions import require
from accounts.rules import Act
from escalations.models import Escalation, EscalationRoute, RouteSuggestion, SuggestionState

DAYS, LONGEST = 90, 730

_BY_CRITERION = """
    SELECT suggestion.route_id, why ->> 'field', why ->> 'operator', (why -> 'value')::text,
           count(*),
           count(*) FILTER (WHERE suggestion.state = 'taken'),
           count(*) FILTER (WHERE suggestion.state = 'dismissed'),
           count(escalation.id),
           count(escalation.accepted_at),
           count(*) FILTER (WHERE escalation.returns > 0),
           percentile_cont(0.5) WITHIN GROUP
               (ORDER BY escalation.accepted_at - escalation.escalated_at)
      FROM escalations_routesuggestion AS suggestion
     CROSS JOIN LATERAL jsonb_array_elements(suggestion.because) AS why
      LEFT JOIN escalations_escalation AS escalation
             ON suggestion.state = 'taken'
            AND escalation.ticket_id = suggestion.ticket_id
            AND escalation.escalated_at = suggestion.decided_at
     WHERE suggestion.made_at >= %s
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 5 DESC, 2, 3, 4
"""


@dataclass
class Figures:
    """How often; ``time_to_accept`` is the median of what was accepted."""

    suggested: int = 0
    taken: int = 0
    dismissed: int = 0
    escalations: int = 0
    accepted: int = 0
    returned: int = 0
    time_to_accept: timedelta | None = None


@dataclass
class CriterionFigures(Figures):
    condition: dict = field(default_factory=dict)


@dataclass
class RouteFigures(Figures):
    route: EscalationRoute | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    criteria: list[CriterionFigures] = field(default_factory=list)


def route_figures(*, days: int = DAYS, by, at: datetime) -> list[RouteFigures]:
    """Return the figures of every route of the last days, in the order routes are asked.

    Five queries, however many routes. A criterion is counted where it made a suggestion.
    """
    require(by, Act.SEE_SLA)
    since = at - timedelta(days=days)
    found = {
        route.pk: RouteFigures(route=route)
        for route in EscalationRoute.objects.in_order().select_related("current")
    }
    rows = [*_suggestions(since), *_escalations(since)]
    for row in rows:
        figures = found[row.pop("key")]
        for name, value in row.items():
            setattr(figures, name, value)
    for key, outcome, count in _outcomes(since):
        found[key].outcomes[outcome] = count
    for key, criteria in _criteria(since).items():
        found[key].criteria = criteria
    return list(found.values())


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _suggestions(since: datetime):
    made = RouteSuggestion.objects.filter(made_at__gte=since).order_by()
    return made.values(key=F("route")).annotate(
        suggested=Count("pk"),
        taken=Count("pk", filter=Q(state=SuggestionState.TAKEN)),
        dismissed=Count("pk", filter=Q(state=SuggestionState.DISMISSED)),
    )


def _escalations(since: datetime):
    begun = Escalation.objects.filter(escalated_at__gte=since).order_by()
    return begun.values(key=F("version__route")).annotate(
        escalations=Count("pk"),
        accepted=Count("accepted_at"),
        returned=Count("pk", filter=Q(returns__gt=0)),
        time_to_accept=_Median(F("accepted_at") - F("escalated_at")),
    )


def _outcomes(since: datetime):
    ended = Escalation.objects.filter(escalated_at__gte=since).exclude(outcome="").order_by()
    counted = ended.values("version__route", "outcome").annotate(count=Count("pk"))
    return counted.values_list("version__route", "outcome", "count").order_by("outcome")


def _criteria(since: datetime) -> dict[int, list[CriterionFigures]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_CRITERION, [since])
        rows = cursor.fetchall()
    found = defaultdict(list)
    for route, name, operator, value, *counts in rows:
        condition = {"field": name, "operator": operator, "value": json.loads(value)}
        found[route].append(CriterionFigures(*counts, condition=condition))
    return found
