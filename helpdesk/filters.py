"""What a list of tickets can be narrowed by: the same words in the page and in REST."""

from datetime import datetime
from functools import reduce
from operator import or_

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from helpdesk.due_words import EXAMPLES, read_dues
from helpdesk.finding import find_tickets, is_due, is_known
from helpdesk.models import Category, Channel, Priority, Severity, Status, Tag, Ticket
from helpdesk.search_query import read_search
from helpdesk.whole_numbers import BIGGEST_ID


class SearchField(forms.CharField):
    def clean(self, value):
        text = super().clean(value)
        problems = read_search(text).problems
        if problems:
            raise forms.ValidationError(list(problems))
        return text


class SearchFilter(django_filters.CharFilter):
    """Words and operators, as helpdesk.search_query reads them."""

    field_class = SearchField


class DueField(forms.CharField):
    def clean(self, value):
        text = super().clean(value)
        read, wrong = read_dues(text)
        if wrong or (text and not read):
            refused = _("%(search)s is not possible.") % {"search": (wrong or text)[:40]}
            possible = _("Possible: %(possible)s.") % {"possible": ", ".join(EXAMPLES)}
            raise forms.ValidationError(f"{refused} {possible}")
        return text


class DueFilter(django_filters.CharFilter):
    """When the next deadline falls, as helpdesk.due_words reads it."""

    field_class = DueField


class NamedChoiceFilter(django_filters.MultipleChoiceFilter):
    """Integer choices by their names: ``priority=urgent``."""

    def __init__(self, choices, **kwargs):
        self.values = {choice.name.lower(): choice.value for choice in choices}
        named = [(choice.name.lower(), choice.label) for choice in choices]
        super().__init__(choices=named, **kwargs)

    def get_filter_predicate(self, value):
        return {self.field_name: self.values[value]}


class IdFilter(django_filters.Filter):
    """A key of the database: never a number it could not hold, or that takes ages to write out."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=0, max_value=BIGGEST_ID, **kwargs)


class TicketFilter(django_filters.FilterSet):
    q = SearchFilter(label=_("Search"), method="search", max_length=500)
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices)
    priority = NamedChoiceFilter(Priority, label=_("Priority"))
    severity = NamedChoiceFilter(Severity, label=_("Severity"))
    channel = django_filters.MultipleChoiceFilter(label=_("Channel"), choices=Channel.choices)
    category = django_filters.ModelMultipleChoiceFilter(
        label=_("Category"),
        field_name="category__slug",
        queryset=Category.objects.order_by("name"),
        to_field_name="slug",
    )
    team = django_filters.ModelMultipleChoiceFilter(
        label=_("Team"), queryset=Team.objects.by_tier()
    )
    assignee = django_filters.ModelChoiceFilter(
        label=_("Assignee"), queryset=User.objects.active().by_name()
    )
    unassigned = django_filters.BooleanFilter(
        label=_("Unassigned"), field_name="assignee", lookup_expr="isnull"
    )
    tag = django_filters.ModelMultipleChoiceFilter(
        label=_("Tag"),
        field_name="tags__name",
        queryset=Tag.objects.order_by("name"),
        to_field_name="name",
        conjoined=True,
    )
    requester = IdFilter(label=_("Customer"), field_name="requester_id")
    opened_after = django_filters.IsoDateTimeFilter(
        label=_("Opened from"), field_name="opened_at", lookup_expr="gte"
    )
    opened_before = django_filters.IsoDateTimeFilter(
        label=_("Opened before"), field_name="opened_at", lookup_expr="lt"
    )

    due = DueFilter(label=_("Due"), method="fall_due", max_length=200)
    due_after = django_filters.IsoDateTimeFilter(
        label=_("Due from"), field_name="due_at", lookup_expr="gte"
    )
    due_until = django_filters.IsoDateTimeFilter(
        label=_("Due until"), field_name="due_at", lookup_expr="lte"
    )
    breached = django_filters.BooleanFilter(label=_("Deadline missed"), method="know")
    escalated = django_filters.BooleanFilter(label=_("Escalated"), method="know")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, *args, at=None, user=None, **kwargs):
        self.at, self.user = at, user
        super().__init__(*args, **kwargs)

    def search(self, queryset, name, value):
        return find_tickets(queryset, value, at=self.at, user=self.user)

    def fall_due(self, queryset, name, value):
        read, _wrong = read_dues(value)
        return queryset.filter(reduce(or_, (is_due(due.value, at=self.at) for due in read)))

    def know(self, queryset, name, value):
        known = is_known(name, at=self.at)
        return queryset.filter(known if value else ~known)


def filter_tickets(tickets: QuerySet, params, *, at: datetime, user=None) -> QuerySet:
    """Narrow a list by request parameters; page and REST list both call this.

    ``user`` is whom a search means by ``me``; before ``at`` a deadline has passed.

    :raises InvalidFilter: naming the parameter, for a value that is not possible.
    """
    filters = TicketFilter(params, queryset=tickets, at=at, user=user)
    filters.form.is_valid()
    if filters.form.errors:
        raise InvalidFilter(filters.form.errors)
    return filters.qs


class InvalidFilter(ValueError):
    """A parameter that is not possible; ``errors`` maps parameter to sentences."""

    def __init__(self, errors):
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))
        self.errors = {name: list(texts) for name, texts in errors.items()}
