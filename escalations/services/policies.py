"""SLA policies: made, changed by new versions, put in order, in force or not.

What they have in common with other versioned things is in ``services.versions``.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import Act
from accounts.services.values import NothingChanged, tidy_name
from escalations.drafts import Draft, read_draft, refuse_rings
from escalations.known_rows import Known
from escalations.models import BusinessCalendar, SLAPolicy, SLAPolicyVersion
from escalations.promises import Promise, conditions_from, stored_targets, targets_from
from escalations.services import versions
from escalations.services.choices import known_rows
from escalations.services.versions import MAX_NAME, OrderedKind, tidy_note
from escalations.stored_calendars import calendar_of

POLICIES = OrderedKind(
    SLAPolicy,
    Act.MANAGE_SLA,
    names="sla_policy_name_is_unique_whatever_its_case",
    is_taken=gettext_lazy("Another policy is called %(name)s; choose another name."),
    queue=0x5C0A,
    is_in_force=gettext_lazy("The policy is in force already."),
    is_out_of_force=gettext_lazy("The policy is out of force already."),
)


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
    versions.begin(POLICIES, by=by)
    name, note = tidy_name(name, limit=MAX_NAME, field="name"), tidy_note(note)
    read = _read(draft, policy_id=None, known=known_rows())
    policy = versions.add_in_order(POLICIES, name, position=position)
    return versions.add_version(policy, _columns(read) | {"note": note}, by=by, at=at)


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
    policy = versions.begin_on(POLICIES, policy_id, by=by)
    versions.refuse_unseen(policy, seen)
    note, known = tidy_note(note), known_rows()
    is_renamed = name is not None and versions.rename(POLICIES, policy, name)
    whole = spoken_draft(policy.current, known=known) | dict(draft or {})
    read = _read(whole, policy_id=policy.pk if policy.is_active else 0, known=known)
    if not is_renamed and _columns(read) == policy.current.said():
        raise NothingChanged(_("The policy says all that already."))
    return versions.add_version(policy, _columns(read) | {"note": note}, by=by, at=at)


@transaction.atomic
def move_policy(policy_id: int, *, position: int, note: str = "", by, at: datetime) -> SLAPolicy:
    """Put the policy at a place, from 1; the others close up.

    :raises PositionNotPossible: if there is no such place.
    :raises NothingChanged: if it stands there already.
    """
    return versions.move(POLICIES, policy_id, position=position, note=note, by=by, at=at)


@transaction.atomic
def activate_policy(policy_id: int, *, note: str = "", by, at: datetime) -> SLAPolicy:
    """Ask the policy again for clocks that start from now on.

    :raises NothingChanged: if it is in force.
    :raises InvalidInput: if its levels close a circle with those of others by now.
    """
    policy = versions.activate(POLICIES, policy_id, note=note, by=by, at=at)
    _refuse_rings(promise_of(policy.current, name=policy.name), known=known_rows())
    return policy


@transaction.atomic
def deactivate_policy(policy_id: int, *, note: str = "", by, at: datetime) -> SLAPolicy:
    """Ask the policy no more; clocks that run by it run on.

    :raises NothingChanged: if it is not in force.
    """
    return versions.deactivate(POLICIES, policy_id, note=note, by=by, at=at)


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


def _read(raw: Mapping, *, policy_id: int | None, known: Known) -> Draft:
    """Read a draft; levels of a policy out of force (id 0) close no circle."""
    draft = read_draft(raw, known=known)
    if policy_id != 0:
        _refuse_rings(promise_drafted(draft, policy_id=policy_id), known=known)
    return draft


def _refuse_rings(promise: Promise, *, known: Known) -> None:
    others = [each for each in promises_in_force() if each.policy_id != promise.policy_id]
    refuse_rings(promise, others, known=known)


def _columns(draft: Draft) -> dict:
    return {
        "calendar_id": draft.calendar,
        "conditions": dict(draft.conditions),
        "targets": stored_targets(draft.targets),
    }
