"""People who work here, as others see them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Leave, SkillLevel, Team, TeamMembership, Tier, User, WorkingHours
from accounts.rules import Act, may
from accounts.week import write_clock
from helpdesk.api.fields import WeekdayField


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


class MembershipSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(source="team_id", read_only=True)
    name = serializers.CharField(source="team.name", read_only=True)

    class Meta:
        model = TeamMembership
        fields = ["id", "name", "is_lead"]
        read_only_fields = fields


class SkillLevelSerializer(serializers.ModelSerializer):
    """From 1, learning, to 5, teaches it."""

    skill = serializers.CharField(source="skill.name", read_only=True)

    class Meta:
        model = SkillLevel
        fields = ["skill", "level"]
        read_only_fields = fields


class WorkingHoursSerializer(serializers.ModelSerializer):
    """A block of work, as clocks show it where the person is; midnight at its end is 24:00."""

    weekday = WeekdayField(read_only=True)
    starts = serializers.SerializerMethodField()
    ends = serializers.SerializerMethodField()

    class Meta:
        model = WorkingHours
        fields = ["weekday", "starts", "ends"]
        read_only_fields = fields

    def get_starts(self, block) -> str:
        return write_clock(block.starts_minute)

    def get_ends(self, block) -> str:
        return write_clock(block.ends_minute)


class LeaveSerializer(serializers.ModelSerializer):
    """Days somebody is away, both included."""

    note = serializers.SerializerMethodField(
        help_text="Null for whoever is neither the person nor a lead."
    )

    class Meta:
        model = Leave
        fields = ["id", "starts_on", "ends_on", "note"]
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"]})
    def get_note(self, leave):
        reader = self.context["request"].user
        is_shown = leave.user_id == reader.pk or may(reader, Act.SEE_PEOPLE)
        return leave.note if is_shown else None


class PersonDetailSerializer(UserSerializer):
    """One person with what they can do and when they are there."""

    teams = MembershipSerializer(source="memberships", many=True, read_only=True)
    skills = SkillLevelSerializer(source="skill_levels", many=True, read_only=True)
    working_hours = WorkingHoursSerializer(many=True, read_only=True)
    leave = LeaveSerializer(source="leaves", many=True, read_only=True)

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "skills", "working_hours", "leave"]
        read_only_fields = fields
