"""Which tickets may meet criteria at all, said to the database. Pure; asks nothing itself.

Everything that meets the criteria is among them; what else is, the criteria themselves sort out.
"""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from escalations.criteria import ALL, Condition, Group
from escalations.criteria_fields import AT_LEAST, AT_MOST, CONTAINS_ANY, IN, NOT_IN
from helpdesk.models import Ticket

_ORDER = {AT_LEAST: "gte", AT_MOST: "lte", IN: "in"}


def may_meet(part: Group | Condition) -> Q:
    """Return a filter of tickets; an empty one where the database cannot say."""
    if isinstance(part, Condition):
        narrowed = _NARROWED.get(part.field)
        return narrowed(part.operator, part.wanted) if narrowed else Q()
    parts = [may_meet(each) for each in part.parts]
    if part.joint == ALL:
        return reduce(and_, parts)
    return reduce(or_, parts) if all(parts) else Q()


def _category(operator: str, wanted: frozenset[str]) -> Q:
    listed = Q(category__slug__in=wanted)
    return listed if operator == IN else ~listed


def _channel(operator: str, wanted: frozenset[str]) -> Q:
    listed = Q(channel__in=wanted)
    return ~listed if operator == NOT_IN else listed


def _ordered(column: str) -> Callable[[str, object], Q]:
    return lambda operator, wanted: Q(**{f"{column}__{_ORDER[operator]}": wanted})


def _amount(operator: str, wanted) -> Q:
    return Q(
        **{f"financial_impact_minor__{_ORDER[operator]}": wanted.minor},
        financial_impact_currency=wanted.currency,
    )


def _tags(operator: str, wanted: tuple[str, ...]) -> Q:
    if operator != CONTAINS_ANY:
        return Q()
    # As a list of keys: a join would name a ticket once for every tag it has.
    return Q(pk__in=_tagged(wanted))


def _customer_tags(operator: str, wanted: tuple[str, ...]) -> Q:
    return Q(requester__tags__overlap=list(wanted)) if operator == CONTAINS_ANY else Q()


def _tagged(names: tuple[str, ...]):
    return Ticket.tags.through.objects.filter(tag__name__in=names).values("ticket_id")


_NARROWED: dict[str, Callable[[str, object], Q]] = {
    "category": _category,
    "channel": _channel,
    "severity": _ordered("severity"),
    "priority": _ordered("priority"),
    "amount": _amount,
    "tags": _tags,
    "customer_tags": _customer_tags,
}
