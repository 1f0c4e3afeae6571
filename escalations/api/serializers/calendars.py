"""Business calendars, as they are sent and shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api import fields
from escalations.api.serializers.versions import NameField, SeenField
from escalations.models import BusinessCalendar, CalendarVersion
from escalations.stored_calendars import spoken_plan
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer

LONGEST = 365 * 24 * 3600


class PlanSerializer(ActSerializer):
    """What a calendar says. The service reads it and names every mistake by its path."""

    zone = serializers.CharField(max_length=64, help_text="An IANA name, e.g. `Europe/Berlin`.")
    week = fields.WeekField()
    breaks = fields.BreaksField(required=False)
    country = serializers.CharField(
        max_length=2, required=False, allow_blank=True, help_text="ISO 3166, for its holidays."
    )
    region = serializers.CharField(
        max_length=12, required=False, allow_blank=True, help_text="A region of the country."
    )
    holidays = fields.HolidaysField(required=False)
    recurring = fields.RecurringField(required=False)
    exceptions = fields.ExceptionsField(required=False)


class NewCalendarSerializer(PlanSerializer):
    name = NameField()


class CalendarChangeSerializer(PlanSerializer, ChangeSerializer):
    """What is not named stays."""

    name = NameField()
    seen = SeenField()


class CalendarTrialSerializer(PlanSerializer):
    at = serializers.CharField(
        max_length=40, help_text="ISO 8601; without an offset it is read in the calendar's zone."
    )
    seconds = serializers.IntegerField(min_value=1, max_value=LONGEST)


class StoredHolidaySerializer(serializers.Serializer):
    on = serializers.DateField()
    name = serializers.CharField()
    source = serializers.CharField(help_text="A country or region, e.g. `DE-NW`, or `own`.")


class CalendarVersionSerializer(serializers.ModelSerializer):
    week = serializers.SerializerMethodField()
    exceptions = serializers.SerializerMethodField()
    recurring = serializers.SerializerMethodField()
    holidays = StoredHolidaySerializer(many=True, read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = CalendarVersion
        fields = [
            "number", "zone", "week", "country", "region", "holidays", "recurring", "exceptions",
            "created_at", "created_by",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(fields.WEEK)
    def get_week(self, version) -> list:
        return spoken_plan(version)["week"]

    @extend_schema_field(fields.EXCEPTIONS)
    def get_exceptions(self, version) -> list:
        return spoken_plan(version)["exceptions"]

    @extend_schema_field(fields.RECURRING)
    def get_recurring(self, version) -> list:
        return version.recurring


class CalendarSerializer(serializers.ModelSerializer):
    current = CalendarVersionSerializer(read_only=True)

    class Meta:
        model = BusinessCalendar
        fields = ["id", "name", "current"]
        read_only_fields = fields


class LineSerializer(serializers.Serializer):
    """A piece of the way to a deadline. The lines leave no gap."""

    kind = serializers.ChoiceField(
        choices=["counted", "closed", "holiday", "exception", "clock_change"]
    )
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    counted_seconds = serializers.FloatField()
    name = serializers.CharField(allow_blank=True)
    words = serializers.CharField(help_text="The line as a sentence, in the calendar's zone.")


class CalendarAnswerSerializer(serializers.Serializer):
    due_at = serializers.DateTimeField()
    words = serializers.CharField()
    lines = LineSerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class HolidaySerializer(serializers.Serializer):
    on = serializers.DateField()
    name = serializers.CharField()


class PlaceSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
