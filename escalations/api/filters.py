"""What the lists of escalations can be narrowed by."""

import django_filters

from accounts.models import User
from escalations.models import CorrectiveAction, Problem, ProblemState


class ActionFilter(django_filters.FilterSet):
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("pk"))
    is_done = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = CorrectiveAction
        fields: list[str] = []


class ProblemFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=ProblemState.choices)
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("pk"))

    class Meta:
        model = Problem
        fields: list[str] = []
