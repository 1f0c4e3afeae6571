"""Keys to the REST door."""

from datetime import timedelta

from rest_framework import serializers

from accounts.models import ApiToken
from accounts.models.token import Scope
from accounts.services.tokens import LONGEST_LIFE, USUAL_LIFE
from helpdesk.api.serializers.inputs import ActSerializer


class TokenSerializer(serializers.ModelSerializer):
    """``id`` is how the token's text begins, so that its owner knows it again."""

    id = serializers.CharField(source="token_key", read_only=True)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), read_only=True
    )
    created_at = serializers.DateTimeField(source="created", read_only=True)
    expires_at = serializers.DateTimeField(source="expiry", read_only=True)

    class Meta:
        model = ApiToken
        fields = ["id", "name", "scopes", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields


class TokenWithTextSerializer(TokenSerializer):
    token = serializers.CharField(
        read_only=True, allow_null=True, help_text="Shown once; null in a repetition."
    )

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class NewTokenSerializer(ActSerializer):
    name = serializers.CharField(max_length=80, help_text="What the token is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), min_length=1, max_length=len(Scope)
    )
    days = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_LIFE.days,
        default=USUAL_LIFE.days,
        help_text="How long the token lives.",
    )

    def validate(self, attrs):
        return attrs | {"life": timedelta(days=attrs.pop("days"))}
