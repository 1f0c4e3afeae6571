"""Hints, passes and presence, as REST shows them."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from helpdesk.api.fields import IdField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.live.presence import State

TOPICS = ("ticket", "assigned", "presence", "lists")


class EventPassSerializer(serializers.Serializer):
    """The pass itself is a cookie; it opens one stream at ``url`` and is then used up."""

    url = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True, help_text="Seconds.")


class HintSerializer(serializers.Serializer):
    """That something changed. ``version`` is the ticket's last event; without a ticket, lists."""

    topic = serializers.ChoiceField(choices=TOPICS, read_only=True)
    ticket = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(read_only=True)


@extend_schema_serializer(many=False)
class ChangesSerializer(serializers.Serializer):
    changes = HintSerializer(source="hints", many=True, read_only=True)
    since = serializers.CharField(read_only=True, help_text="Where to go on.")
    everything = serializers.BooleanField(
        source="is_everything", read_only=True, help_text="Too much to tell: load everything anew."
    )


class HeartbeatSerializer(ActSerializer):
    """What the person does there; ``tab`` tells the windows of one person apart.

    ``left`` is the ticket at which this window was until now.
    """

    state = serializers.ChoiceField(choices=State.choices)
    tab = serializers.RegexField(r"^[A-Za-z0-9]{1,16}$", default="0")
    left = IdField(required=False)


class PresentSerializer(serializers.Serializer):
    """Somebody at a ticket: writing, viewing, or there without looking."""

    user = PersonSerializer(read_only=True)
    state = serializers.ChoiceField(choices=State.choices, read_only=True)
    since = serializers.DateTimeField(read_only=True)
    is_you = serializers.BooleanField(read_only=True)


class PresenceSerializer(serializers.Serializer):
    ticket = IdField(read_only=True)
    people = PresentSerializer(many=True, read_only=True)
