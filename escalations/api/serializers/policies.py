"""SLA policies, as they are sent and shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api import fields
from escalations.api.serializers.calendars import LineSerializer
from escalations.models import BusinessCalendar, Metric, SLAPolicy, SLAPolicyVersion
from escalations.services.policies import spoken_draft
from escalations.services.versions import MAX_NAME, MAX_NOTE
from helpdesk.api.fields import IdField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer

BIGGEST_PLACE = 2**31 - 1


class DraftSerializer(ActSerializer):
    """What a policy says. The service reads it and names every mistake by its path."""

    calendar = IdField(allow_null=True, required=False, help_text="A calendar's id.")
    conditions = fields.ConditionsField(required=False)
    targets = fields.TargetsField()


class NewPolicySerializer(DraftSerializer):
    name = serializers.CharField(max_length=MAX_NAME)
    note = serializers.CharField(max_length=MAX_NOTE, required=False, allow_blank=True)
    position = serializers.IntegerField(
        min_value=1, max_value=BIGGEST_PLACE, required=False, help_text="From 1; else the last."
    )


class PolicyChangeSerializer(DraftSerializer):
    """What is not named stays."""

    name = serializers.CharField(max_length=MAX_NAME)
    note = serializers.CharField(max_length=MAX_NOTE, allow_blank=True, help_text="Why.")
    seen = serializers.IntegerField(
        min_value=1, max_value=BIGGEST_PLACE, help_text="The version you looked at."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class PolicyNoteSerializer(ActSerializer):
    note = serializers.CharField(
        max_length=MAX_NOTE, required=False, allow_blank=True, help_text="Why."
    )


class PolicyPlaceSerializer(PolicyNoteSerializer):
    position = serializers.IntegerField(min_value=1, max_value=BIGGEST_PLACE, help_text="From 1.")


class OfAPolicySerializer(DraftSerializer):
    policy = IdField(required=False, allow_null=True, help_text="The one this is a draft of.")


class PolicyTrialSerializer(OfAPolicySerializer):
    at = serializers.CharField(
        max_length=40, help_text="ISO 8601; without an offset it is read in the calendar's zone."
    )
    facts = fields.FactsField(required=False)


class CalendarNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = BusinessCalendar
        fields = ["id", "name"]
        read_only_fields = fields


class PolicyVersionSerializer(serializers.ModelSerializer):
    calendar = CalendarNameSerializer(read_only=True, allow_null=True)
    conditions = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = SLAPolicyVersion
        fields = [
            "id", "number", "calendar", "conditions", "targets", "note", "created_at",
            "created_by",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(fields.CONDITIONS)
    def get_conditions(self, version) -> dict:
        return spoken_draft(version, known=fields.known_of(self))["conditions"]

    @extend_schema_field(fields.TARGETS)
    def get_targets(self, version) -> dict:
        return version.targets


class PolicySerializer(serializers.ModelSerializer):
    current = PolicyVersionSerializer(read_only=True)

    class Meta:
        model = SLAPolicy
        fields = ["id", "name", "position", "is_active", "current"]
        read_only_fields = fields


class DueSerializer(serializers.Serializer):
    metric = serializers.ChoiceField(choices=Metric.choices)
    label = serializers.CharField()
    seconds = serializers.IntegerField()
    time = serializers.ChoiceField(choices=["business", "calendar"])
    due_at = serializers.DateTimeField()
    words = serializers.CharField()
    warned_at = serializers.ListField(child=serializers.DateTimeField())
    levels_at = serializers.ListField(child=serializers.DateTimeField())
    lines = LineSerializer(many=True)


class TriedSerializer(serializers.Serializer):
    policy = serializers.IntegerField(allow_null=True, help_text="Null for a new draft.")
    name = serializers.CharField(allow_blank=True)
    matched = serializers.BooleanField()
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Why not: “priority is normal, wanted urgent”."
    )


class PolicyAnswerSerializer(serializers.Serializer):
    """When a ticket arriving then would be due, and which policy would decide for it."""

    decides = serializers.BooleanField(help_text="The draft is the first that matches.")
    words = serializers.CharField(allow_blank=True, help_text="What stands in its way, if so.")
    tried = TriedSerializer(many=True)
    dues = DueSerializer(many=True)


class DifferenceSerializer(serializers.Serializer):
    metric = serializers.ChoiceField(choices=Metric.choices)
    before_seconds = serializers.IntegerField(allow_null=True)
    after_seconds = serializers.IntegerField(allow_null=True)
    due_before = serializers.DateTimeField(allow_null=True)
    due_after = serializers.DateTimeField(allow_null=True)


class DifferentTicketSerializer(serializers.Serializer):
    ticket = serializers.IntegerField()
    subject = serializers.CharField()
    policy_before = serializers.CharField(allow_blank=True)
    policy_after = serializers.CharField(allow_blank=True)
    changes = DifferenceSerializer(many=True)


class DifferencesSerializer(serializers.Serializer):
    """Open tickets that had been promised something else. They keep what they were promised."""

    count = serializers.IntegerField()
    looked_at = serializers.IntegerField(help_text="The newest 1,000 open tickets at most.")
    is_more = serializers.BooleanField(help_text="There are more open tickets.")
    tickets = DifferentTicketSerializer(many=True)
