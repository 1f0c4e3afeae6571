"""Escalation routes: made, and changed by new versions. Acts wait for each other."""

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
from escalations.models import EscalationRoute, RouteMode, RouteVersion
from escalations.questions import read_questions
from escalations.refusals import Notes
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
    mode: str = RouteMode.SUGGEST,
    skill: Skill | None = None,
    priority: int | None = None,
    accept_after: int | None = None,
    note: str = "",
    by,
    at: datetime,
) -> EscalationRoute:
    """Make a route, in force at once and the last in order.

    :raises InvalidInput: naming every mistake of the questions by its path.
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
    last = EscalationRoute.objects.order_by("position").values_list("position", flat=True).last()
    with _unless_taken(name):
        route = EscalationRoute.objects.create(name=name, position=(last or 0) + 1)
    return _add_version(route, said, note=note, by=by, at=at)


@transaction.atomic
def change_route(
    route_id: int, *, name: str | None = None, note: str = "", by, at: datetime, **said
) -> EscalationRoute:
    """Make a new version, for escalations from now on; what is left out stays.

    Takes what ``create_route`` takes.

    :raises NothingChanged: if it says all that already.
    """
    require(by, Act.MANAGE_ROUTES)
    _wait_for_other_acts()
    route = EscalationRoute.objects.locked(route_id)
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


def _read(
    *, mode: str, criteria: Mapping, questions: object, team: Team, skill, priority, accept_after
) -> dict:
    notes = Notes()
    read = read_questions(questions, notes=notes)
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
        "criteria": dict(criteria),
        "questions": [question.as_record() for question in read],
        "team_id": team.pk,
        "skill_id": skill and skill.pk,
        "priority": priority,
        "accept_after": accept_after,
    }


def _add_version(route: EscalationRoute, said: dict, *, note, by, at) -> EscalationRoute:
    number = route.current.number + 1 if route.current_id else 1
    note = " ".join(note.split())[:MAX_NOTE]
    route.current = RouteVersion.objects.create(
        route=route, number=number, note=note, created_at=at, created_by=by, **said
    )
    route.save(update_fields=["current", "name"])
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
