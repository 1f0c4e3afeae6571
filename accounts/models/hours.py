"""When somebody works, and when not."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

MINUTES_PER_DAY = 1440


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class _Int8Range(Func):
    function = "int8range"


def _minutes_of_all_weeks(field: str):
    """Give every person a week of their own on one number line.

    PostgreSQL can then exclude overlaps per person without btree_gist, which the embedded
    server does not have.
    """
    person = Cast(F("user"), models.BigIntegerField()) * Value(7 * MINUTES_PER_DAY)
    return person + F("weekday") * Value(MINUTES_PER_DAY) + F(field)


class WorkingHours(models.Model):
    """One block of work in somebody's week, in minutes since midnight of their time zone.

    Half-open: a block to 1440 ends at midnight. Several blocks a day are several rows.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts_minute = models.PositiveSmallIntegerField(_("from"))
    ends_minute = models.PositiveSmallIntegerField(_("to"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="working_hours_on_a_weekday", condition=Q(weekday__range=(0, 6))
            ),
            models.CheckConstraint(
                name="working_hours_end_after_they_start_within_the_day",
                condition=Q(ends_minute__gt=F("starts_minute"), ends_minute__lte=MINUTES_PER_DAY),
            ),
            ExclusionConstraint(
                name="working_hours_of_a_person_do_not_overlap",
                expressions=[
                    (
                        _Int8Range(
                            _minutes_of_all_weeks("starts_minute"),
                            _minutes_of_all_weeks("ends_minute"),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self):
        starts, ends = (
            f"{minute // 60:02}:{minute % 60:02}"
            for minute in (self.starts_minute, self.ends_minute)
        )
        return f"{self.get_weekday_display()} {starts}–{ends}"


class Leave(models.Model):
    """Days somebody is away; both days included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leaves"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self):
        return f"{self.user} away {self.starts_on} to {self.ends_on}"
