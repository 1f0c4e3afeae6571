"""Escalation routes: their order, what became of them, and writing one with a live count."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.models import Skill, Team
from accounts.permissions import require
from accounts.rules import Act, may
from escalations.criteria_choices import criteria_fields
from escalations.criteria_fields import OPERATORS
from escalations.criteria_words import criteria_words
from escalations.forms import route as forms
from escalations.models import EscalationRoute, RouteMode
from escalations.questions import SOURCES, QuestionKind
from escalations.refusals import InvalidInput
from escalations.route_words import KIND_WORDS, SOURCE_WORDS, figures_shown, matches_shown
from escalations.route_words import route_sentences as sentences
from escalations.sentences import difference
from escalations.services import routes as services
from escalations.services.choices import known_rows
from escalations.services.previewing import preview
from escalations.services.route_feedback import DAYS, route_figures
from escalations.views.calendars import VERSIONS_SHOWN
from helpdesk.models import Priority

ACTS = {"activate": services.activate_route, "deactivate": services.deactivate_route}
BUTTONS = frozenset({"add", "add_group", "add_question", "remove", "try"})


@login_required
@require_safe
def routes(request):
    require(request.user, Act.SEE_SLA)
    return _list(request)


@login_required
@require_POST
def act(request, pk, verb):
    """Move a route, or put it in or out of force."""
    require(request.user, Act.MANAGE_ROUTES)
    found = get_object_or_404(EscalationRoute, pk=pk)
    said = {"note": request.POST.get("note", ""), "by": request.user, "at": timezone.now()}
    try:
        if verb == "move":
            place = request.POST.get("position", "")
            position = int(place) if place.isdecimal() and len(place) < 9 else 0
            services.move_route(found.pk, position=position, **said)
        else:
            ACTS[verb](found.pk, **said)
    except (RuleViolation, InvalidInput) as error:
        return _list(request, refusal=str(error), status=422)
    return redirect("escalations:routes")


@login_required
def new_route(request):
    require(request.user, Act.MANAGE_ROUTES)
    if request.method == "POST":
        return _write(request, forms.typed_in(request.POST))
    return _edit(request, forms.Typed(criteria=forms.Part("criteria", "all")))


@login_required
def route(request, pk):
    """Show one route; whoever may, writes it here."""
    require(request.user, Act.SEE_SLA)
    rows = EscalationRoute.objects.select_related("current__created_by")
    found = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        require(request.user, Act.MANAGE_ROUTES)
        return _write(request, forms.typed_in(request.POST), found)
    return _edit(request, forms.typed_from(found.current, name=found.name), found, previews=True)


@login_required
@require_safe
def route_versions(request, pk):
    require(request.user, Act.SEE_SLA)
    found = get_object_or_404(EscalationRoute, pk=pk)
    versions = found.versions.select_related("team", "skill", "created_by").order_by("-number")
    rows, known = list(versions[: VERSIONS_SHOWN + 1]), known_rows()
    said = [*(sentences(row, known=known) for row in rows), []]
    shown = [
        {"version": row, "changes": difference(said[i + 1], said[i])}
        for i, row in enumerate(rows[:VERSIONS_SHOWN])
    ]
    return render(request, "escalations/route_versions.html", {"thing": found, "versions": shown})


def _list(request, *, refusal: str = "", status: int = 200):
    rows = EscalationRoute.objects.in_order().select_related("current__team", "current__created_by")
    known = known_rows()
    found = route_figures(by=request.user, at=timezone.now())
    figures = {each.route.pk: figures_shown(each, known=known) for each in found}
    shown = [
        {
            "route": row,
            "criteria": criteria_words(row.current.criteria, known),
            "figures": figures[row.pk],
        }
        for row in rows
    ]
    context = {
        "routes": shown,
        "refusal": refusal,
        "days": DAYS,
        "can_manage": may(request.user, Act.MANAGE_ROUTES),
    }
    return render(request, "escalations/routes.html", context, status=status)


def _write(request, typed: forms.Typed, found: EscalationRoute | None = None):
    """Save the form, or change its rows, or count: whatever button was pressed."""
    if BUTTONS & set(request.POST):
        _rearrange(typed, request.POST)
        return _edit(request, typed, found, previews="try" in request.POST)
    now = timezone.now()
    try:
        said = _said(typed)
        if found is None:
            found = services.create_route(**said, by=request.user, at=now)
        else:
            seen = int(typed.seen) if typed.seen.isdecimal() and len(typed.seen) < 9 else None
            services.change_route(found.pk, **said, seen=seen, by=request.user, at=now)
    except InvalidInput as error:
        typed.show(error.mistakes)
    except RuleViolation as error:
        typed.errors.setdefault(error.field or "all", []).append(str(error))
    else:
        messages.success(request, _("The route is saved, for escalations from now on."))
        return redirect("escalations:route", found.pk)
    return _edit(request, typed, found, status=422)


def _rearrange(typed: forms.Typed, asked) -> None:
    for button, kind in (
        ("add", "condition"),
        ("add_group", "group"),
        ("add_question", "question"),
    ):
        if button in asked:
            forms.with_another(typed, asked[button], kind)
    if "remove" in asked:
        forms.without(typed, asked["remove"])


def _said(typed: forms.Typed) -> dict:
    """Return what the services take.

    :raises ValueNotPossible: for a team, a skill or a wait that cannot be read.
    """
    return {
        "name": typed.name,
        "note": typed.note,
        "team": _row(Team.objects.select_related("tier"), typed.team, field="team"),
        "skill": typed.skill and _row(Skill.objects, typed.skill, field="skill") or None,
        "priority": int(typed.priority) if typed.priority.isdecimal() else None,
        "mode": typed.mode,
        "accept_after": _seconds(typed.accept_after),
        "criteria": typed.written_criteria(),
        "questions": typed.written_questions(),
    }


def _row(rows, typed: str, *, field: str):
    found = rows.filter(pk=typed).first() if typed.isdecimal() and len(typed) < 12 else None
    if found is None:
        raise services.ValueNotPossible(_("Choose one of the list."), field=field)
    return found


def _seconds(minutes: str) -> int | None:
    try:
        return round(float(minutes) * 60) if minutes else None
    except (ValueError, OverflowError) as error:
        message = _("Give minutes, e.g. 90.")
        raise services.ValueNotPossible(message, field="accept_after") from error


def _edit(request, typed: forms.Typed, found=None, *, previews=False, status: int = 200):
    known = known_rows()
    can_manage = may(request.user, Act.MANAGE_ROUTES)
    context = {
        "route": found,
        "typed": typed,
        "modes": RouteMode.choices,
        "teams": Team.objects.filter(tier__is_customer_facing=False).by_tier(),
        "skills": Skill.objects.order_by("name"),
        "priorities": Priority.choices,
        "fields": criteria_fields(known),
        "operators": OPERATORS,
        "kinds": [(each.value, KIND_WORDS[each]) for each in QuestionKind],
        "sources": [(each, SOURCE_WORDS[each]) for each in SOURCES],
        "tree": json.dumps(typed.written_criteria() or {"all": []}),
        "can_manage": can_manage,
        "matches": _matches(request, typed) if previews else None,
        "figures": _figures(request, found, known),
    }
    return render(request, "escalations/route.html", context, status=status)


def _matches(request, typed: forms.Typed) -> dict | None:
    """Count for the form as it is; a mistake in it is told where it stands."""
    try:
        found = preview(typed.written_criteria(), by=request.user, at=timezone.now())
    except InvalidInput as error:
        typed.show(error.mistakes)
        return None
    return matches_shown(found)


def _figures(request, found: EscalationRoute | None, known) -> dict | None:
    if found is None:
        return None
    all_of_them = route_figures(by=request.user, at=timezone.now())
    return next(figures_shown(each, known=known) for each in all_of_them if each.route == found)
