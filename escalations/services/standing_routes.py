"""The routes in force, ready to be asked."""

import json
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import F, Max, TextField
from django.db.models.functions import Cast

from escalations.criteria import Group, criteria_from
from escalations.models import EscalationRoute, RouteMode, RouteVersion

_NO_CRITERIA = "{}"


@dataclass(frozen=True, slots=True)
class StandingRoute:
    """``written`` is its criteria as text: equal texts ask the same."""

    route_id: int
    version_id: int
    name: str
    mode: str
    team_id: int
    written: str
    criteria: Group


def standing_routes() -> tuple[StandingRoute, ...]:
    """Return the routes in force that ask for something, in their order. One SELECT."""
    rows = (
        EscalationRoute.objects.in_force()
        .exclude(current__mode=RouteMode.BY_HAND)
        .annotate(written=Cast("current__criteria", TextField()))
        .exclude(written=_NO_CRITERIA)
        .values_list(
            "pk", "current_id", "name", "current__mode", "current__team_id", "written"
        )
    )  # fmt: skip
    return tuple(StandingRoute(*row, _ready(row[-1])) for row in rows)


def newest_version() -> int:
    """Return the number by which a change of any route is noticed."""
    return RouteVersion.objects.aggregate(newest=Max(F("pk")))["newest"] or 0


@lru_cache(maxsize=2000)
def _ready(written: str) -> Group:
    # Versions never change, so neither does what was made of their text.
    return criteria_from(json.loads(written))
