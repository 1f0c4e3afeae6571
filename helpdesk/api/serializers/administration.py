"""What each act on people, teams and tiers takes. Shape only: the services say what is allowed."""

from django.conf import settings
from rest_framework import serializers

from accounts.models import Role, Team, Tier, User
from accounts.services.memberships import Seat
from accounts.services.teams import HIGHEST_LEVEL
from accounts.week import Block
from helpdesk.api.fields import ClockField, IdField, RowField, WeekdayField
from helpdesk.api.serializers.inputs import ActSerializer

MOST_TEAMS, MOST_SKILLS, MOST_BLOCKS = 50, 50, 70
LONGEST_NAME = User._meta.get_field("full_name").max_length


class SeatSerializer(ActSerializer):
    team = RowField(queryset=Team.objects.all(), help_text="A team's id.")
    is_lead = serializers.BooleanField(default=False)


class SeatsSerializer(ActSerializer):
    teams = SeatSerializer(
        many=True, max_length=MOST_TEAMS, help_text="All of them: who is not named leaves."
    )

    def validate(self, attrs):
        return {"seats": [Seat(**seat) for seat in attrs["teams"]]}


class InvitationSerializer(ActSerializer):
    email = serializers.EmailField(max_length=254)
    full_name = serializers.CharField(max_length=LONGEST_NAME)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.AGENT)
    teams = SeatSerializer(many=True, max_length=MOST_TEAMS, required=False)
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE, help_text="For letters to them."
    )
    time_zone = serializers.CharField(
        max_length=64, default=settings.TIME_ZONE, help_text="An IANA name, e.g. `Europe/Berlin`."
    )

    def validate(self, attrs):
        return attrs | {"seats": [Seat(**seat) for seat in attrs.pop("teams", [])]}


class PersonNameSerializer(ActSerializer):
    full_name = serializers.CharField(max_length=LONGEST_NAME)


class RoleSerializer(ActSerializer):
    role = serializers.ChoiceField(choices=Role.choices)


class NewSkillSerializer(ActSerializer):
    skill = serializers.CharField(max_length=60, help_text="A new name becomes a skill.")
    level = serializers.IntegerField(
        min_value=1, max_value=5, help_text="1 learning, 3 solid, 5 teaches it."
    )


class SkillsSerializer(ActSerializer):
    skills = NewSkillSerializer(
        many=True, max_length=MOST_SKILLS, help_text="All of them: what is not named goes."
    )

    def validate(self, attrs):
        return {"skills": [(one["skill"], one["level"]) for one in attrs["skills"]]}


class BlockSerializer(ActSerializer):
    weekday = WeekdayField()
    starts = ClockField(help_text="As `08:30`, in the person's time zone.")
    ends = ClockField(help_text="Later than `starts`; `24:00` at the latest.")


class WeekSerializer(ActSerializer):
    working_hours = BlockSerializer(
        many=True, max_length=MOST_BLOCKS, help_text="The whole week; a day may have several."
    )

    def validate(self, attrs):
        hours = attrs["working_hours"]
        return {"blocks": [Block(one["weekday"], one["starts"], one["ends"]) for one in hours]}


class NewLeaveSerializer(ActSerializer):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day; it is included.")
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class LeaveChoiceSerializer(ActSerializer):
    leave = IdField(source="leave_id", help_text="The id of one of the person's leaves.")


class TierByLevelField(serializers.SlugRelatedField):
    default_error_messages = {"does_not_exist": "There is no tier of level {value}."}

    def __init__(self, **kwargs):
        super().__init__(slug_field="level", queryset=Tier.objects.all(), **kwargs)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int) or abs(data) > HIGHEST_LEVEL:
            self.fail("invalid")
        return super().to_internal_value(data)


class NewTeamSerializer(ActSerializer):
    name = serializers.CharField(max_length=80)
    tier = TierByLevelField(help_text="The level of a tier.")


class TeamNewNameSerializer(ActSerializer):
    name = serializers.CharField(max_length=80)


class TeamTierSerializer(ActSerializer):
    tier = TierByLevelField(help_text="The level of a tier.")


class NewTierSerializer(ActSerializer):
    level = serializers.IntegerField(min_value=1, max_value=HIGHEST_LEVEL)
    name = serializers.CharField(max_length=60)
    is_customer_facing = serializers.BooleanField(default=False)


class TierNameSerializer(ActSerializer):
    name = serializers.CharField(max_length=60)
