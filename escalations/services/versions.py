"""What calendars, SLA policies and escalation routes have in common: versions, names, an order.

An act on one of them leaves a version that says who did it, when and why. Nothing here opens a
transaction: the act that calls it is one.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, NothingChanged, refused_as, tidy_name
from escalations.models.versions import NotedVersion, Ordered, Versioned

MAX_NAME = Versioned._meta.get_field("name").max_length
MAX_NOTE = NotedVersion._meta.get_field("note").max_length


class ChangedMeanwhile(RuleViolation):
    code = "changed_meanwhile"


class PositionNotPossible(RuleViolation):
    code = "position_not_possible"


class NoteNotPossible(RuleViolation):
    code = "note_not_possible"


@dataclass(frozen=True)
class Kind:
    """Calendars, policies or routes. ``act`` is what whoever changes one must be allowed to."""

    model: type[Versioned]
    act: Act
    #: The constraint by which a second one of a name is refused, and what is said then.
    names: str
    is_taken: str


@dataclass(frozen=True)
class OrderedKind(Kind):
    """A kind that is asked in an order. Acts wait for each other: each rests on the order of all.

    ``queue`` is the number of the advisory lock they wait for.
    """

    model: type[Ordered]
    queue: int
    is_in_force: str
    is_out_of_force: str


def begin(kind: OrderedKind, *, by) -> None:
    """:raises PermissionDenied: for whoever may not."""
    require(by, kind.act)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind.queue])


def begin_on(kind: OrderedKind, pk: int, *, by) -> Ordered:
    begin(kind, by=by)
    return kind.model.objects.locked(pk)


def add_named(kind: Kind, name: str, **columns) -> Versioned:
    """Make one that has no version yet.

    :raises NameIsTaken: if another is called so, in whatever case.
    """
    with _unless_taken(kind, name):
        return kind.model.objects.create(name=name, **columns)


def add_in_order(kind: OrderedKind, name: str, *, position: int | None) -> Ordered:
    """Make one that has no version yet, at a place from 1; without it the last.

    :raises NameIsTaken: if another is called so, in whatever case.
    :raises PositionNotPossible: if there is no such place.
    """
    last = kind.model.objects.count() + 1
    thing = add_named(kind, name, position=last)
    if position is not None and position != last:
        _put(thing, position)
    return thing


def rename(kind: Kind, thing: Versioned, name: str) -> bool:
    """Return whether it was called otherwise.

    :raises NameIsTaken: if another is called so, in whatever case.
    """
    name = tidy_name(name, limit=MAX_NAME, field="name")
    if name == thing.name:
        return False
    thing.name = name
    with _unless_taken(kind, name):
        thing.save(update_fields=["name"])
    return True


def add_version(thing: Versioned, said: Mapping, *, by, at: datetime) -> Versioned:
    """Let it say something else from now on."""
    number = thing.current.number + 1 if thing.current_id else 1
    thing.current = thing.versions.create(number=number, created_by=by, created_at=at, **said)
    thing.save(update_fields=["current"])
    return thing


def move(kind: OrderedKind, pk: int, *, position: int, note: str, by, at: datetime) -> Ordered:
    """Put it at a place, from 1; the others close up.

    :raises PositionNotPossible: if there is no such place.
    :raises NothingChanged: if it stands there already.
    """
    thing = begin_on(kind, pk, by=by)
    before = thing.position
    if position == before:
        raise NothingChanged(_("It stands there already."), field="position")
    _put(thing, position)
    words = _("Moved from place %(before)d to %(after)d.") % {"before": before, "after": position}
    return _repeat(thing, words, note, by=by, at=at)


def activate(kind: OrderedKind, pk: int, *, note: str, by, at: datetime) -> Ordered:
    """:raises NothingChanged: if it is in force."""
    thing = begin_on(kind, pk, by=by)
    if thing.is_active:
        raise NothingChanged(str(kind.is_in_force))
    return _put_in_force(thing, True, _("Put in force."), note, by=by, at=at)


def deactivate(kind: OrderedKind, pk: int, *, note: str, by, at: datetime) -> Ordered:
    """:raises NothingChanged: if it is not in force."""
    thing = begin_on(kind, pk, by=by)
    if not thing.is_active:
        raise NothingChanged(str(kind.is_out_of_force))
    return _put_in_force(thing, False, _("Taken out of force."), note, by=by, at=at)


def refuse_unseen(thing: Versioned, seen: int | None) -> None:
    """:raises ChangedMeanwhile: if the current version is not the one that was looked at."""
    current = thing.current
    if seen is not None and current.number != seen:
        words = {"number": current.number, "who": current.created_by or _("the system")}
        raise ChangedMeanwhile(
            _("%(who)s has made version %(number)d meanwhile; look at it first.") % words,
            field="seen",
            version=current.number,
        )


def tidy_note(note: str) -> str:
    """Return the note with single blanks.

    :raises NoteNotPossible: if it is too long.
    """
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        message = _("A note has at most %(most)d characters.") % {"most": MAX_NOTE}
        raise NoteNotPossible(message, field="note")
    return note


def _put_in_force(thing: Ordered, is_active: bool, words: str, note: str, *, by, at) -> Ordered:
    thing.is_active = is_active
    thing.save(update_fields=["is_active"])
    return _repeat(thing, words, note, by=by, at=at)


def _repeat(thing: Ordered, words: str, note: str, *, by, at: datetime) -> Ordered:
    """Write down an act that changes no word of it."""
    note = f"{words} {tidy_note(note)}".strip()[:MAX_NOTE]
    return add_version(thing, thing.current.said() | {"note": note}, by=by, at=at)


def _put(thing: Ordered, position: int) -> None:
    rows = type(thing).objects
    others = list(rows.exclude(pk=thing.pk).in_order())
    if not 1 <= position <= len(others) + 1:
        message = _("Possible: 1 to %(last)d.") % {"last": len(others) + 1}
        raise PositionNotPossible(message, field="position")
    others.insert(position - 1, thing)
    for place, each in enumerate(others, start=1):
        each.position = place
    rows.bulk_update(others, ["position"])


def _unless_taken(kind: Kind, name: str) -> AbstractContextManager:
    taken = NameIsTaken(str(kind.is_taken) % {"name": name}, field="name")
    return refused_as(taken, by=kind.names)
