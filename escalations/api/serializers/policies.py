"""SLA policies, as they are sent and shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api import fields
from escalations.api.serializers.calendars import LineSerializer
from escalations.api.serializers.versions import (
    FirstPlaceField,
    NameField,
    NoteField,
    NoteSerializer,
    PlaceSerializer,
    SeenField,
)
from escalations.models import BusinessCalendar, Metric, SLAPolicy, SLAPolicyVersion
from escalations.services.policies import spoken_draft
from helpdesk.api.fields import IdField
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer


class DraftSerializer(ActSerializer):
    """What a policy says. The service reads it and names every mistake by its path."""

    calendar = IdField(allow_null=True, required=False, help_text="A calendar's id.")
    conditions = fields.ConditionsField(required=False)
    targets = fields.TargetsField()


class NewPolicySerializer(DraftSerializer):
    name = NameField()
    note = NoteField()
    position = FirstPlaceField()


class PolicyChangeSerializer(DraftSerializer, ChangeSerializer):
    """What is not named stays."""

    name = NameField()
    note = NoteField(help_text="Why.")
    seen = SeenField()


class PolicyNoteSerializer(NoteSerializer):
    pass


class PolicyPlaceSerializer(PlaceSerializer):
    pass


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
