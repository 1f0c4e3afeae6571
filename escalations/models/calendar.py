"""Business calendars. A change makes a new version; a running clock keeps the one it began with."""

import pgtrigger
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from escalations.models.versions import Version, Versioned, VersionedQuerySet


class CalendarQuerySet(VersionedQuerySet):
    def by_name(self):
        return self.select_related("current").order_by("name", "pk")


class BusinessCalendar(Versioned):
    """When somebody answers. ``current`` is the version that clocks started now will use."""

    current = models.OneToOneField(
        "escalations.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="calendar_name_is_unique_whatever_its_case")
        ]


class CalendarVersion(Version):
    """What a calendar said from one moment on. Never changed: deadlines rest on it.

    ``week`` holds ``[weekday, starts, ends]`` in minutes since midnight, Monday 0; an end at or
    before its start lies on the next day. ``holidays`` holds ``{"on", "name", "source"}``: dates
    copied from the library, so that an upgrade of it moves no deadline, and own ones.
    ``recurring`` holds ``{"month", "day", "name"}``; ``exceptions`` ``{"on", "name", "blocks"}``
    with ``[starts, ends]`` of that date, none for closed.
    """

    SAYS = ("zone", "week", "country", "region", "holidays", "recurring", "exceptions")

    calendar = models.ForeignKey(
        BusinessCalendar, on_delete=models.PROTECT, related_name="versions"
    )
    zone = models.CharField(_("time zone"), max_length=64)
    week = models.JSONField(default=list)
    country = models.CharField(_("country of the holidays"), max_length=2, blank=True)
    region = models.CharField(_("region of the holidays"), max_length=12, blank=True)
    holidays = models.JSONField(default=list)
    recurring = models.JSONField(default=list)
    exceptions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_calendar_version_per_number", fields=["calendar", "number"]
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="calendar_versions_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.calendar}, version {self.number}"
