"""The lines of an explained deadline in words. Pure."""

from datetime import datetime
from datetime import tzinfo as Zone  # noqa: N812

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.clock_story import CLOSED, MERGED, PENDING, SOLVED, TAKEN_BACK, UNMERGED, MarkKind
from escalations.deadline_lines import LineKind
from escalations.explaining import ClockLine, RestKind


def when_words(line: ClockLine, zone: Zone) -> str:
    """Say when: “Fri 5 Jun, 16:40–17:00”, or both dates where they differ."""
    start, end = line.start.astimezone(zone), line.end.astimezone(zone)
    if line.start == line.end:
        return moment_words_in(line.start, zone)
    until = date_format(end, "H:i")
    if start.date() != end.date():
        until = date_format(end, _("D j M, H:i"))
    since = date_format(start, _("D j M, H:i"))
    return f"{since}–{until}"


def moment_words_in(at: datetime, zone: Zone) -> str:
    return date_format(at.astimezone(zone), _("D j M, H:i"))


def what_words(line: ClockLine) -> str:
    """Say what kind of time it was, and why it was not counted."""
    if line.kind == LineKind.CLOCK_CHANGE:
        return _("The clocks go %(jump)s") % {"jump": line.name}
    if line.kind == RestKind.RESTED:
        return _rest_words(line.name)
    words = {
        LineKind.COUNTED: _("Counted"),
        LineKind.CLOSED: _("Closed"),
        LineKind.HOLIDAY: _("Holiday"),
        LineKind.EXCEPTION: _("Closed by exception"),
        RestKind.MOVED: _("Moved: changed terms put no deadline before the change"),
    }[line.kind]
    return f"{words}: {line.name}" if line.name else words


def _rest_words(reason: str) -> str:
    said = {
        PENDING: _("Paused: waited for the customer"),
        SOLVED: _("Stopped: the ticket was solved"),
        CLOSED: _("Stopped: the ticket was closed"),
        MERGED: _("Stopped: the ticket was merged"),
        UNMERGED: _("Stopped: the merge was undone"),
        TAKEN_BACK: _("Stopped: answered, and the answer was taken back"),
        MarkKind.FULFIL: _("Stopped: it was answered"),
        MarkKind.EXEMPT: _("Stopped: no response was needed"),
    }
    stopped = _("Stopped")
    return said.get(reason) or (f"{stopped}: {reason}" if reason else stopped)
