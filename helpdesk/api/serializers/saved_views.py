"""Views of the queue: the built-in ones with their counts, and those people keep."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Team
from helpdesk.api.fields import RowField
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer, TeamNameSerializer
from helpdesk.condition_choices import known_values
from helpdesk.conditions import InvalidConditions, read_conditions, write_conditions
from helpdesk.models import SavedView
from helpdesk.queue import SORTS

EXAMPLE = {
    "all": [
        {"field": "status", "operator": "in", "value": ["new", "open"]},
        {
            "any": [
                {"field": "priority", "operator": "is", "value": "urgent"},
                {"field": "due_at", "operator": "before", "value": "in 4 hours"},
            ]
        },
    ]
}
CONDITIONS = {
    "type": "object",
    "description": (
        'A group, `{"all": […]}` or `{"any": […]}`, of conditions with `field`, `operator` and'
        " `value`, and of further groups. `/saved-views/fields/` lists what is possible. An error"
        " names its place, e.g. `conditions.all.1.value`."
    ),
    "examples": [EXAMPLE],
}


@extend_schema_field(CONDITIONS)
class ConditionsField(serializers.JSONField):
    """A tree of conditions, read whole: every mistake is named by its path."""

    def to_internal_value(self, data):
        try:
            return write_conditions(read_conditions(data, known=known_values()))
        except InvalidConditions as error:
            named = {path or "non_field_errors": [words] for path, words in error.errors.items()}
            raise serializers.ValidationError(named, code="condition_not_possible") from error


class CountedViewSerializer(serializers.Serializer):
    """A view of the queue. Tickets are listed by `?view=name` or `?saved_view=id`."""

    name = serializers.CharField()
    label = serializers.CharField()
    saved_view = serializers.IntegerField(allow_null=True, help_text="Of a saved view its id.")
    count = serializers.IntegerField(
        allow_null=True, help_text="Up to 999; null where it is not counted."
    )
    is_more = serializers.BooleanField(help_text="There are more than `count`.")


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField(
        allow_null=True, help_text="Up to 999; null where counting took too long."
    )
    is_more = serializers.BooleanField()


class SavedViewSerializer(serializers.ModelSerializer):
    """Words like `me` in its conditions mean whoever reads it."""

    owner = PersonSerializer(read_only=True)
    team = TeamNameSerializer(read_only=True, allow_null=True)
    conditions = serializers.SerializerMethodField()
    sort = serializers.ChoiceField(choices=list(SORTS), read_only=True)

    class Meta:
        model = SavedView
        fields = ["id", "name", "conditions", "sort", "owner", "team", "created_at", "updated_at"]
        read_only_fields = fields

    @extend_schema_field(CONDITIONS)
    def get_conditions(self, view: SavedView) -> dict:
        return view.conditions


class NewSavedViewSerializer(ActSerializer):
    name = serializers.CharField(max_length=60)
    conditions = ConditionsField()
    sort = serializers.ChoiceField(choices=list(SORTS), default="urgency")
    team = RowField(
        queryset=Team.objects.all(),
        allow_null=True,
        default=None,
        help_text="One of your teams, whose members have the view too.",
    )


class SavedViewChangeSerializer(NewSavedViewSerializer, ChangeSerializer):
    """What is not named stays."""


class ConditionsSerializer(ActSerializer):
    conditions = ConditionsField()


class ChoiceSerializer(serializers.Serializer):
    value = serializers.JSONField(help_text="A name or an id.")
    label = serializers.CharField()


class OperatorSerializer(serializers.Serializer):
    operator = serializers.CharField()
    label = serializers.CharField()
    is_list = serializers.BooleanField(help_text="The value is a list.")
    needs_value = serializers.BooleanField()


class ConditionFieldSerializer(serializers.Serializer):
    """What can be asked of one field of a ticket."""

    field = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=["choice", "row", "text", "number", "money", "moment"])
    operators = OperatorSerializer(many=True)
    choices = ChoiceSerializer(many=True)
