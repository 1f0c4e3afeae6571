"""Business calendars: which there are, what one says and said, and writing one."""

from datetime import datetime, timedelta
from datetime import time as Clock  # noqa: N812
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.answering import calendar_answer
from escalations.forms import calendar as forms
from escalations.holiday_dates import UnknownPlace, countries, regions
from escalations.models import BusinessCalendar
from escalations.moments import NoMoment, read_moment
from escalations.refusals import InvalidInput
from escalations.sentences import calendar_sentences
from escalations.services.calendar_trials import try_out_calendar
from escalations.services.calendars import change_calendar, create_calendar
from escalations.stored_calendars import OWN, spoken_plan
from escalations.time_zones import known_zones
from escalations.views.versions import changes_shown, write

FRIDAY, USUAL_TRIAL = 4, Clock(16, 40)
OFFICE = {
    "week": [
        {"weekday": day, "starts": "09:00", "ends": "17:00"}
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    ]
}


@login_required
@require_safe
def calendars(request):
    require(request.user, Act.SEE_SLA)
    rows = BusinessCalendar.objects.by_name().select_related("current__created_by")
    context = {"calendars": rows, "can_manage": may(request.user, Act.MANAGE_SLA)}
    return render(request, "escalations/calendars.html", context)


@login_required
def new_calendar(request):
    require(request.user, Act.MANAGE_SLA)
    if request.method == "POST":
        return _write(request, forms.typed_in(request.POST))
    zone = timezone.get_current_timezone_name()
    return _edit(request, forms.typed_from(OFFICE | {"zone": zone}))


@login_required
def calendar(request, pk):
    """Show one calendar; whoever may, writes it here."""
    require(request.user, Act.SEE_SLA)
    found = get_object_or_404(BusinessCalendar.objects.select_related("current__created_by"), pk=pk)
    if request.method == "POST":
        require(request.user, Act.MANAGE_SLA)
        return _write(request, forms.typed_in(request.POST), found)
    plan, number = spoken_plan(found.current), str(found.current.number)
    return _edit(request, forms.typed_from(plan, name=found.name, seen=number), found)


@login_required
@require_safe
def calendar_versions(request, pk):
    require(request.user, Act.SEE_SLA)
    found = get_object_or_404(BusinessCalendar, pk=pk)
    versions = found.versions.select_related("created_by")
    context = {
        "thing": found,
        "place": "calendars",
        "versions": changes_shown(versions, calendar_sentences),
    }
    return render(request, "escalations/versions.html", context)


def coming_friday(zone: ZoneInfo) -> datetime:
    """Return the next Friday, late in the afternoon: where calendars surprise."""
    today = timezone.now().astimezone(zone).date()
    day = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    return datetime.combine(day, USUAL_TRIAL)


def _write(request, typed: forms.TypedCalendar, found: BusinessCalendar | None = None):
    if "show" in request.POST:
        return _edit(request, typed, found)
    kept = write(
        request,
        typed,
        found,
        create=create_calendar,
        change=change_calendar,
        said=lambda: {"name": typed.name, "plan": typed.plan()},
    )
    if kept is None:
        return _edit(request, typed, found, status=422)
    messages.success(request, _("The calendar is saved, for clocks that start from now on."))
    return redirect("escalations:calendar", kept.pk)


def _edit(request, typed: forms.TypedCalendar, found=None, *, status: int = 200):
    zone = ZoneInfo(typed.zone) if typed.zone in known_zones() else ZoneInfo("UTC")
    asked = request.POST.get("trial.at") or f"{coming_friday(zone):%Y-%m-%dT%H:%M}"
    hours = request.POST.get("trial.hours") or "8"
    context = {
        "calendar": found,
        "typed": typed,
        "zones": sorted(known_zones()),
        "countries": countries(get_language()[:2]),
        "regions": _regions(typed.country),
        "public": [each for each in found.current.holidays if each["source"] != OWN]
        if found
        else [],
        "trial": _trial(request, typed, asked, hours, zone) if status != 422 else None,
        "trial_at": asked,
        "trial_hours": hours,
        "can_manage": may(request.user, Act.MANAGE_SLA),
    }
    return render(request, "escalations/calendar.html", context, status=status)


def _trial(request, typed: forms.TypedCalendar, asked: str, hours: str, zone) -> dict | None:
    """Answer for the form as it is; a mistake in it is told where it stands."""
    try:
        moment, seconds = read_moment(asked, zone=zone), round(float(hours) * 3600)
        if not 0 < seconds <= 365 * 24 * 3600:
            return None
        trial = try_out_calendar(typed.plan(), moment=moment, seconds=seconds, by=request.user)
    except InvalidInput as error:
        typed.show(error.mistakes)
        return None
    except (NoMoment, ValueError, OverflowError):
        return None
    return calendar_answer(trial)


def _regions(country: str):
    try:
        return regions(country) if country else ()
    except UnknownPlace:
        return ()
