"""What happened on a ticket."""

from rest_framework import serializers

from helpdesk.api.serializers.customers import CustomerNameSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.models import TimelineEntry


class TimelineEntrySerializer(serializers.ModelSerializer):
    """Without actor and customer the system itself acted, or ``facts.who`` by a link.

    ``restriction`` is empty, or says for whose eyes alone the entry is.
    """

    actor = PersonSerializer(read_only=True, allow_null=True)
    customer = CustomerNameSerializer(read_only=True, allow_null=True)

    class Meta:
        model = TimelineEntry
        fields = [
            "id", "ticket", "kind", "at", "actor", "customer", "message", "before", "after",
            "facts", "restriction",
        ]  # fmt: skip
        read_only_fields = fields


class MissedSerializer(serializers.ModelSerializer):
    """What somebody wrote since the author of a stale reply had looked."""

    actor = PersonSerializer(read_only=True, allow_null=True)
    customer = CustomerNameSerializer(read_only=True, allow_null=True)
    text = serializers.CharField(source="message.text", read_only=True)

    class Meta:
        model = TimelineEntry
        fields = ["id", "kind", "at", "actor", "customer", "message", "text"]
        read_only_fields = fields
