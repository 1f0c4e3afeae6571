"""Business calendars: made, changed by a new version, and given the holidays of coming years."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NothingChanged, tidy_name
from escalations.calendar_reading import Plan, read_plan
from escalations.models import BusinessCalendar, CalendarVersion
from escalations.services import versions
from escalations.services.versions import MAX_NAME, Kind
from escalations.stored_calendars import (
    YEARS_AHEAD,
    columns_of,
    last_year_of_holidays,
    public_holidays,
    spoken_plan,
)

CALENDARS = Kind(
    BusinessCalendar,
    Act.MANAGE_SLA,
    names="calendar_name_is_unique_whatever_its_case",
    is_taken=gettext_lazy("Another calendar is called %(name)s; choose another name."),
)


@transaction.atomic
def create_calendar(*, name: str, plan: Mapping, by, at: datetime) -> BusinessCalendar:
    """Make a calendar with its first version; ``plan`` is read by ``calendar_reading``.

    :raises InvalidInput: naming every mistake of the plan by its path.
    :raises NameIsTaken: if a calendar is called so, in whatever case.
    """
    require(by, CALENDARS.act)
    name = tidy_name(name, limit=MAX_NAME, field="name")
    columns = _columns(read_plan(plan, since=at.date()), at=at)
    calendar = versions.add_named(CALENDARS, name)
    return versions.add_version(calendar, columns, by=by, at=at)


@transaction.atomic
def change_calendar(
    calendar_id: int,
    *,
    plan: Mapping,
    name: str | None = None,
    seen: int | None = None,
    by,
    at: datetime,
) -> BusinessCalendar:
    """Make a new version, for clocks that start from now on; what the plan leaves out stays.

    :param seen: the number of the version that was looked at.
    :raises InvalidInput: naming every mistake of the plan by its path.
    :raises ChangedMeanwhile: if somebody has changed it since ``seen``.
    :raises NothingChanged: if it says all that already.
    :raises NameIsTaken: if another calendar is called so.
    """
    require(by, CALENDARS.act)
    calendar = BusinessCalendar.objects.locked(calendar_id)
    versions.refuse_unseen(calendar, seen)
    is_renamed = name is not None and versions.rename(CALENDARS, calendar, name)
    current = calendar.current
    whole = spoken_plan(current) | dict(plan)
    columns = _columns(read_plan(whole, since=at.date()), at=at, kept=current)
    if not is_renamed and columns == current.said():
        raise NothingChanged(_("The calendar says all that already."))
    return versions.add_version(calendar, columns, by=by, at=at)


def top_up_holidays(*, at: datetime) -> int:
    """Give every calendar of a country the holidays of the next years; returns how many got some.

    Running it again changes nothing until a year begins.
    """
    calendars = BusinessCalendar.objects.exclude(current__country="").order_by("pk")
    return sum(_top_up(pk, at=at) for pk in calendars.values_list("pk", flat=True))


@transaction.atomic
def _top_up(calendar_id: int, *, at: datetime) -> bool:
    calendar = BusinessCalendar.objects.locked(calendar_id)
    current = calendar.current
    year = at.astimezone(UTC).year
    known_until = last_year_of_holidays(current)
    if not current.country or known_until >= year + YEARS_AHEAD:
        return False
    plan = read_plan(spoken_plan(current), since=at.date())
    columns = _columns(plan, at=at, kept=current)
    if columns == current.said():
        return False
    versions.add_version(calendar, columns, by=None, at=at)
    return True


def _columns(plan: Plan, *, at: datetime, kept: CalendarVersion | None = None) -> dict:
    year = at.astimezone(UTC).year
    return columns_of(plan, public_holidays(plan.country, plan.region, year=year, kept=kept))
