"""Everything that can be chosen on a ticket or in a filter, in one query."""

from collections import defaultdict
from functools import cache

from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import Team, User
from accounts.rules import ROLES_THAT_MAY, Act
from helpdesk.models import Category, Priority, ProductLine, SavedView


def ticket_choices(reader=None) -> dict[str, list[tuple]]:
    """Return pairs of key and name by kind: agent, team, category, product_line, priority.

    Categories are keyed by their short name in ``category_slug`` too, as filters name them.
    With a reader their saved views come along: ``saved`` by key, ``saved_slug`` by the team a
    view is shared with.
    """
    with connection.cursor() as cursor:
        cursor.execute(*(_statement() if reader is None else _rows(reader).query.sql_with_params()))
        rows = cursor.fetchall()
    choices = defaultdict(list)
    for kind, pk, name, slug in sorted(rows, key=lambda row: row[2].casefold()):
        choices[kind].append((pk, name))
        choices[f"{kind}_slug"].append((slug, name))
    choices["priority"] = list(Priority.choices)
    return dict(choices)


@cache
def _statement() -> tuple[str, tuple]:
    """Written once: opening a ticket took longer to write it than PostgreSQL to answer it."""
    return _rows(None).query.sql_with_params()


def _rows(reader) -> QuerySet:
    agents = User.objects.active().filter(role__in=ROLES_THAT_MAY[Act.REPLY])
    named = [
        _named("team", Team.objects.all(), "name"),
        _named("category", Category.objects.all(), "name", "slug"),
        _named("product_line", ProductLine.objects.all(), "name"),
    ]
    if reader is not None:
        views = SavedView.objects.visible_to(reader)
        named.append(_named("saved", views, "name", "team__name"))
    return _named("agent", agents, "full_name").union(*named, all=True)


def _named(kind: str, rows: QuerySet, name: str, slug: str = "pk") -> QuerySet:
    return rows.order_by().values_list(
        Value(kind, output_field=CharField()),
        "pk",
        Cast(name, CharField()),
        Cast(slug, CharField()),
    )
