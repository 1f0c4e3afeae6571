"""What a tree of conditions finds: a ``Q`` over tickets, relative to who reads and when."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Team
from helpdesk.condition_values import as_money, moment_at, span_at
from helpdesk.conditions import ME, MINE, NOBODY, Condition, Group
from helpdesk.models import Category, Priority, ProductLine, SearchDocument, Severity, Tag, Ticket
from helpdesk.models.lookups import IsAnyOf
from helpdesk.rules import tag_name
from helpdesk.search_text import MAX_WORDS, lexemes
from marketplaces.models import Order

NOTHING = Q(pk__in=[])

#: Of the fields that apps above have added, by name: the tickets of which one of the values is
#: true at a moment; given no values, those of which any is.
FOUND_BY_APPS: dict[str, Callable[[Sequence | None, datetime], Q]] = {}
NUMBERED = {"priority": Priority, "severity": Severity}
NAMED_BY_SLUG = {"category": Category, "product_line": ProductLine}
COLUMNS = {
    "team": "team_id",
    "assignee": "assignee_id",
    "requester": "requester_id",
    "financial_impact": "financial_impact_minor",
    "order": "order_id",
    "category": "category_id",
    "product_line": "product_line_id",
}


def conditions_as_q(part: Group | Condition, *, reader, at: datetime) -> Q:
    """Say in SQL what the tree means to the reader at this moment.

    "is not" and "is none of" hold for an empty field too: a ticket of no team is not of team 3.
    """
    if isinstance(part, Group):
        parts = [conditions_as_q(each, reader=reader, at=at) for each in part.parts]
        return reduce(and_ if part.joint == "all" else or_, parts)
    if part.operator in ("is_not", "not_in", "not_contains"):
        return ~_found(part, reader=reader, at=at)
    return _found(part, reader=reader, at=at)


def _found(part: Condition, *, reader, at: datetime) -> Q:
    if part.field in FOUND_BY_APPS:
        return _found_by_apps(part, FOUND_BY_APPS[part.field], at=at)
    if part.operator in ("empty", "not_empty"):
        empty = ~_with_tags({}) if part.field == "tags" else _is_null(part.field)
        return empty if part.operator == "empty" else ~empty
    if part.field.endswith("_at"):
        return _moment(part, zone=ZoneInfo(reader.time_zone), at=at)
    if part.field == "financial_impact":
        return _money(part)
    if part.operator in ("contains", "not_contains"):
        return _contains(part)
    values = part.value if isinstance(part.value, list) else [part.value]
    return _is_one_of(part.field, values, reader=reader)


def _found_by_apps(part: Condition, find: Callable, *, at: datetime) -> Q:
    if part.operator in ("empty", "not_empty"):
        return find(None, at) if part.operator == "not_empty" else ~find(None, at)
    return find(part.value if isinstance(part.value, list) else [part.value], at)


def _is_one_of(field: str, values: list, *, reader) -> Q:
    if field == "tags":
        return _with_tags({"name__in": [tag_name(name) for name in values]})
    if field == "order":
        orders = Order.objects.called(values).values("pk")
        return _present("order") & Q(IsAnyOf(F("order_id"), orders))
    if field in NUMBERED:
        values = [NUMBERED[field][name.upper()].value for name in values]
    if field in NAMED_BY_SLUG:
        rows = NAMED_BY_SLUG[field].objects.filter(slug__in=values).values("pk")
        return _present(field) & Q(IsAnyOf(F(COLUMNS[field]), rows))
    keys = [value for value in values if value not in (ME, MINE, NOBODY)]
    found = Q(**{f"{COLUMNS.get(field, field)}__in": keys}) if keys else NOTHING
    if ME in values:
        found |= Q(assignee_id=reader.pk)
    if NOBODY in values:
        found |= Q(assignee_id=None)
    if MINE in values:
        mine = Team.objects.of(reader).values("pk")
        found |= _present("team") & Q(IsAnyOf(F("team_id"), mine))
    return found


def _contains(part: Condition) -> Q:
    if part.field == "tags":
        return _with_tags({"name": tag_name(part.value)})
    if part.field == "words":
        return _with_words(lexemes(part.value)[:MAX_WORDS])
    if part.field == "order":
        orders = Order.objects.called_like(part.value).values("pk")
        return _present("order") & Q(IsAnyOf(F("order_id"), orders))
    column = {"requester_name": "requester__name"}.get(part.field, part.field)
    return Q(**{f"{column}__icontains": part.value})


def _with_words(words: list[str]) -> Q:
    """Tickets with all the words, each of which may be a beginning."""
    if not words:
        return NOTHING
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "':*" for word in words]
    query = SearchQuery(" & ".join(quoted), config="simple", search_type="raw")
    hits = SearchDocument.objects.filter(vector=query).values("pk")
    return Q(IsAnyOf(F("pk"), hits))


def _with_tags(conditions: dict) -> Q:
    """Tickets with such a tag; with no conditions, with any tag at all."""
    on_ticket = Ticket.tags.through.objects
    if not conditions:
        return Q(Exists(on_ticket.filter(ticket=OuterRef("pk"))))
    tags = Tag.objects.filter(**conditions).values("pk")
    return Q(IsAnyOf(F("pk"), on_ticket.filter(tag__in=tags).values("ticket_id")))


def _money(part: Condition) -> Q:
    wanted = as_money(part.value)
    step = "gte" if part.operator == "at_least" else "lte"
    return Q(
        financial_impact_currency=wanted.currency,
        **{f"financial_impact_minor__{step}": wanted.minor},
    )


def _moment(part: Condition, *, zone, at: datetime) -> Q:
    if part.operator == "within":
        first, last = span_at(part.value, at=at, zone=zone)
        return Q(**{f"{part.field}__gte": first, f"{part.field}__lte": last})
    step = "lt" if part.operator == "before" else "gte"
    return Q(**{f"{part.field}__{step}": moment_at(part.value, at=at, zone=zone)})


def _is_null(field: str) -> Q:
    return Q(**{f"{COLUMNS.get(field, field)}__isnull": True})


def _present(field: str) -> Q:
    """Say it is there first: NOT (null = ANY (…)) would be null, neither in nor out."""
    return Q(**{f"{COLUMNS[field]}__isnull": False})
