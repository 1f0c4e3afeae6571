"""People who work here, as others see them."""

from rest_framework import serializers

from accounts.models import Team, Tier, User


class PersonSerializer(serializers.ModelSerializer):
    """A colleague named somewhere."""

    class Meta:
        model = User
        fields = ["id", "full_name", "email"]
        read_only_fields = fields


class TierSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tier
        fields = ["level", "name", "is_customer_facing"]
        read_only_fields = fields


class TeamSerializer(serializers.ModelSerializer):
    tier = TierSerializer(read_only=True)

    class Meta:
        model = Team
        fields = ["id", "name", "tier"]
        read_only_fields = fields


class TeamNameSerializer(serializers.ModelSerializer):
    """A team named somewhere."""

    class Meta:
        model = Team
        fields = ["id", "name"]
        read_only_fields = fields


class UserSerializer(serializers.ModelSerializer):
    teams = TeamNameSerializer(many=True, read_only=True)

    class Meta:
        model = User
        fields = ["id", "full_name", "email", "role", "language", "time_zone", "is_active", "teams"]
        read_only_fields = fields


class MeSerializer(UserSerializer):
    """The person who asks."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "signature"]
        read_only_fields = fields
