"""Macros: texts written once and used often."""

from rest_framework import serializers

from accounts.models import Team
from helpdesk.api.fields import RowField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer, TeamNameSerializer
from policies.models import Macro
from policies.services.macros import MAX_NAME, MAX_TEXT


class MacroSerializer(serializers.ModelSerializer):
    """`{name}`, `{ticket}`, `{order}`, `{agent}` are filled by the server. No team: everybody's."""

    team = TeamNameSerializer(read_only=True, allow_null=True)
    changed_by = PersonSerializer(read_only=True)

    class Meta:
        model = Macro
        fields = ["id", "name", "text", "team", "is_in_use", "changed_at", "changed_by"]
        read_only_fields = fields


class NewMacroSerializer(ActSerializer):
    name = serializers.CharField(max_length=MAX_NAME)
    text = serializers.CharField(max_length=MAX_TEXT)
    team = RowField(queryset=Team.objects.all(), required=False, allow_null=True)


class MacroInUseSerializer(ActSerializer):
    is_in_use = serializers.BooleanField()


class MacroChoiceSerializer(ActSerializer):
    macro = RowField(queryset=Macro.objects.all(), help_text="A macro in use in one's teams.")


class MacroTextSerializer(serializers.Serializer):
    text = serializers.CharField()
