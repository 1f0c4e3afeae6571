"""What the smaller lists can be narrowed by. Tickets have helpdesk.filters."""

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.models import Role, Team, User
from helpdesk.filters import IdFilter
from helpdesk.models import (
    BulkItem,
    BulkItemState,
    Customer,
    InboundMail,
    InboundState,
    Outcome,
    Tag,
    TimelineEntry,
)
from marketplaces.models import Order


class CustomerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search", max_length=254)

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, queryset, name, value):
        return queryset.matching(value)


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Search", field_name="full_name", lookup_expr="icontains", max_length=120
    )
    role = django_filters.ChoiceFilter(choices=Role.choices)
    team = django_filters.ModelChoiceFilter(
        field_name="teams", queryset=Team.objects.order_by("pk")
    )
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields: list[str] = []


class TagFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Beginning", field_name="name", lookup_expr="istartswith", max_length=40
    )

    class Meta:
        model = Tag
        fields: list[str] = []


class OrderFilter(django_filters.FilterSet):
    reference = django_filters.CharFilter(max_length=64)
    number = django_filters.CharFilter(label="Number on the invoice", max_length=64)
    customer = extend_schema_field(OpenApiTypes.INT64)(
        IdFilter(label="Customer", field_name="buyer__identity__customer")
    )

    class Meta:
        model = Order
        fields: list[str] = []


class TimelineFilter(django_filters.FilterSet):
    since = extend_schema_field(OpenApiTypes.INT64)(
        IdFilter(label="After this event", field_name="pk", lookup_expr="gt")
    )

    class Meta:
        model = TimelineEntry
        fields: list[str] = []


class InboundMailFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=InboundState.choices)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    ticket = IdFilter(field_name="ticket_id")

    class Meta:
        model = InboundMail
        fields: list[str] = []


class BulkItemFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=BulkItemState.choices)

    class Meta:
        model = BulkItem
        fields: list[str] = []
