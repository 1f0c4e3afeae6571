"""Calendars in a line."""

from itertools import groupby

from django import template
from django.utils.translation import gettext as _

from accounts.models import Weekday
from escalations.models import CalendarVersion
from escalations.sentences import day_words

register = template.Library()


@register.filter
def week_words(version: CalendarVersion) -> str:
    """Say a week short: “Mon–Fri 09:00–17:00, Sat 10:00–14:00”."""
    said = []
    for hours, days in groupby(Weekday, key=lambda day: day_words(version, day)):
        days = [str(day.label)[:3] for day in days]
        span = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
        if hours != _("closed"):
            said.append(f"{span} {hours}")
    return ", ".join(said) or _("by exception only")
