"""How somebody works, and what they have looked at."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.models import AfterSending
from helpdesk.whole_numbers import BIGGEST_ID


@extend_schema_serializer(many=False)
class PreferencesSerializer(ActSerializer):
    """``after_sending``: where one wants to be once a reply is sent."""

    after_sending = serializers.ChoiceField(choices=AfterSending.choices)


class LookSerializer(ActSerializer):
    """``seen``: the last event of the ticket that was before one's eyes."""

    seen = serializers.IntegerField(min_value=0, max_value=BIGGEST_ID)
