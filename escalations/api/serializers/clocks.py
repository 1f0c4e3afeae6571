"""Clocks over REST: where they stand, and why their deadlines are where they are."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api.fields import FACTS
from escalations.clock_story import REPLIES
from escalations.deadline_lines import LineKind
from escalations.explaining import RestKind
from escalations.line_words import what_words
from escalations.models import SLAClock
from escalations.promises import BUSINESS, CALENDAR
from escalations.services.clocks import MAX_REASON
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer

LINE_KINDS = [*LineKind, *RestKind]


class SecondsField(serializers.DurationField):
    """A length of time in whole seconds."""

    def to_representation(self, value):
        return int(value.total_seconds())


seconds = extend_schema_field({"type": ["integer", "null"], "description": "In seconds."})(
    SecondsField
)


class DecidedSerializer(serializers.Serializer):
    policy = serializers.IntegerField(source="policy_id")
    name = serializers.CharField(source="policy.name")
    version = serializers.IntegerField(source="number")


class ClockSerializer(serializers.ModelSerializer):
    """`due_at` is the deadline, none while paused; `remaining` what is left then."""

    policy = DecidedSerializer(source="policy_version", read_only=True, allow_null=True)
    time = serializers.SerializerMethodField(help_text="Which time counts.")
    remaining = seconds(read_only=True, allow_null=True)
    late_by = seconds(read_only=True, allow_null=True)
    stopped_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = SLAClock
        fields = [
            "id", "ticket", "metric", "state", "policy", "target_seconds", "time", "started_at",
            "started_out_of_hours", "due_at", "remaining", "breached_at", "late_by", "stopped_at",
            "stopped_by", "stop_reason",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": [BUSINESS, CALENDAR]})
    def get_time(self, clock) -> str:
        return BUSINESS if clock.calendar_version_id else CALENDAR


class ClockLineSerializer(serializers.Serializer):
    """A piece of the way to the deadline: what it was, and how much of the target it took."""

    kind = serializers.ChoiceField(choices=LINE_KINDS)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    counted = SecondsField(help_text="In seconds.")
    name = serializers.CharField(help_text="Of a holiday; why it rested.")
    words = serializers.SerializerMethodField()

    def get_words(self, line) -> str:
        return what_words(line)


class AskedSerializer(serializers.Serializer):
    """A policy that was asked; `why_not` says what kept it from deciding."""

    policy = serializers.IntegerField()
    name = serializers.CharField()
    version = serializers.IntegerField(source="number")
    decided = serializers.BooleanField()
    why_not = serializers.ListField(child=serializers.CharField())


class ExplanationSerializer(serializers.Serializer):
    """The lines leave no gap; what they count and what is left sum to the target."""

    clock = ClockSerializer()
    zone = serializers.SerializerMethodField(help_text="Of the calendar, if one counts.")
    target = SecondsField(help_text="In seconds.")
    counted = SecondsField(help_text="In seconds: the sum of the lines.")
    left = SecondsField(help_text="In seconds: what is still to be counted of a resting clock.")
    due_at = serializers.DateTimeField(source="reading.due_at", allow_null=True)
    source = serializers.CharField(help_text="What the marketplace says, of its own clock.")
    facts = extend_schema_field(FACTS)(serializers.JSONField)()
    asked = AskedSerializer(many=True)
    lines = ClockLineSerializer(many=True)

    def get_zone(self, told) -> str | None:
        return told.calendar.zone if told.calendar else None


class NoResponseNeededSerializer(ActSerializer):
    reason = serializers.CharField(max_length=MAX_REASON, help_text="Why nobody has to answer.")
    metrics = serializers.ListField(
        child=serializers.ChoiceField(choices=[(each.value, each.label) for each in REPLIES]),
        required=False,
        help_text="Without it all open reply clocks.",
    )
