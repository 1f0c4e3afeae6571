"""SLA policies: made, changed by new versions, put in order, in force or not.

Every act leaves a version that says who did it, when and why. Acts wait for each other: each
rests on the order and on the levels of all.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, NothingChanged, refused_as, tidy_name
from escalations.drafts import Draft, read_draft, refuse_rings
from escalations.known_rows import Known
from escalations.models import BusinessCalendar, SLAPolicy, SLAPolicyVersion
from escalations.promises import Promise, conditions_from, stored_targets, targets_from
from escalations.services.calendars import refuse_unseen
from escalations.services.choices import known_rows
from escalations.stored_calendars import calendar_of

MAX_NAME = SLAPolicy._meta.get_field("name").max_length
MAX_NOTE = SLAPolicyVersion._meta.get_field("note").max_length
_ORDER = 0x5C0A


class PositionNotPossible(RuleViolation):
    code = "position_not_possible"


class NoteNotPossible(RuleViolation):
    code = "note_not_possible"


def promises_in_force() -> tuple[Promise, ...]:
    """Return what is promised now, in the order policies are asked. One SELECT."""
    policies = SLAPolicy.objects.in_force().select_related("current__calendar__current")
    return tuple(promise_of(policy.current, name=policy.name) for policy in policies)


def promise_of(version: SLAPolicyVersion, *, name: str) -> Promise:
    """Return what a version promises, with its calendar as that is now."""
    by_calendar = version.calendar and version.calendar.current
    return Promise(
        version.policy_id,
        version.pk,
        name,
        version.number,
        by_calendar and by_calendar.pk,
        by_calendar and calendar_of(by_calendar),
        conditions_from(version.conditions),
        targets_from(version.targets),
    )


def promise_drafted(draft: Draft, *, policy_id: int | None = None, name: str = "") -> Promise:
    """Return what a draft would promise, with its calendar as that is now."""
    calendars = BusinessCalendar.objects.select_related("current")
    by_calendar = draft.calendar and calendars.get(pk=draft.calendar).current
    return Promise(
        policy_id,
        None,
        name,
        0,
        by_calendar and by_calendar.pk,
        by_calendar and calendar_of(by_calendar),
        conditions_from(draft.conditions),
        draft.targets,
    )


@transaction.atomic
def create_policy(
    *, name: str, draft: Mapping, note: str = "", position: int | None = None, by, at: datetime
) -> SLAPolicy:
    """Make a policy, in force at once; ``position`` counts from 1, without it the last.

    :raises InvalidInput: naming every mistake of the draft by its path.
    :raises NameIsTaken: if a policy is called so, in whatever case.
    :raises PositionNotPossible: if there is no such place.
    """
    require(by, Act.MANAGE_SLA)
    _wait_for_other_acts()
    name, note = tidy_name(name, limit=MAX_NAME, field="name"), _tidy_note(note)
    read = _read(draft, policy_id=None, known=known_rows())
    last = SLAPolicy.objects.count() + 1
    with _unless_taken(name):
        policy = SLAPolicy.objects.create(name=name, position=last)
    _write(policy, read, note=note, by=by, at=at)
    if position is not None and position != last:
        _put(policy, position)
    return policy


@transaction.atomic
def change_policy(
    policy_id: int,
    *,
    draft: Mapping | None = None,
    name: str | None = None,
    note: str = "",
    seen: int | None = None,
    by,
    at: datetime,
) -> SLAPolicy:
    """Make a new version, for clocks that start from now on; what is left out stays.

    :param seen: the number of the version that was looked at.
    :raises InvalidInput: naming every mistake of the draft by its path.
    :raises ChangedMeanwhile: if somebody has changed it since ``seen``.
    :raises NothingChanged: if it says all that already.
    :raises NameIsTaken: if another policy is called so.
    """
    policy = _begin(policy_id, by=by)
    refuse_unseen(policy.current, seen)
    note, known = _tidy_note(note), known_rows()
    renamed = name is not None and _rename(policy, name)
    whole = spoken_draft(policy.current, known=known) | dict(draft or {})
    read = _read(whole, policy_id=policy.pk if policy.is_active else 0, known=known)
    if not renamed and _columns(read) == _columns_of(policy.current):
        raise NothingChanged(_("The policy says all that already."))
    return _write(policy, read, note=note, by=by, at=at)


@transaction.atomic
def move_policy(policy_id: int, *, position: int, note: str = "", by, at: datetime) -> SLAPolicy:
    """Put the policy at a place, from 1; the others close up.

    :raises PositionNotPossible: if there is no such place.
    :raises NothingChanged: if it stands there already.
    """
    policy = _begin(policy_id, by=by)
    before = policy.position
    if position == before:
        raise NothingChanged(_("It stands there already."), field="position")
    _put(policy, position)
    words = _("Moved from place %(before)d to %(after)d.") % {"before": before, "after": position}
    return _repeat(policy, words, note, by=by, at=at)


@transaction.atomic
def activate_policy(policy_id: int, *, note: str = "", by, at: datetime) -> SLAPolicy:
    """Ask the policy again for clocks that start from now on.

    :raises NothingChanged: if it is in force.
    :raises InvalidInput: if its levels close a circle with those of others by now.
    """
    policy = _begin(policy_id, by=by)
    if policy.is_active:
        raise NothingChanged(_("The policy is in force already."))
    promise = promise_of(policy.current, name=policy.name)
    refuse_rings(promise, promises_in_force(), known=known_rows())
    policy.is_active = True
    return _repeat(policy, _("Put in force."), note, by=by, at=at)


@transaction.atomic
def deactivate_policy(policy_id: int, *, note: str = "", by, at: datetime) -> SLAPolicy:
    """Ask the policy no more; clocks that run by it run on.

    :raises NothingChanged: if it is not in force.
    """
    policy = _begin(policy_id, by=by)
    if not policy.is_active:
        raise NothingChanged(_("The policy is out of force already."))
    policy.is_active = False
    return _repeat(policy, _("Taken out of force."), note, by=by, at=at)


def spoken_draft(version: SLAPolicyVersion, *, known: Known) -> dict:
    """Write a version as ``read_draft`` reads it."""
    return {
        "calendar": version.calendar_id,
        "conditions": {
            field: [
                value if field == "customer_tags" else known.of_key(field, value).spoken
                for value in values
            ]
            for field, values in version.conditions.items()
        },
        "targets": version.targets,
    }


def _begin(policy_id: int, *, by) -> SLAPolicy:
    require(by, Act.MANAGE_SLA)
    _wait_for_other_acts()
    return SLAPolicy.objects.locked(policy_id)


def _wait_for_other_acts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ORDER])


def _read(raw: Mapping, *, policy_id: int | None, known: Known) -> Draft:
    """Read a draft; levels of a policy out of force (id 0) close no circle."""
    draft = read_draft(raw, known=known)
    if policy_id != 0:
        others = [each for each in promises_in_force() if each.policy_id != policy_id]
        refuse_rings(promise_drafted(draft, policy_id=policy_id), others, known=known)
    return draft


def _write(policy: SLAPolicy, draft: Draft, *, note: str, by, at: datetime) -> SLAPolicy:
    return _add_version(policy, _columns(draft), note=note, by=by, at=at)


def _repeat(policy: SLAPolicy, words: str, note: str, *, by, at: datetime) -> SLAPolicy:
    """Write down an act that changes no word of the policy."""
    said = f"{words} {_tidy_note(note)}".strip()[:MAX_NOTE]
    return _add_version(policy, _columns_of(policy.current), note=said, by=by, at=at)


def _add_version(policy: SLAPolicy, columns: dict, *, note: str, by, at: datetime) -> SLAPolicy:
    number = policy.current.number + 1 if policy.current_id else 1
    policy.current = SLAPolicyVersion.objects.create(
        policy=policy, number=number, note=note, created_by=by, created_at=at, **columns
    )
    policy.save(update_fields=["current", "is_active"])
    return policy


def _columns(draft: Draft) -> dict:
    return {
        "calendar_id": draft.calendar,
        "conditions": dict(draft.conditions),
        "targets": stored_targets(draft.targets),
    }


def _columns_of(version: SLAPolicyVersion) -> dict:
    return {name: getattr(version, name) for name in ("calendar_id", "conditions", "targets")}


def _put(policy: SLAPolicy, position: int) -> None:
    others = list(SLAPolicy.objects.exclude(pk=policy.pk).in_order())
    if not 1 <= position <= len(others) + 1:
        raise PositionNotPossible(
            _("Possible: 1 to %(last)d.") % {"last": len(others) + 1}, field="position"
        )
    others.insert(position - 1, policy)
    for place, each in enumerate(others, start=1):
        each.position = place
    SLAPolicy.objects.bulk_update(others, ["position"])


def _rename(policy: SLAPolicy, name: str) -> bool:
    name = tidy_name(name, limit=MAX_NAME, field="name")
    if name == policy.name:
        return False
    policy.name = name
    with _unless_taken(name):
        policy.save(update_fields=["name"])
    return True


def _tidy_note(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        message = _("A note has at most %(most)d characters.") % {"most": MAX_NOTE}
        raise NoteNotPossible(message, field="note")
    return note


def _unless_taken(name: str):
    taken = NameIsTaken(
        _("Another policy is called %(name)s; choose another name.") % {"name": name},
        field="name",
    )
    return refused_as(taken, by="sla_policy_name_is_unique_whatever_its_case")
