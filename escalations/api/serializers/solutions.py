"""Tailored solutions over REST."""

from rest_framework import serializers

from escalations.api.serializers.investigations import PersonField
from escalations.models import ComponentKind, SolutionComponent, SolutionPlan
from helpdesk.api.fields import MoneyField, MoneyInputField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer

MAX_LETTER = 20_000


class SolutionPartSerializer(serializers.ModelSerializer):
    """A part that is money is done when its refund is."""

    owner = PersonSerializer(read_only=True)
    ended_by = PersonSerializer(read_only=True, allow_null=True)
    amount = MoneyField(read_only=True, allow_null=True)

    class Meta:
        model = SolutionComponent
        fields = [
            "id", "kind", "amount", "note", "owner", "state", "added_at", "ended_at", "ended_by",
        ]  # fmt: skip
        read_only_fields = fields


class SolutionSerializer(serializers.ModelSerializer):
    """What one ticket gets; without a plan it has no parts and no text."""

    made_by = PersonSerializer(read_only=True, allow_null=True)
    parts = SolutionPartSerializer(source="components", many=True, read_only=True)

    class Meta:
        model = SolutionPlan
        fields = ["ticket", "made_at", "made_by", "customer_text", "parts"]
        read_only_fields = fields


class NewSolutionPartSerializer(ActSerializer):
    kind = serializers.ChoiceField(choices=ComponentKind.choices)
    amount = MoneyInputField(required=False, help_text="For parts that are money.")
    note = serializers.CharField(max_length=250, required=False, allow_blank=True)
    owner = PersonField(required=False, help_text="Without, whoever plans it.")


class SolutionPartChangeSerializer(ActSerializer):
    """What is not named stays."""

    amount = MoneyInputField(required=False)
    note = serializers.CharField(max_length=250, required=False, allow_blank=True)
    owner = PersonField(required=False)


class CustomerTextSerializer(ActSerializer):
    text = serializers.CharField(max_length=MAX_LETTER, allow_blank=True)
