"""What policies can name, as it is in the database now, in one query."""

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, Tier, User
from escalations.known_rows import Choice, Known
from escalations.models import BusinessCalendar, EscalationRoute
from helpdesk.models import Category, Channel, Priority, Severity

#: Fields of policies as people call them.
FIELD_NAMES = {
    "channel": _("channel"),
    "tier": _("tier"),
    "team": _("team"),
    "priority": _("priority"),
    "severity": _("severity"),
    "category": _("category"),
    "customer_tags": _("customer's tags"),
}


def known_rows() -> Known:
    rows = _rows("user", User.objects.active(), "full_name").union(
        _rows("team", Team.objects.all(), "name", parent="tier_id"),
        _rows("tier", Tier.objects.all(), "name", spoken="level"),
        _rows("category", Category.objects.all(), "name", spoken="slug"),
        _rows("calendar", BusinessCalendar.objects.all(), "name"),
        _rows("route", EscalationRoute.objects.in_force(), "name"),
        all=True,
    )
    found = {name: [] for name in ("user", "team", "tier", "category", "calendar", "route")}
    tier_of_team = {}
    for field, key, spoken, label, parent in sorted(rows, key=lambda row: row[3].casefold()):
        found[field].append(Choice(spoken if field == "category" else int(spoken), key, label))
        if field == "team":
            tier_of_team[key] = parent
    found["tier"].sort(key=lambda choice: choice.spoken)
    return Known({name: tuple(choices) for name, choices in found.items()} | _fixed(), tier_of_team)


def _fixed() -> dict[str, tuple[Choice, ...]]:
    """Choices of which the names are known to the code."""
    numbers = {"priority": Priority, "severity": Severity}
    return {
        "channel": tuple(Choice(c.value, c.value, str(c.label)) for c in Channel),
        **{
            field: tuple(Choice(n.name.lower(), n.name.lower(), str(n.label)) for n in choices)
            for field, choices in numbers.items()
        },
    }


def _rows(
    field: str, rows: QuerySet, label: str, *, spoken: str = "pk", parent: str | None = None
) -> QuerySet:
    above = F(parent) if parent else Value(None, output_field=IntegerField())
    return rows.order_by().values_list(
        Value(field, output_field=CharField()),
        F("pk"),
        Cast(spoken, CharField()),
        Cast(label, CharField()),
        above,
    )
