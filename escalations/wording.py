"""Deadlines and their lines in words, for pages, REST and commands. Pure; no clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import tzinfo as Zone  # noqa: N812

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.deadline_lines import Line, LineKind
from escalations.known_rows import Known
from escalations.promises import (
    ASSIGN_TO,
    ASSIGNEE,
    ESCALATE,
    LEAD,
    MOVE_TO_TEAM,
    NOBODY,
    RAISE_PRIORITY,
    TEAM,
    LevelAct,
    Recipient,
    Target,
)


def duration_words(seconds: float) -> str:
    """Say a length as “2 h 30 min”; of less than a minute the seconds."""
    seconds = int(seconds)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or f"{rest} s"


def moment_in(at: datetime, zone: Zone) -> str:
    """Say a moment as clocks show it there: “Fri 5 Jun, 16:40”."""
    return date_format(at.astimezone(zone), _("D j M, H:i"))


def line_words(line: Line, *, zone: Zone) -> str:
    """Say a line: “Fri 5 Jun, 16:40 – 17:00: 20 min counted”."""
    start, end = line.start.astimezone(zone), line.end.astimezone(zone)
    if line.kind == LineKind.CLOCK_CHANGE:
        words = {"when": moment_in(end, zone), "jump": line.name}
        return _("%(when)s: the clocks go %(jump)s") % words
    is_same_day = start.date() == end.date()
    until = date_format(end, "H:i") if is_same_day else moment_in(end, zone)
    words = {"from": moment_in(start, zone), "until": until, "what": _what(line)}
    return _("%(from)s – %(until)s: %(what)s") % words


def _what(line: Line) -> str:
    if line.kind == LineKind.COUNTED:
        length = duration_words(line.working.total_seconds())
        counted = _("%(length)s counted") % {"length": length}
        return f"{counted} ({line.name})" if line.name else counted
    said = {
        LineKind.CLOSED: _("closed"),
        LineKind.HOLIDAY: _("holiday"),
        LineKind.EXCEPTION: _("closed by exception"),
    }[line.kind]
    return f"{said}, {line.name}" if line.name else said


def counted(lines) -> timedelta:
    return sum((line.working for line in lines), timedelta())


def target_words(target: Target) -> str:
    """Say a target: “4 h of business time”."""
    if target.seconds is None:
        return _("as the marketplace demands")
    words = {"length": duration_words(target.seconds)}
    if target.is_business:
        return _("%(length)s of business time") % words
    return _("%(length)s of calendar time") % words


def recipient_words(recipient: Recipient, known: Known) -> str:
    if recipient.id is not None:
        return known.of_key(recipient.kind, recipient.id).label
    said = {ASSIGNEE: _("the assignee"), LEAD: _("the team's lead"), TEAM: _("the team")}
    return said[recipient.kind]


def act_words(act: LevelAct, known: Known) -> str:
    if act.kind == RAISE_PRIORITY:
        name = known.of_key("priority", act.value).label
        return _("raise the priority to %(name)s") % {"name": name}
    if act.kind == MOVE_TO_TEAM:
        return _("move to %(name)s") % {"name": known.of_key("team", act.value).label}
    if act.kind == ESCALATE:
        return _("escalate by %(name)s") % {"name": known.of_key("route", act.value).label}
    if act.value == NOBODY:
        return _("take from the assignee")
    if act.value == LEAD:
        return _("assign to the team's lead")
    assert act.kind == ASSIGN_TO
    return _("assign to %(name)s") % {"name": known.of_key("user", act.value).label}


def names_in(known: Known, fields: dict[str, str]) -> Callable[[str, object], str]:
    """Return how ``matching.in_words`` calls fields and their values."""

    def name(field: str, value: object) -> str:
        if value is None:
            return str(fields[field])
        return str(value) if field == "customer_tags" else known.of_key(field, value).label

    return name
