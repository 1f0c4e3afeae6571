"""Deadlines in words, as their timeline entries tell them. Pure: no queries.

Helpdesk keeps no clocks; it only knows how the promises are called whose entries it shows.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.models import NotificationKind, TimelineEntry

PROMISES = {
    "channel_reply": gettext_lazy("Marketplace reply"),
    "first_reply": gettext_lazy("First reply"),
    "next_reply": gettext_lazy("Next reply"),
    "resolution": gettext_lazy("Resolution"),
    "tier_acceptance": gettext_lazy("Acceptance by the tier"),
    "tier_resolution": gettext_lazy("Resolution by the tier"),
    "inquiry": gettext_lazy("Inquiry"),
    "approval": gettext_lazy("Approval"),
}
DEADLINES = (NotificationKind.DEADLINE_NEAR, NotificationKind.DEADLINE_MISSED)


def promise_of(entry: TimelineEntry) -> str:
    """Return what was promised: "First reply"."""
    return str(PROMISES.get(entry.facts.get("metric"), _("Deadline")))


def deadline_of(entry: TimelineEntry) -> str:
    """Return the entry's deadline in the reader's time zone, or nothing if it names none."""
    told = entry.facts.get("deadline")
    if not told:
        return ""
    local = timezone.localtime(datetime.fromisoformat(told))
    return date_format(local, _("D j M, H:i"))


def deadline_words(kind: str, entry: TimelineEntry) -> str:
    """Say one deadline: "First reply was due Mon 2 Mar, 10:00"."""
    words = {"promise": promise_of(entry), "when": deadline_of(entry)}
    if kind == NotificationKind.DEADLINE_NEAR:
        return (_("%(promise)s is due %(when)s") % words).strip()
    return (_("%(promise)s was due %(when)s") % words).strip()


def many_deadlines(kind: str, count: int) -> str:
    """Say many at once: "200 deadlines were missed"."""
    if kind == NotificationKind.DEADLINE_NEAR:
        words = ngettext("%(count)d deadline comes near", "%(count)d deadlines come near", count)
    else:
        words = ngettext("%(count)d deadline was missed", "%(count)d deadlines were missed", count)
    return words % {"count": count}
