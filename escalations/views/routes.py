"""Escalation routes: their order, what became of them, and writing one with a live count."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

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
from escalations.route_words import (
    KIND_WORDS,
    SOURCE_WORDS,
    figures_shown,
    matches_shown,
    route_sentences,
)
from escalations.services import routes as services
from escalations.services.choices import known_rows
from escalations.services.previewing import preview
from escalations.services.route_feedback import DAYS, route_figures
from escalations.views.versions import changes_shown, refusal_of, write
from helpdesk.models import Priority
from helpdesk.whole_numbers import whole_number

ACTS = {
    "move": services.move_route,
    "activate": services.activate_route,
    "deactivate": services.deactivate_route,
}
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
    refusal = refusal_of(request, verb, ACTS[verb], found.pk)
    if refusal:
        return _list(request, refusal=refusal, status=422)
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
    known = known_rows()
    context = {
        "thing": found,
        "versions": changes_shown(
            found.versions.select_related("team", "skill", "created_by"),
            lambda version: route_sentences(version, known=known),
        ),
    }
    return render(request, "escalations/route_versions.html", context)


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
    kept = write(
        request,
        typed,
        found,
        create=services.create_route,
        change=services.change_route,
        said=lambda: _said(typed),
    )
    if kept is None:
        return _edit(request, typed, found, status=422)
    messages.success(request, _("The route is saved, for escalations from now on."))
    return redirect("escalations:route", kept.pk)


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
        "priority": whole_number(typed.priority),
        "mode": typed.mode,
        "accept_after": _seconds(typed.accept_after),
        "criteria": typed.written_criteria(),
        "questions": typed.written_questions(),
    }


def _row(rows, typed: str, *, field: str):
    found = rows.filter(pk=whole_number(typed)).first()
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
