"""What a line behind the bell says, and lines of one ticket folded. Pure: no queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.models import Notification, NotificationKind, Ticket
from helpdesk.models.timeline import IMPERSONAL, WRITTEN

TO_YOU: dict[str, Callable[[str], str]] = {
    NotificationKind.ASSIGNED: lambda who: _("%(who)s assigned the ticket to you") % {"who": who},
    NotificationKind.MENTIONED: lambda who: _("%(who)s mentioned you") % {"who": who},
}


@dataclass(frozen=True)
class Told:
    """One sentence; it may stand for several lines of the same sort."""

    words: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Fold:
    """Everything the bell says of one ticket, newest first."""

    ticket: Ticket
    told: list[Told]

    @property
    def is_unread(self) -> bool:
        return any(one.is_unread for one in self.told)


def words_of(line: Notification) -> str:
    """Say one line as a sentence without its ticket: "Karen Whitfield wrote"."""
    entry = line.entry
    if line.kind == NotificationKind.MAIL_TROUBLE:
        return entry.get_kind_display()
    who = str(entry.actor or entry.customer or "Recourse")
    if line.kind in TO_YOU:
        return TO_YOU[line.kind](who)
    shape = "%(who)s: %(did)s" if entry.kind in IMPERSONAL else "%(who)s %(did)s"
    return shape % {"who": who, "did": entry.get_kind_display()}


def fold(lines: Iterable[Notification]) -> list[Fold]:
    """Fold lines by ticket in their own order: several messages become "3 messages"."""
    by_ticket: dict[int, list[Notification]] = {}
    for line in lines:
        by_ticket.setdefault(line.ticket_id, []).append(line)
    return [Fold(ticket=some[0].ticket, told=_told(some)) for some in by_ticket.values()]


def _told(lines: list[Notification]) -> list[Told]:
    sorts: dict[tuple, list[Notification]] = {}
    for line in lines:
        sorts.setdefault(_sort_of(line), []).append(line)
    return [
        Told(_words_of_all(some), some[0].created_at, any(one.read_at is None for one in some))
        for some in sorts.values()
    ]


def _sort_of(line: Notification) -> tuple:
    """What is about the reader is never folded; read and unread are never mixed."""
    if line.kind in TO_YOU or line.kind == NotificationKind.MAIL_TROUBLE:
        return ("alone", line.pk)
    return (line.entry.kind in WRITTEN, line.read_at is None)


def _words_of_all(lines: list[Notification]) -> str:
    count = len(lines)
    if count == 1:
        return words_of(lines[0])
    if lines[0].entry.kind in WRITTEN:
        return ngettext("%(count)d message", "%(count)d messages", count) % {"count": count}
    return ngettext("%(count)d change", "%(count)d changes", count) % {"count": count}
