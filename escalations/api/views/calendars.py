"""Business calendars over REST."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged
from escalations.answering import calendar_answer
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import calendars as shapes
from escalations.api.views.sla import SeesSLA
from escalations.api.views.versions import VersionedViewSet, VersionsViewSet
from escalations.business_hours import opening_periods
from escalations.holiday_dates import YEARS, UnknownPlace, countries, holiday_dates, regions
from escalations.models import BusinessCalendar, CalendarVersion
from escalations.moments import NoMoment, read_moment
from escalations.services.calendar_trials import try_out_calendar
from escalations.services.calendars import change_calendar, create_calendar
from escalations.services.versions import ChangedMeanwhile
from escalations.stored_calendars import calendar_of
from escalations.time_zones import known_zones
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.paging import Key

REFUSES = (NameIsTaken, NameNotPossible, NothingChanged, ChangedMeanwhile)
LONGEST_LOOK = timedelta(days=370)


def _parameter(name: str, description: str, kind=str, *, required=True) -> OpenApiParameter:
    return OpenApiParameter(name, kind, required=required, description=description)


COUNTRY = _parameter("country", "ISO 3166, e.g. `DE`.")


class CalendarViewSet(SeesSLA, VersionedViewSet):
    """Business calendars by name, with what they say now."""

    queryset = BusinessCalendar.objects.select_related("current__created_by")
    serializer_class = shapes.CalendarSerializer

    def sort_keys(self):
        return Key("name"), Key("pk")

    @extend_schema(
        request=shapes.NewCalendarSerializer,
        responses={201: shapes.CalendarSerializer, 409: refusal(NameIsTaken, NameNotPossible)},
    )
    def create(self, request):
        """Make a calendar."""
        self.serializer_class = shapes.NewCalendarSerializer
        return self.made(create_calendar, read=self._read)

    @act(shapes.CalendarChangeSerializer, gives=shapes.CalendarSerializer, refuses=REFUSES)
    def change(self, request, pk):
        """Make a new version, for clocks that start from now on."""
        return self.perform(change_calendar, read=self._read)

    @extend_schema(
        request=shapes.CalendarTrialSerializer, responses=shapes.CalendarAnswerSerializer
    )
    @action(
        detail=False, methods=["post"], url_path="try-out",
        serializer_class=shapes.CalendarTrialSerializer,
    )  # fmt: skip
    def try_out(self, request):
        """Say when an amount of working time would be over, without keeping the calendar."""
        plan = self.facts()
        seconds, at = plan.pop("seconds"), plan.pop("at")
        is_known = plan["zone"] in known_zones()
        moment = moment_of(at, zone=ZoneInfo(plan["zone"]) if is_known else ZoneInfo("UTC"))
        with mistakes_as_errors():
            trial = try_out_calendar(plan, moment=moment, seconds=seconds, by=request.user)
        return Response(shapes.CalendarAnswerSerializer(calendar_answer(trial)).data)

    @extend_schema(
        parameters=[
            _parameter("from", "A moment; without an offset in the calendar's zone."),
            _parameter("to", "370 days later at most."),
        ],
        responses=shapes.PeriodSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, url_path="opening-periods")
    def opening_periods(self, request, pk):
        """List what is open between two moments; touching blocks are one."""
        calendar = self.get_object()
        zone = ZoneInfo(calendar.current.zone)
        start = moment_of(request.query_params.get("from", ""), zone=zone, field="from")
        end = moment_of(request.query_params.get("to", ""), zone=zone, field="to")
        if not start <= end <= start + LONGEST_LOOK:
            raise ValidationError({"to": ["Possible: from “from” to 370 days later."]})
        periods = opening_periods(calendar_of(calendar.current), start, end)
        found = [{"start": since, "end": until} for since, until in periods]
        return Response(shapes.PeriodSerializer(found, many=True).data)

    @extend_schema(
        parameters=[
            COUNTRY,
            _parameter("region", "A region's code.", required=False),
            _parameter("year", "From 1970 to 2100.", int),
        ],
        responses=shapes.HolidaySerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def holidays(self, request):
        """List the public holidays of a country or one of its regions in a year."""
        asked = request.query_params
        year = asked.get("year", "")
        if not (year.isascii() and year.isdecimal() and len(year) == 4 and int(year) in YEARS):
            raise ValidationError({"year": ["Give a year from 1970 to 2100."]})
        with _unknown_places():
            found = holiday_dates(
                asked.get("country", ""), years=[int(year)], region=asked.get("region") or None
            )
        days = [{"on": on, "name": name} for on, name in found.items()]
        return Response(shapes.HolidaySerializer(days, many=True).data)

    @extend_schema(responses=shapes.PlaceSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def countries(self, request):
        """List the countries whose holidays are known."""
        return Response(_places(countries()))

    @extend_schema(parameters=[COUNTRY], responses=shapes.PlaceSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def regions(self, request):
        """List the regions of a country that have holidays of their own."""
        with _unknown_places():
            return Response(_places(regions(request.query_params.get("country", ""))))

    def _read(self) -> dict:
        plan = self.facts()
        return {name: plan.pop(name) for name in ("name", "seen") if name in plan} | {"plan": plan}


class CalendarVersions(VersionsViewSet):
    """What a calendar said and when, the newest first."""

    of = "calendar"
    queryset = CalendarVersion.objects.select_related("created_by")
    serializer_class = shapes.CalendarVersionSerializer

    def list(self, request, *args, **kwargs):
        """List the versions of a calendar."""
        return super().list(request, *args, **kwargs)


def moment_of(text: str, *, zone, field: str = "at"):
    """:raises ValidationError: for what is no moment, naming the field."""
    try:
        return read_moment(text, zone=zone)
    except NoMoment as error:
        raise ValidationError({field: [str(error)]}, code="no_moment") from error


@contextmanager
def _unknown_places() -> Iterator[None]:
    try:
        yield
    except UnknownPlace as error:
        raise ValidationError({error.field: [str(error)]}, code="unknown_place") from error


def _places(pairs) -> list:
    rows = [{"code": code, "name": name} for code, name in pairs]
    return shapes.PlaceSerializer(rows, many=True).data
