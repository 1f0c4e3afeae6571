"""Escalations, as they are sent and shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from escalations.contract import ContractAct, Outcome
from escalations.contract_reads import answers_of
from escalations.models import Escalation, EscalationRoute, EscalationStep, RouteMode
from escalations.questions import QuestionKind
from escalations.services.contract import MAX_REASON, acts_possible
from escalations.services.returning import DECISIONS, MAX_MISSING
from helpdesk.api.fields import NamedChoiceField, RowField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer, TeamNameSerializer, TeamSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.models import Priority

_ANSWER = {
    "oneOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "boolean"},
        {
            "type": "object",
            "properties": {
                "amount": {"type": "string"},
                "minor": {"type": "integer", "format": "int64"},
                "currency": {"type": "string"},
            },
            "required": ["currency"],
        },
    ]
}
_ACTS = {"type": "array", "items": {"type": "string", "enum": [str(each) for each in ContractAct]}}
_FACTS = {
    "type": "object",
    "description": (
        "Answers to the route's questions by their keys. A number may be its decimal text, a date"
        " is ISO 8601, money is `amount` or `minor` with `currency`. An error names its place,"
        " e.g. `facts.serial`."
    ),
    "additionalProperties": _ANSWER,
    "examples": [{"serial": "KN-2611", "value": {"amount": "129.90", "currency": "EUR"}}],
}


@extend_schema_field(_FACTS)
class AnswersField(serializers.JSONField):
    pass


class WordsField(serializers.CharField):
    def __init__(self, **kwargs):
        super().__init__(**{"max_length": MAX_REASON} | kwargs)


class EscalateSerializer(ActSerializer):
    route = RowField(queryset=EscalationRoute.objects.all())
    reason = WordsField(help_text="Ten letters at least.")
    facts = AnswersField(required=False)


class WhySerializer(ActSerializer):
    reason = WordsField(help_text="Ten letters at least.")


class ResubmissionSerializer(WhySerializer):
    facts = AnswersField(required=False)


class ReturnSerializer(WhySerializer):
    missing = serializers.CharField(
        max_length=MAX_MISSING,
        required=False,
        allow_blank=True,
        help_text="What is needed before it can go up again.",
    )


class VerdictSerializer(WhySerializer):
    """``insist``: it belongs to the tier, for good. ``keep``: it stays at the front line."""

    decision = serializers.ChoiceField(choices=[str(each) for each in DECISIONS])


class HandOverSerializer(WhySerializer):
    to = RowField(queryset=User.objects.active())


class CompletionSerializer(ActSerializer):
    resolution = WordsField(help_text="What was done, for the first agent to learn from.")
    outcome = serializers.ChoiceField(
        choices=[str(each) for each in Outcome], default=str(Outcome.SOLVED)
    )
    give_back = serializers.BooleanField(
        default=False, help_text="Return the ticket to the team and the agent it came from."
    )


class QuestionSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=[str(each) for each in QuestionKind])
    choices = serializers.ListField(child=serializers.CharField())
    is_required = serializers.BooleanField()


class GivenFactSerializer(serializers.Serializer):
    key = serializers.CharField(source="question.key")
    label = serializers.CharField(source="question.label")
    kind = serializers.ChoiceField(
        source="question.kind", choices=[str(each) for each in QuestionKind]
    )
    value = serializers.SerializerMethodField(help_text="Null where nothing was said.")

    @extend_schema_field({"oneOf": [*_ANSWER["oneOf"], {"type": "null"}]})
    def get_value(self, answer):
        return answer.value


class RouteNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = EscalationRoute
        fields = ["id", "name"]
        read_only_fields = fields


class WaySerializer(serializers.Serializer):
    """A route a ticket could go up by, and what it asks."""

    id = serializers.IntegerField(source="route.pk")
    name = serializers.CharField(source="route.name")
    version = serializers.IntegerField(source="route.current.number")
    mode = serializers.ChoiceField(source="route.current.mode", choices=RouteMode.choices)
    team = TeamSerializer(source="route.current.team")
    questions = QuestionSerializer(many=True)


class WaysSerializer(serializers.Serializer):
    """``running`` is the escalation that an act would join."""

    running = serializers.IntegerField(allow_null=True)
    routes = WaySerializer(many=True)


class EscalationSerializer(serializers.ModelSerializer):
    ticket = TicketNameSerializer(read_only=True)
    route = RouteNameSerializer(source="version.route", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    from_team = TeamNameSerializer(read_only=True, allow_null=True)
    team = TeamSerializer(read_only=True)
    first_agent = PersonSerializer(read_only=True, allow_null=True)
    specialist = PersonSerializer(read_only=True, allow_null=True)
    priority = NamedChoiceField(Priority, read_only=True)
    facts = serializers.SerializerMethodField()

    class Meta:
        model = Escalation
        fields = [
            "id", "ticket", "route", "version", "state", "priority", "from_team", "team",
            "first_agent", "specialist", "reason", "facts", "returns", "is_binding",
            "escalated_at", "accepted_at", "ended_at", "resolution", "outcome",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(GivenFactSerializer(many=True))
    def get_facts(self, escalation):
        return GivenFactSerializer(answers_of(escalation), many=True).data


class EscalationStepSerializer(serializers.ModelSerializer):
    by = PersonSerializer(read_only=True, allow_null=True)
    to = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = EscalationStep
        fields = ["id", "act", "at", "by", "to", "reason", "facts"]
        read_only_fields = fields


class WholeEscalationSerializer(EscalationSerializer):
    """With every step, and the acts that whoever asks may do now."""

    steps = EscalationStepSerializer(many=True, read_only=True)
    acts = serializers.SerializerMethodField()

    class Meta(EscalationSerializer.Meta):
        fields = [*EscalationSerializer.Meta.fields, "steps", "acts"]
        read_only_fields = fields

    @extend_schema_field(_ACTS)
    def get_acts(self, escalation):
        return sorted(acts_possible(escalation, self.context["request"].user))


class EscalatedSerializer(serializers.Serializer):
    is_new = serializers.BooleanField(help_text="False: it joined the one that ran already.")
    escalation = EscalationSerializer()


class CandidateSerializer(serializers.Serializer):
    person = PersonSerializer()
    is_available = serializers.BooleanField(
        source="ranked.is_available", help_text="False while on leave."
    )
    skill_level = serializers.IntegerField(source="ranked.candidate.level")
    open_cases = serializers.IntegerField(source="ranked.candidate.load")
    reasons = serializers.ListField(source="ranked.reasons", child=serializers.CharField())
