"""Outgoing webhooks, as they are sent and shown."""

from rest_framework import serializers

from escalations.models import WANTED, WebhookDelivery, WebhookEndpoint, WebhookEvent
from escalations.services.webhooks import MAX_NAME
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer
from outbound.addresses import MAX_LENGTH

EVENTS = [(event, WebhookEvent(event).label) for event in WANTED]


class WebhookSerializer(serializers.ModelSerializer):
    """``paused_at`` stands after 50 failed attempts in a row, until somebody lets it go on."""

    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS), read_only=True)
    failures = serializers.IntegerField(read_only=True, help_text="Failed attempts in a row.")
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "name", "url", "events", "may_be_private", "is_active", "paused_at", "failures",
            "previous_until", "created_at", "created_by",
        ]  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {
            "previous_until": {"help_text": "Until then the secret before signs as well."}
        }


class WebhookWithSecretSerializer(WebhookSerializer):
    secret = serializers.CharField(
        read_only=True, allow_null=True, help_text="Shown once; null in a repetition."
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class NewWebhookSerializer(ActSerializer):
    name = serializers.CharField(max_length=MAX_NAME)
    url = serializers.CharField(
        max_length=MAX_LENGTH,
        help_text="https to a public host; http too where a private network is allowed.",
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENTS), min_length=1, max_length=len(EVENTS)
    )
    may_be_private = serializers.BooleanField(default=False)


class WebhookChangeSerializer(NewWebhookSerializer, ChangeSerializer):
    """What is not named stays."""


class WebhookDeliverySerializer(serializers.ModelSerializer):
    """``id`` is what the receiver sees as ``Recourse-Delivery``; ``body`` what it is sent."""

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "endpoint", "event", "source", "state", "body", "created_at", "attempts",
            "next_attempt_at", "delivered_at", "status_code", "answer", "is_replay", "replay_of",
        ]  # fmt: skip
        read_only_fields = fields
