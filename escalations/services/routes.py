"""Escalation routes: made, changed by new versions, put in order, in force or not.

What they have in common with other versioned things is in ``services.versions``.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Skill, Team
from accounts.rules import Act
from accounts.services.values import (
    NothingChanged,
    ValueNotPossible,
    refuse_unknown,
    tidy_name,
)
from escalations.criteria_reading import read_criteria
from escalations.models import EscalationRoute, RouteMode
from escalations.questions import read_questions
from escalations.refusals import Notes
from escalations.services import versions
from escalations.services.choices import known_rows
from escalations.services.versions import MAX_NAME, OrderedKind, tidy_note
from helpdesk.models import Priority

LONGEST_WAIT = 30 * 24 * 3600
ROUTES = OrderedKind(
    EscalationRoute,
    Act.MANAGE_ROUTES,
    names="route_name_is_unique_whatever_its_case",
    is_taken=gettext_lazy("Another route is called %(name)s; choose another name."),
    queue=0x5C0B,
    is_in_force=gettext_lazy("The route is in force already."),
    is_out_of_force=gettext_lazy("The route is out of force already."),
)


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
    versions.begin(ROUTES, by=by)
    name, note = tidy_name(name, limit=MAX_NAME, field="name"), tidy_note(note)
    said = _read(
        mode=mode, criteria=criteria or {}, questions=questions, team=team, skill=skill,
        priority=priority, accept_after=accept_after,
    )  # fmt: skip
    route = versions.add_in_order(ROUTES, name, position=position)
    return versions.add_version(route, said | {"note": note}, by=by, at=at)


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
    route = versions.begin_on(ROUTES, route_id, by=by)
    versions.refuse_unseen(route, seen)
    note, now = tidy_note(note), route.current
    is_renamed = name is not None and versions.rename(ROUTES, route, name)
    whole = {
        "mode": now.mode, "criteria": now.criteria, "questions": now.questions, "team": now.team,
        "skill": now.skill, "priority": now.priority, "accept_after": now.accept_after,
    }  # fmt: skip
    read = _read(**whole | said)
    if not is_renamed and read == now.said():
        raise NothingChanged(_("The route says all that already."))
    return versions.add_version(route, read | {"note": note}, by=by, at=at)


@transaction.atomic
def move_route(
    route_id: int, *, position: int, note: str = "", by, at: datetime
) -> EscalationRoute:
    """Put the route at a place, from 1; the others close up.

    :raises PositionNotPossible: if there is no such place.
    :raises NothingChanged: if it stands there already.
    """
    return versions.move(ROUTES, route_id, position=position, note=note, by=by, at=at)


@transaction.atomic
def activate_route(route_id: int, *, note: str = "", by, at: datetime) -> EscalationRoute:
    """Offer and suggest the route again.

    :raises NothingChanged: if it is in force.
    """
    return versions.activate(ROUTES, route_id, note=note, by=by, at=at)


@transaction.atomic
def deactivate_route(route_id: int, *, note: str = "", by, at: datetime) -> EscalationRoute:
    """Offer and suggest the route no more; escalations that follow it go on.

    :raises NothingChanged: if it is not in force.
    """
    return versions.deactivate(ROUTES, route_id, note=note, by=by, at=at)


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
