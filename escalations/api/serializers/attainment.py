"""The attainment report over REST."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api.serializers.clocks import seconds
from escalations.attainment import DIMENSIONS


class PeriodSerializer(serializers.Serializer):
    """What is asked for: clocks that started from `since` until before `until`."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=DIMENSIONS, default=DIMENSIONS[0])

    def validate(self, attrs):
        if attrs["until"] <= attrs["since"]:
            raise serializers.ValidationError({"until": "It lies not after the beginning."})
        return attrs


class AttainmentRowSerializer(serializers.Serializer):
    """How one promise was kept. `share` is of what was decided, kept or missed, with its 95 %
    interval after Wilson. Lateness is of what was answered late, in seconds of the clock's time.
    """

    metric = serializers.CharField()
    key = serializers.SerializerMethodField(help_text="Id or channel; null in a total or of none.")
    name = serializers.CharField()
    is_total = serializers.BooleanField()
    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    open = serializers.IntegerField()
    left_out = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    median_late = seconds(allow_null=True)
    p90_late = seconds(allow_null=True)
    out_of_hours_share = serializers.FloatField(allow_null=True)

    @extend_schema_field({"type": ["string", "null"]})
    def get_key(self, row) -> str | None:
        return None if row.key is None else str(row.key)


class AttainmentSerializer(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=DIMENSIONS)
    rows = AttainmentRowSerializer(many=True)
