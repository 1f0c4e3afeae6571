"""Escalation routes and what they suggest, as they are sent and shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Skill, Team
from escalations.api.fields import known_of
from escalations.api.serializers.versions import (
    FirstPlaceField,
    NameField,
    NoteField,
    NoteSerializer,
    PlaceSerializer,
    SeenField,
)
from escalations.criteria_fields import FIELDS
from escalations.criteria_words import answer_words
from escalations.models import EscalationRoute, RouteMode, RouteSuggestion, RouteVersion
from escalations.questions import SOURCES, QuestionKind
from escalations.services.deciding import MAX_REASON
from escalations.services.routes import LONGEST_WAIT
from helpdesk.api.fields import NamedChoiceField, RowField
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer, TeamNameSerializer
from helpdesk.models import Priority

_CONDITION = {
    "type": "object",
    "properties": {
        "field": {"type": "string", "enum": list(FIELDS)},
        "operator": {"type": "string"},
        "value": {},
    },
}
CRITERIA = {
    "type": "object",
    "description": (
        'A group, `{"all": […]}` or `{"any": […]}`, of conditions with `field`, `operator` and'
        " `value`, and of further groups; `{}` for a route that is chosen by hand."
        " `/escalation-routes/fields/` lists what is possible. An error names its place, e.g."
        " `criteria.all.1.value`."
    ),
    "examples": [
        {
            "all": [
                {
                    "field": "amount",
                    "operator": "at_least",
                    "value": {"amount": "250.00", "currency": "EUR"},
                },
                {
                    "any": [
                        {
                            "field": "contacts",
                            "operator": "at_least",
                            "value": {"count": 3, "days": 7},
                        },
                        {
                            "field": "words",
                            "operator": "contains_any",
                            "value": ["lawyer", "data protection"],
                        },
                    ]
                },
            ]
        }
    ],
}
QUESTIONS = {
    "type": "array",
    "description": (
        "What whoever escalates must say. `source` names what of the ticket answers it by itself."
    ),
    "items": {
        "type": "object",
        "properties": {
            "key": {"type": "string"},
            "label": {"type": "string"},
            "kind": {"type": "string", "enum": list(QuestionKind)},
            "choices": {"type": "array", "items": {"type": "string"}},
            "is_required": {"type": "boolean"},
            "source": {"type": "string", "enum": list(SOURCES)},
        },
        "required": ["key", "label"],
    },
}


@extend_schema_field(CRITERIA)
class CriteriaField(serializers.JSONField):
    pass


@extend_schema_field(QUESTIONS)
class QuestionsField(serializers.JSONField):
    pass


class NewRouteSerializer(ActSerializer):
    """What a route says. The service reads criteria and questions, mistake by mistake."""

    name = NameField()
    team = RowField(queryset=Team.objects.select_related("tier"), help_text="Who takes it on.")
    mode = serializers.ChoiceField(choices=RouteMode.choices, required=False)
    criteria = CriteriaField(required=False)
    questions = QuestionsField(required=False)
    skill = RowField(queryset=Skill.objects.all(), required=False, allow_null=True)
    priority = NamedChoiceField(
        Priority, required=False, allow_null=True, help_text="Raised to this at least."
    )
    accept_after = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_WAIT,
        required=False,
        allow_null=True,
        help_text="Accepted by itself so many seconds after its acceptance was due.",
    )
    note = NoteField(help_text="Why.")
    position = FirstPlaceField()


class RouteChangeSerializer(NewRouteSerializer, ChangeSerializer):
    """What is not named stays."""

    position = None
    seen = SeenField()


class RouteNoteSerializer(NoteSerializer):
    pass


class RoutePlaceSerializer(PlaceSerializer):
    pass


class CriteriaSerializer(ActSerializer):
    criteria = CriteriaField()


class SkillNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Skill
        fields = ["id", "name"]
        read_only_fields = fields


class RouteVersionSerializer(serializers.ModelSerializer):
    team = TeamNameSerializer(read_only=True)
    skill = SkillNameSerializer(read_only=True, allow_null=True)
    priority = NamedChoiceField(Priority, read_only=True, allow_null=True)
    criteria = CriteriaField(read_only=True)
    questions = QuestionsField(read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = RouteVersion
        fields = [
            "id", "number", "mode", "criteria", "questions", "team", "skill", "priority",
            "accept_after", "note", "created_at", "created_by",
        ]  # fmt: skip
        read_only_fields = fields


class RouteSerializer(serializers.ModelSerializer):
    current = RouteVersionSerializer(read_only=True)

    class Meta:
        model = EscalationRoute
        fields = ["id", "name", "position", "is_active", "current"]
        read_only_fields = fields


class NamedRouteSerializer(serializers.ModelSerializer):
    class Meta:
        model = EscalationRoute
        fields = ["id", "name"]
        read_only_fields = fields


class MetConditionSerializer(serializers.Serializer):
    """A condition that was met, and what met it."""

    field = serializers.ChoiceField(choices=list(FIELDS))
    operator = serializers.CharField()
    value = serializers.JSONField()
    found = serializers.JSONField(allow_null=True)
    words = serializers.SerializerMethodField()

    def get_words(self, answer) -> str:
        return answer_words(answer, known_of(self))


class SuggestionSerializer(serializers.ModelSerializer):
    """To take it, escalate by its route."""

    route = NamedRouteSerializer(read_only=True)
    because = MetConditionSerializer(many=True, read_only=True)
    decided_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = RouteSuggestion
        fields = [
            "id", "route", "state", "because", "made_at", "decided_at", "decided_by", "reason",
        ]  # fmt: skip
        read_only_fields = fields


class DismissalSerializer(ActSerializer):
    reason = serializers.CharField(
        max_length=MAX_REASON, required=False, allow_blank=True, help_text="Why not."
    )
