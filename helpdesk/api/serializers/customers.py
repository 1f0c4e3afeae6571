"""Customers and how they reach us."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from rest_framework import serializers

from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.models import Customer, CustomerIdentity, IdentityKind
from helpdesk.services.customers import MAX_TAG_LENGTH, MAX_TAGS

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"


class IdentitySerializer(serializers.ModelSerializer):
    """``confidence`` runs from 0 to 1; 1 is exact. ``evidence`` says why, in words."""

    class Meta:
        model = CustomerIdentity
        fields = ["id", "kind", "value", "confidence", "evidence", "linked_at"]
        read_only_fields = fields


class IdentityNameSerializer(serializers.ModelSerializer):
    """The identity a ticket came by."""

    class Meta:
        model = CustomerIdentity
        fields = ["id", "kind", "value"]
        read_only_fields = fields


class CustomerNameSerializer(serializers.ModelSerializer):
    """A customer named somewhere."""

    class Meta:
        model = Customer
        fields = ["id", "name"]
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer):
    identities = IdentitySerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = ["id", "name", "language", "tags", "created_at", "identities"]
        read_only_fields = fields


class NewIdentitySerializer(ActSerializer):
    kind = serializers.ChoiceField(choices=IdentityKind.choices)
    value = serializers.CharField(max_length=254)

    def validate(self, attrs):
        if attrs["kind"] == IdentityKind.EMAIL:
            _require_address(attrs["value"])
        return attrs


class NewCustomerSerializer(ActSerializer):
    name = serializers.CharField(max_length=190)
    language = serializers.RegexField(
        LANGUAGE, max_length=8, required=False, default="", help_text="BCP 47, e.g. `de`."
    )
    identities = NewIdentitySerializer(many=True, min_length=1, max_length=20)


class CustomerChangeSerializer(ActSerializer):
    name = serializers.CharField(max_length=190, required=False)
    language = serializers.RegexField(
        LANGUAGE, max_length=8, required=False, allow_blank=True, help_text="BCP 47, e.g. `de`."
    )


class CustomerTagsSerializer(ActSerializer):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG_LENGTH),
        max_length=MAX_TAGS,
        help_text="All of them, e.g. `vip`: what is not named goes.",
    )


def _require_address(value: str) -> None:
    try:
        validate_email(value)
    except ValidationError as error:
        raise serializers.ValidationError({"value": error.messages}, code="invalid") from error
