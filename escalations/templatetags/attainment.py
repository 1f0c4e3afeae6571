"""Numbers of the attainment report: shares, intervals, links to the tickets behind them."""

from datetime import timedelta

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from escalations.attainment import Row
from escalations.countdowns import length_words

register = template.Library()
NOTHING = "–"


@register.filter
def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{number_format(round(100 * share))} %"


@register.filter
def length_of(length: timedelta | None) -> str:
    return NOTHING if length is None else length_words(length.total_seconds())


@register.simple_tag
def behind(row: Row, outcome: str, period: str):
    """A count, linked to the tickets that were counted."""
    count = getattr(row, outcome)
    if not count:
        return NOTHING
    asked = {"metric": row.metric, "outcome": outcome}
    if not row.is_total:
        asked["key"] = "" if row.key is None else row.key
    address = f"{reverse('escalations:attainment_behind')}?{period}&{urlencode(asked)}"
    return format_html('<a href="{}">{}</a>', address, count)


@register.simple_tag
def interval(row: Row):
    """The share as a point on a line from 0 to 100 %, with its interval as a bar."""
    if row.interval is None:
        return ""
    low, high = (100 * bound for bound in row.interval)
    words = _("%(low)s to %(high)s") % {
        "low": percent(row.interval[0]),
        "high": percent(row.interval[1]),
    }
    return format_html(
        '<svg class="chart interval-line" viewBox="0 0 120 12" role="img" aria-label="{0}">'
        "<title>{0}</title>"
        '<path class="axis" d="M10 6h100"/><path class="interval" d="M{1} 6H{2}"/>'
        '<circle class="point" cx="{3}" cy="6" r="4"/></svg>',
        words,
        f"{10 + low:.1f}",
        f"{10 + high:.1f}",
        f"{10 + 100 * row.share:.1f}",
    )
