"""Mail that came in, and what people decide about it."""

from rest_framework import serializers

from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.models import InboundMail


class InboundMailSerializer(serializers.ModelSerializer):
    """One mail and what became of it; its bytes are under ``raw/``."""

    class Meta:
        model = InboundMail
        fields = [
            "id", "state", "outcome", "source", "received_at", "processed_at", "size", "sha256",
            "internet_message_id", "sender", "subject", "reason_code", "reason", "ticket",
            "message", "duplicate_of", "decided_by", "decided_at",
        ]  # fmt: skip
        read_only_fields = fields


class MakeTicketSerializer(ActSerializer):
    """``sender`` is needed where the mail does not say who wrote it."""

    sender = serializers.CharField(max_length=254, required=False, allow_blank=True)


class DismissSerializer(ActSerializer):
    reason = serializers.CharField(max_length=1000)
