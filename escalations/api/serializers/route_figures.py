"""What criteria would find and what became of it, as REST shows it."""

from rest_framework import serializers

from escalations.api.serializers.routes import (
    CriteriaField,
    MetConditionSerializer,
    NamedRouteSerializer,
)
from escalations.services.route_feedback import DAYS, LONGEST
from helpdesk.api.serializers.inputs import ActSerializer


class CriteriaOperatorSerializer(serializers.Serializer):
    operator = serializers.CharField()
    label = serializers.CharField()
    is_list = serializers.BooleanField(help_text="The value is a list.")
    needs_value = serializers.BooleanField()


class CriteriaChoiceSerializer(serializers.Serializer):
    value = serializers.JSONField()
    label = serializers.CharField()


class CriteriaFieldSerializer(serializers.Serializer):
    """What can be asked of one field of a case."""

    field = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    operators = CriteriaOperatorSerializer(many=True)
    choices = CriteriaChoiceSerializer(many=True)


class MatchesSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="Of those looked at.")
    looked_at = serializers.IntegerField(help_text="The newest 2,000 at most.")
    is_more = serializers.BooleanField(help_text="There are some that were not looked at.")


class MatchedTicketSerializer(serializers.Serializer):
    ticket = serializers.IntegerField(source="ticket.pk")
    subject = serializers.CharField(source="ticket.subject")
    because = MetConditionSerializer(many=True)


class PreviewSerializer(serializers.Serializer):
    """Open tickets that meet the criteria now, and those of the last 30 days as they stand."""

    open = MatchesSerializer()
    last_30_days = MatchesSerializer(source="lately")
    tickets = MatchedTicketSerializer(many=True, help_text="The first 20 open ones.")


class FiguresSerializer(serializers.Serializer):
    suggested = serializers.IntegerField()
    taken = serializers.IntegerField()
    dismissed = serializers.IntegerField(help_text="“Should not have been suggested.”")
    escalations = serializers.IntegerField()
    accepted = serializers.IntegerField()
    returned = serializers.IntegerField(help_text="Sent back at least once.")
    median_seconds_to_accept = serializers.SerializerMethodField()

    def get_median_seconds_to_accept(self, figures) -> int | None:
        taken = figures.time_to_accept
        return None if taken is None else int(taken.total_seconds())


class CriterionFiguresSerializer(FiguresSerializer):
    condition = CriteriaField()


class RouteFiguresSerializer(FiguresSerializer):
    route = NamedRouteSerializer()
    outcomes = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many ended so."
    )
    criteria = CriterionFiguresSerializer(many=True)


class DaysSerializer(ActSerializer):
    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST, required=False, default=DAYS, help_text="Of how long."
    )
