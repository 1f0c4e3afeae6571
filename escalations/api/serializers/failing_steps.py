"""Steps of clocks that could not be carried out, over REST."""

from rest_framework import serializers

from escalations.models import SLAEvent


class FailingStepSerializer(serializers.ModelSerializer):
    """``at`` is when it fell due; ``error`` is empty where the process ended without a word."""

    ticket = serializers.IntegerField(source="clock.ticket_id")
    metric = serializers.CharField(source="clock.metric")

    class Meta:
        model = SLAEvent
        fields = [
            "id", "ticket", "clock", "metric", "kind", "step", "at", "recorded_at", "attempts",
            "next_attempt_at", "error",
        ]  # fmt: skip
        read_only_fields = fields
