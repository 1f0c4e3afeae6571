"""Escalation routes: made, changed by new versions, put in order, in force or not.

Every act leaves a version that says who did it, when and why. Acts wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Skill, Team
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import (
    NameIsTaken,
    NothingChanged,
    ValueNotPossible,
    refuse_unknown,
    refused_as,
    tidy_name,
)
from escalations.criteria_reading import read_criteria
from escalations.models import EscalationRoute, RouteMode, RouteVersion
from escalations.questions import read_questions
from escalations.refusals import Notes
from escalations.services.calendars import refuse_unseen
from escalations.services.choices import known_rows
from escalations.services.policies import NoteNotPossible, PositionNotPossible
from helpdesk.models import Priority

MAX_NAME = EscalationRoute._meta.get_field("name").max_length
MAX_NOTE = RouteVersion._meta.get_field("note").max_length
LONGEST_WAIT = 30 * 24 * 3600
_ORDER = 0x5C0B
_SAID = ("mode", "criteria", "questions", "team_id", "skill_id", "priority", "accept_after")


@transaction.atomic
def create_route(
    *,
    name: str,
    team: Team,
    questions: object = (),
    criteria: Mapping | None = None,
    mode: str | None = None,
    skill: Skill | None = None,
    priority: int | None = None,
    accept_after: int | None = None,
    note: str = "",
    position: int | None = None,
    by,
    at: datetime,
) -> EscalationRoute:
    """Make a route, in force at once; ``position`` counts from 1, without it the last.

    Without a mode it is suggested if it has criteria, and else chosen by hand.

    :raises InvalidInput: naming every mistake of the criteria and questions by its path.
    :raises NameIsTaken: if a route is called so, in whatever case.
    :raises ValueNotPossible: for a team that customers can write to, or what no route can say.
    """
    require(by, Act.MANAGE_ROUTES)
    _wait_for_other_acts()
    name = tidy_name(name, limit=MAX_NAME, field="name")
    said = _read(
        mode=mode, criteria=criteria or {}, questions=questions, team=team, skill=skill,
        priority=priority, accept_after=accept_after,
    )  # fmt: skip
    last = EscalationRoute.objects.count() + 1
    with _unless_taken(name):
        route = EscalationRoute.objects.create(name=name, position=last)
    if position is not None and position != last:
        _put(route, position)
    return _add_version(route, said, note=note, by=by, at=at)


@transaction.atomic
def change_route(
    route_id: int,
    *,
    name: str | None = None,
    note: str = "",
    seen: int | None = None,
    by,
    at: datetime,
    **said,
) -> EscalationRoute:
    """Make a new version, for escalations from now on; what is left out stays.

    Takes what ``create_route`` takes.

    :param seen: the number of the version that was looked at.
    :raises ChangedMeanwhile: if somebody has changed it since ``seen``.
    :raises NothingChanged: if it says all that already.
    """
    route = _begin(route_id, by=by)
    refuse_unseen(route.current, seen)
    is_renamed = name is not None and _rename(route, name)
    now = route.current
    whole = {
        "mode": now.mode, "criteria": now.criteria, "questions": now.questions, "team": now.team,
        "skill": now.skill, "priority": now.priority, "accept_after": now.accept_after,
    }  # fmt: skip
    read = _read(**whole | said)
    if not is_renamed and all(getattr(now, name) == read[name] for name in _SAID):
        raise NothingChanged(_("The route says all that already."))
    return _add_version(route, read, note=note, by=by, at=at)


@transaction.atomic
def move_route(
    route_id: int, *, position: int, note: str = "", by, at: datetime
) -> EscalationRoute:
    """Put the route at a place, from 1; the others close up.

    :raises PositionNotPossible: if there is no such place.
    :raises NothingChanged: if it stands there already.
    """
    route = _begin(route_id, by=by)
    before = route.position
    if position == before:
        raise NothingChanged(_("It stands there already."), field="position")
    _put(route, position)
    words = _("Moved from place %(before)d to %(after)d.") % {"before": before, "after": position}
    return _repeat(route, words, note, by=by, at=at)


@transaction.atomic
def activate_route(route_id: int, *, note: str = "", by, at: datetime) -> EscalationRoute:
    """Offer and suggest the route again.

    :raises NothingChanged: if it is in force.
    """
    route = _begin(route_id, by=by)
    if route.is_active:
        raise NothingChanged(_("The route is in force already."))
    route.is_active = True
    return _repeat(route, _("Put in force."), note, by=by, at=at)


@transaction.atomic
def deactivate_route(route_id: int, *, note: str = "", by, at: datetime) -> EscalationRoute:
    """Offer and suggest the route no more; escalations that follow it go on.

    :raises NothingChanged: if it is not in force.
    """
    route = _begin(route_id, by=by)
    if not route.is_active:
        raise NothingChanged(_("The route is out of force already."))
    route.is_active = False
    return _repeat(route, _("Taken out of force."), note, by=by, at=at)


def _begin(route_id: int, *, by) -> EscalationRoute:
    require(by, Act.MANAGE_ROUTES)
    _wait_for_other_acts()
    return EscalationRoute.objects.locked(route_id)


def _repeat(route: EscalationRoute, words: str, note: str, *, by, at) -> EscalationRoute:
    """Write down an act that changes no word of the route."""
    said = {name: getattr(route.current, name) for name in _SAID}
    return _add_version(
        route, said, note=f"{words} {_tidy_note(note)}".strip()[:MAX_NOTE], by=by, at=at
    )


def _put(route: EscalationRoute, position: int) -> None:
    others = list(EscalationRoute.objects.exclude(pk=route.pk).in_order())
    if not 1 <= position <= len(others) + 1:
        raise PositionNotPossible(
            _("Possible: 1 to %(last)d.") % {"last": len(others) + 1}, field="position"
        )
    others.insert(position - 1, route)
    for place, each in enumerate(others, start=1):
        each.position = place
    EscalationRoute.objects.bulk_update(others, ["position"])


def _tidy_note(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        message = _("A note has at most %(most)d characters.") % {"most": MAX_NOTE}
        raise NoteNotPossible(message, field="note")
    return note


def _read(
    *,
    mode: str | None,
    criteria: Mapping,
    questions: object,
    team: Team,
    skill,
    priority,
    accept_after,
) -> dict:
    notes = Notes()
    read = read_questions(questions, notes=notes)
    asked = read_criteria(criteria, known=known_rows(), notes=notes)
    mode = mode or (RouteMode.SUGGEST if asked else RouteMode.BY_HAND)
    if not criteria and mode != RouteMode.BY_HAND:
        message = _("Say when it is suggested, or let it be chosen by hand.")
        notes.refuse("criteria", "criteria_needed", message)
    notes.raise_if_any()
    refuse_unknown(mode, RouteMode.values, field="mode")
    if priority is not None:
        names = ", ".join(choice.name.lower() for choice in Priority)
        refuse_unknown(priority, Priority.values, field="priority", example=names)
    if accept_after is not None and not 0 <= accept_after <= LONGEST_WAIT:
        message = _("Possible: %(least)d to %(most)d.") % {"least": 0, "most": LONGEST_WAIT}
        raise ValueNotPossible(message, field="accept_after")
    if team.tier.is_customer_facing:
        message = _("Customers write to %(team)s; an escalation goes to a tier behind it.")
        raise ValueNotPossible(message % {"team": team}, field="team")
    return {
        "mode": mode,
        "criteria": asked,
        "questions": [question.as_record() for question in read],
        "team_id": team.pk,
        "skill_id": skill and skill.pk,
        "priority": priority,
        "accept_after": accept_after,
    }


def _add_version(route: EscalationRoute, said: dict, *, note, by, at) -> EscalationRoute:
    number = route.current.number + 1 if route.current_id else 1
    route.current = RouteVersion.objects.create(
        route=route, number=number, note=_tidy_note(note), created_at=at, created_by=by, **said
    )
    route.save(update_fields=["current", "name", "is_active"])
    return route


def _rename(route: EscalationRoute, name: str) -> bool:
    name = tidy_name(name, limit=MAX_NAME, field="name")
    if name == route.name:
        return False
    route.name = name
    with _unless_taken(name):
        route.save(update_fields=["name"])
    return True


def _unless_taken(name: str):
    message = _("Another route is called %(name)s; choose another name.") % {"name": name}
    taken = NameIsTaken(message, field="name")
    return refused_as(taken, by="route_name_is_unique_whatever_its_case")


def _wait_for_other_acts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ORDER])
