"""Business calendars. A change makes a new version; a running clock keeps the one it began with."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CalendarQuerySet(models.QuerySet):
    def by_name(self):
        return self.select_related("current").order_by("name", "pk")

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class BusinessCalendar(models.Model):
    """When somebody answers. ``current`` is the version that clocks started now will use."""

    name = models.CharField(_("name"), max_length=80)
    current = models.OneToOneField(
        "escalations.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="calendar_name_is_unique_whatever_its_case")
        ]

    def __str__(self):
        return self.name


class CalendarVersion(models.Model):
    """What a calendar said from one moment on. Never changed: deadlines rest on it.

    ``week`` holds ``[weekday, starts, ends]`` in minutes since midnight, Monday 0; an end at or
    before its start lies on the next day. ``holidays`` holds ``{"on", "name", "source"}``: dates
    copied from the library, so that an upgrade of it moves no deadline, and own ones.
    ``recurring`` holds ``{"month", "day", "name"}``; ``exceptions`` ``{"on", "name", "blocks"}``
    with ``[starts, ends]`` of that date, none for closed.
    """

    calendar = models.ForeignKey(
        BusinessCalendar, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    zone = models.CharField(_("time zone"), max_length=64)
    week = models.JSONField(default=list)
    country = models.CharField(_("country of the holidays"), max_length=2, blank=True)
    region = models.CharField(_("region of the holidays"), max_length=12, blank=True)
    holidays = models.JSONField(default=list)
    recurring = models.JSONField(default=list)
    exceptions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

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
