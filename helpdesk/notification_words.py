"""What a line behind the bell says, and lines of one ticket folded. Pure: no queries."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.deadline_words import DEADLINES, deadline_words, many_deadlines
from helpdesk.models import Notification, NotificationKind, Ticket
from helpdesk.models.timeline import IMPERSONAL, WRITTEN

TO_YOU: dict[str, Callable[[str], str]] = {
    NotificationKind.ASSIGNED: lambda who: _("%(who)s assigned the ticket to you") % {"who": who},
    NotificationKind.MENTIONED: lambda who: _("%(who)s mentioned you") % {"who": who},
}

#: So many unread deadlines of one kind are one line: nobody reads two hundred.
CROWD_FROM = 6
NAMED_IN_A_CROWD = 10


@dataclass(frozen=True)
class Told:
    """One sentence; it may stand for several lines of the same sort."""

    words: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Fold:
    """Everything the bell says of one ticket, newest first; or a crowd of deadlines of many.

    ``crowd`` is how many deadlines the crowd has, ``tickets`` the first of theirs, as far as
    they are at hand.
    """

    ticket: Ticket
    told: list[Told]
    crowd: int = 0
    tickets: tuple[Ticket, ...] = ()

    @property
    def unnamed(self) -> int:
        return self.crowd - len(self.tickets)

    @property
    def is_unread(self) -> bool:
        return any(one.is_unread for one in self.told)


def words_of(line: Notification) -> str:
    """Say one line as a sentence without its ticket: "Karen Whitfield wrote"."""
    entry = line.entry
    if line.kind in DEADLINES:
        return deadline_words(line.kind, entry)
    if line.kind == NotificationKind.MAIL_TROUBLE:
        return entry.get_kind_display()
    who = entry.who
    if line.kind in TO_YOU:
        return TO_YOU[line.kind](who)
    shape = "%(who)s: %(did)s" if entry.kind in IMPERSONAL else "%(who)s %(did)s"
    return shape % {"who": who, "did": entry.get_kind_display()}


def fold(lines: Iterable[Notification], *, crowds: Mapping[int, int] | None = None) -> list[Fold]:
    """Fold lines by ticket in their own order: several messages become "3 messages".

    Deadlines that come in crowds are one fold. ``crowds`` says which lines stand for how many
    that are not given here.
    """
    crowds = crowds or {}
    lines = list(lines)
    crowded = _crowded_kinds(lines)
    folds: dict[object, list[Notification]] = {}
    for line in lines:
        is_crowd = line.pk in crowds or (line.kind in crowded and line.read_at is None)
        folds.setdefault(line.kind if is_crowd else line.ticket_id, []).append(line)
    return [
        _crowd(some, crowds) if isinstance(key, str) else Fold(some[0].ticket, _told(some))
        for key, some in folds.items()
    ]


def _crowded_kinds(lines: list[Notification]) -> set[str]:
    unread = [line.kind for line in lines if line.read_at is None]
    return {kind for kind in DEADLINES if unread.count(kind) >= CROWD_FROM}


def _crowd(lines: list[Notification], crowds: Mapping[int, int]) -> Fold:
    count = max(len(lines), crowds.get(lines[0].pk, 0))
    told = Told(many_deadlines(lines[0].kind, count), lines[0].created_at, is_unread=True)
    tickets = tuple(line.ticket for line in lines[:NAMED_IN_A_CROWD])
    return Fold(lines[0].ticket, [told], crowd=count, tickets=tickets)


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
    if line.kind in (*TO_YOU, *DEADLINES, NotificationKind.MAIL_TROUBLE):
        return ("alone", line.pk)
    return (line.entry.kind in WRITTEN, line.read_at is None)


def _words_of_all(lines: list[Notification]) -> str:
    count = len(lines)
    if count == 1:
        return words_of(lines[0])
    if lines[0].entry.kind in WRITTEN:
        return ngettext("%(count)d message", "%(count)d messages", count) % {"count": count}
    return ngettext("%(count)d change", "%(count)d changes", count) % {"count": count}
