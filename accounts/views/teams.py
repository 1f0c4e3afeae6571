"""Tiers with their teams, who is in them, and who leads."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.forms import teams as forms
from accounts.models import Team, Tier
from accounts.permissions import require
from accounts.rules import Act, may
from accounts.selectors import tiers_with_teams
from accounts.services.teams import (
    change_tier,
    create_team,
    create_tier,
    rename_team,
    rename_tier,
)


@login_required
@require_safe
def teams(request):
    require(request.user, Act.SEE_PEOPLE)
    return render(request, "accounts/teams.html", _context(request))


@login_required
@require_POST
def new_team(request):
    return _act(request, "new_team", forms.NewTeamForm, create_team, _("The team is made."))


@login_required
@require_POST
def new_tier(request):
    return _act(request, "new_tier", forms.NewTierForm, create_tier, _("The tier is made."))


@login_required
@require_POST
def rename(request, pk):
    return _act_on(request, Team, pk, "rename_team", forms.TeamNameForm, rename_team)


@login_required
@require_POST
def move(request, pk):
    return _act_on(request, Team, pk, "change_tier", forms.TeamTierForm, change_tier)


@login_required
@require_POST
def rename_the_tier(request, pk):
    return _act_on(request, Tier, pk, "rename_tier", forms.TierNameForm, rename_tier)


def _act_on(request, model, pk: int, name: str, form: type, service: Callable):
    require(request.user, Act.MANAGE_PEOPLE)
    row = get_object_or_404(model, pk=pk)
    return _act(
        request,
        name,
        form,
        partial(service, pk),
        _("%(name)s is changed.") % {"name": row},
        row=row,
    )


def _act(request, name: str, form: type, service: Callable, done: str, *, row=None):
    require(request.user, Act.MANAGE_PEOPLE)
    written = form(request.POST, auto_id=f"{name}_%s")
    if written.is_valid():
        try:
            service(**written.cleaned_data, by=request.user, at=timezone.now())
        except RuleViolation as error:
            written.refuse(error)
        else:
            messages.success(request, done)
            return redirect("people:teams")
    context = _context(request, editing=row) | {name: written}
    return render(request, "accounts/teams.html", context, status=422)


def _context(request, *, editing: Team | Tier | None = None) -> dict:
    can_manage = may(request.user, Act.MANAGE_PEOPLE)
    tiers = list(tiers_with_teams())
    if editing is None and can_manage:
        editing = _asked_for(request.GET.get("edit", ""), tiers)
    return {
        "tiers": tiers,
        "can_manage": can_manage,
        "editing_team": editing.pk if isinstance(editing, Team) else None,
        "editing_tier": editing.pk if isinstance(editing, Tier) else None,
        "new_team": forms.NewTeamForm(auto_id="new_team_%s"),
        "new_tier": forms.NewTierForm(auto_id="new_tier_%s"),
    } | _forms_of(editing)


def _asked_for(key: str, tiers: list[Tier]) -> Team | Tier | None:
    """Return the row that ``?edit=team-4`` or ``?edit=tier-2`` asks to change."""
    rows = {f"tier-{tier.pk}": tier for tier in tiers}
    rows |= {f"team-{team.pk}": team for tier in tiers for team in tier.teams.all()}
    return rows.get(key)


def _forms_of(row: Team | Tier | None) -> dict:
    """Return the forms of the row that is being changed."""
    if isinstance(row, Tier):
        named = forms.TierNameForm(initial={"name": row.name}, auto_id="rename_tier_%s")
        return {"rename_tier": named}
    if isinstance(row, Team):
        named = forms.TeamNameForm(initial={"name": row.name}, auto_id="rename_team_%s")
        moved = forms.TeamTierForm(initial={"tier": row.tier_id}, auto_id="change_tier_%s")
        return {"rename_team": named, "change_tier": moved}
    return {}
