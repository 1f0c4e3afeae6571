"""Sorting a ticket: subject, priority, severity, category, product line, money, order, tags."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.models import (
    Category,
    Priority,
    ProductLine,
    Severity,
    Tag,
    Ticket,
    TimelineKind,
)
from helpdesk.rules import tag_name
from helpdesk.services.search import add_words, index_again
from helpdesk.services.timeline import record
from marketplaces.models import Order
from marketplaces.money import Money

MAX_TAGS = 20

#: The fields as they stand in the middle of a sentence.
FIELD_WORDS = {
    "subject": gettext_lazy("subject"),
    "priority": gettext_lazy("priority"),
    "severity": gettext_lazy("severity"),
    "category": gettext_lazy("category"),
    "product_line": gettext_lazy("product line"),
    "order": gettext_lazy("order"),
}


class NothingChanged(RuleViolation):
    code = "nothing_changed"


class ValueNotPossible(RuleViolation):
    code = "value_not_possible"


class TagRefused(RuleViolation):
    code = "tag_refused"


def change_subject(ticket_id: int, *, subject: str, by, at: datetime) -> Ticket:
    """:raises ValueNotPossible: for an empty subject or one over 250 characters."""
    subject = " ".join(subject.split())
    if not 1 <= len(subject) <= 250:
        raise ValueNotPossible(_("A subject has 1 to 250 characters."), field="subject")
    ticket = _change(ticket_id, "subject", subject, TimelineKind.SUBJECT_CHANGED, by=by, at=at)
    add_words(ticket, subject, weight="A")
    return ticket


def change_priority(ticket_id: int, *, priority: int, by, at: datetime) -> Ticket:
    """:raises NothingChanged: if it has that priority."""
    _refuse_unknown(priority, Priority, "priority")
    kind = TimelineKind.PRIORITY_CHANGED
    return _change(ticket_id, "priority", priority, kind, by=by, at=at, words=_label(Priority))


def change_severity(ticket_id: int, *, severity: int, by, at: datetime) -> Ticket:
    """:raises NothingChanged: if it has that severity."""
    _refuse_unknown(severity, Severity, "severity")
    kind = TimelineKind.SEVERITY_CHANGED
    return _change(ticket_id, "severity", severity, kind, by=by, at=at, words=_label(Severity))


def change_category(ticket_id: int, *, category: Category | None, by, at: datetime) -> Ticket:
    """:raises NothingChanged: if it is in that category."""
    return _change(ticket_id, "category", category, TimelineKind.CATEGORY_CHANGED, by=by, at=at)


def change_product_line(
    ticket_id: int, *, product_line: ProductLine | None, by, at: datetime
) -> Ticket:
    """:raises NothingChanged: if it is about that product line."""
    kind = TimelineKind.PRODUCT_LINE_CHANGED
    return _change(ticket_id, "product_line", product_line, kind, by=by, at=at)


@transaction.atomic
def change_order(ticket_id: int, *, order: Order | None, by, at: datetime) -> Ticket:
    """:raises NothingChanged: if it is about that order."""
    ticket = _change(ticket_id, "order", order, TimelineKind.ORDER_CHANGED, by=by, at=at)
    index_again(Ticket.objects.filter(pk=ticket_id))
    return ticket


@transaction.atomic
def change_financial_impact(ticket_id: int, *, impact: Money | None, by, at: datetime) -> Ticket:
    """Say how much money is at stake.

    :raises ValueNotPossible: for a negative amount.
    :raises NothingChanged: if it is that amount.
    """
    require(by, Act.TRIAGE)
    if impact is not None and impact.minor < 0:
        raise ValueNotPossible(_("Money at stake is not negative."), field="financial_impact")
    ticket = Ticket.objects.locked(ticket_id)
    before = ticket.financial_impact
    if before == impact:
        raise NothingChanged(
            _("The money at stake is %(amount)s already.") % {"amount": impact or _("unknown")}
        )
    ticket.financial_impact_minor = impact.minor if impact else None
    ticket.financial_impact_currency = impact.currency if impact else ""
    ticket.save(update_fields=["financial_impact_minor", "financial_impact_currency"])
    record(
        ticket, TimelineKind.IMPACT_CHANGED, by=by, at=at, before=before or "", after=impact or ""
    )
    return ticket


@transaction.atomic
def add_tag(ticket_id: int, *, name: str, by, at: datetime) -> Ticket:
    """:raises TagRefused: for a tag that is empty, too long, there already, or one too many."""
    require(by, Act.TAG)
    name = tag_name(name)
    if not 1 <= len(name) <= 40 or "," in name:
        raise TagRefused(_("A tag has 1 to 40 characters and no comma."), field="tag")
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.tags.filter(name=name).exists():
        raise TagRefused(
            _("The ticket has the tag “%(name)s” already.") % {"name": name}, field="tag"
        )
    if ticket.tags.count() >= MAX_TAGS:
        raise TagRefused(
            _("A ticket has at most %(limit)d tags.") % {"limit": MAX_TAGS}, field="tag"
        )
    tag, _is_new = Tag.objects.get_or_create(name=name)
    ticket.tags.add(tag)
    record(ticket, TimelineKind.TAGGED, by=by, at=at, after=name)
    add_words(ticket, name, weight="B")
    return ticket


@transaction.atomic
def remove_tag(ticket_id: int, *, name: str, by, at: datetime) -> Ticket:
    """:raises TagRefused: if the ticket does not have the tag."""
    require(by, Act.TAG)
    ticket = Ticket.objects.locked(ticket_id)
    tag = ticket.tags.filter(name=tag_name(name)).first()
    if tag is None:
        raise TagRefused(
            _("The ticket does not have the tag “%(name)s”.") % {"name": name}, field="tag"
        )
    ticket.tags.remove(tag)
    record(ticket, TimelineKind.UNTAGGED, by=by, at=at, before=tag.name)
    return ticket


@transaction.atomic
def _change(
    ticket_id: int,
    field: str,
    value: object,
    kind: str,
    *,
    by,
    at: datetime,
    words: Callable[[object], object] = str,
) -> Ticket:
    require(by, Act.TRIAGE)
    ticket = Ticket.objects.locked(ticket_id)
    before = getattr(ticket, field)
    if before == value:
        raise NothingChanged(
            _("The %(field)s is that already.") % {"field": FIELD_WORDS[field]}, field=field
        )
    setattr(ticket, field, value)
    ticket.save(update_fields=[field])
    record(
        ticket,
        kind,
        by=by,
        at=at,
        before="" if before is None else words(before),
        after="" if value is None else words(value),
    )
    return ticket


def _label(choices) -> Callable[[object], str]:
    return lambda value: choices(value).name.lower()


def _refuse_unknown(value: int, choices, field: str) -> None:
    if value not in choices.values:
        names = ", ".join(choice.name.lower() for choice in choices)
        raise ValueNotPossible(_("Possible: %(possible)s.") % {"possible": names}, field=field)
