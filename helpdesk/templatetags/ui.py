"""Presentation only: icons, initials, times, sizes, marked words. No queries, no decisions."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from html import escape

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.search_query import Excerpt, find_words, read_search
from marketplaces.money import Money

register = template.Library()

WEEK = timedelta(days=7)


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """Draw an icon of the sprite; a control with nothing else needs its own label."""
    return _drawn(name, tone)


@lru_cache(maxsize=512)
def _drawn(name: str, tone: str) -> SafeString:
    return format_html(
        '<svg class="icon"{} aria-hidden="true"><use href="{}#{}"/></svg>',
        format_html(' data-tone="{}"', tone) if tone else "",
        static("helpdesk/img/icons.svg"),
        name,
    )


@register.simple_tag
def options(pairs: Iterable[tuple[object, str]], chosen: object = None) -> SafeString:
    """Draw the choices of a menu: one tag, since a page has some hundred of them."""
    return mark_safe(
        "".join(
            f'<option value="{escape(str(key))}"{" selected" if key == chosen else ""}>'
            f"{escape(str(name))}</option>"
            for key, name in pairs
        )
    )


@register.filter
def initials(name: object) -> str:
    """First letters of the first and the last word; a dot where there is no letter at all."""
    words = re.findall(r"[^\W\d_][\w'’-]*", str(name or ""))
    if not words:
        return "·"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """How long ago, as short as a list needs it: now, 14 m, 3 h, 2 d, then the date."""
    if moment is None:
        return ""
    return _time(moment, _ago_words(moment), ticking=True)


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """A point in time in the reader's zone: 15:04 today, Wed 18 Nov, 15:04 before."""
    return "" if at is None else _time(at, moment_words(at))


@register.simple_tag
def written(at: datetime) -> SafeString:
    """When a message was written: 15:04, and within a week how long ago that is."""
    if datetime.now(UTC) - at > WEEK:
        return moment(at)
    return format_html('<span class="written">{} {}</span>', moment(at), ago(at))


def moment_words(at: datetime) -> str:
    """The words of :func:`moment`, for attributes and plain text."""
    local, today = timezone.localtime(at), timezone.localtime()
    if local.date() == today.date():
        return date_format(local, "H:i")
    if abs(today - local) < timedelta(days=300):
        return date_format(local, _("D j M, H:i"))
    return date_format(local, _("j M Y, H:i"))


def _ago_words(at: datetime) -> str:
    passed = datetime.now(UTC) - at
    if passed < timedelta(minutes=1):
        return _("now")
    if passed < timedelta(hours=1):
        return _("{count} m").format(count=passed // timedelta(minutes=1))
    if passed < timedelta(days=1):
        return _("{count} h").format(count=passed // timedelta(hours=1))
    if passed < WEEK:
        return _("{count} d").format(count=passed.days)
    local = timezone.localtime(at)
    is_this_year = local.year == timezone.localtime().year
    return date_format(local, _("j M") if is_this_year else _("j M Y"))


def _time(at: datetime, words: str, *, ticking: bool = False) -> SafeString:
    local = timezone.localtime(at)
    exactly = date_format(local, _("l j F Y, H:i"))
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        at.isoformat(timespec="seconds"),
        f"{exactly} {local.tzname()}",
        mark_safe(" data-ago") if ticking else "",
        words,
    )


@register.filter
def size(octets: int | None) -> str:
    """940 kB, 1.8 MB: powers of ten, as mail programs count."""
    amount = Decimal(octets or 0)
    if amount < 1000:
        return f"{amount} B"
    if amount < 1_000_000:
        return f"{number_format(amount / 1000, 0)} kB"
    return f"{number_format(amount / 1_000_000, 1)} MB"


@register.filter
def money(amount: Money | None) -> str:
    """An amount in the reader's language; empty where nothing is known."""
    return "" if amount is None else amount.format((get_language() or "en").replace("-", "_"))


@register.filter
def capped(count: int, cap: int = 999) -> str:
    """A count that was only taken up to a bound: 12, or 999+."""
    return f"{cap}+" if count > cap else str(count)


@register.filter
def highlight(text: object, words: tuple[str, ...] | str) -> SafeString:
    """Mark the words of a search in a text, whatever their accents and capitals."""
    words = read_search(words).words if isinstance(words, str) else words or ()
    plain = str(text or "")
    return _marked(plain, find_words(plain, tuple(words)))


@register.filter
def marked(piece: Excerpt) -> SafeString:
    """Write an excerpt with its words marked."""
    return _marked(piece.text, piece.marks)


def _marked(text: str, marks) -> SafeString:
    pieces, written = [], 0
    for start, end in marks:
        pieces.append(format_html("{}<mark>{}</mark>", text[written:start], text[start:end]))
        written = end
    return mark_safe("".join([*pieces, conditional_escape(text[written:])]))


@register.inclusion_tag("components/_field.html")
def field(bound, *, mark_optional=False, **attributes):
    """A label, its input, a hint and the errors, tied together for screen readers.

    Further arguments become attributes of the input, ``data_key`` for ``data-key``.
    """
    kind = getattr(bound.field.widget, "input_type", "")
    css = "" if kind in {"checkbox", "radio", "file"} else "input"
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {
        "field": bound,
        "widget": bound.as_widget(attrs={"class": css, **named} if css else named),
        "mark_optional": mark_optional,
        "is_check": kind == "checkbox",
    }
