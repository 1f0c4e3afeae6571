"""SLA policies: their order, what one says and said, and writing one with a trial beside it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.answering import differences_answer, trial_answer, zone_of
from escalations.forms import policy as forms
from escalations.known_rows import Known
from escalations.models import SLAPolicy
from escalations.moments import NoMoment, read_moment
from escalations.refusals import InvalidInput
from escalations.sentences import condition_words, policy_sentences, promise_words
from escalations.services import policies as services
from escalations.services.choices import FIELD_NAMES, known_rows
from escalations.services.policy_trials import (
    drafted_zone,
    open_tickets_that_would_differ,
    try_out,
)
from escalations.views.calendars import coming_friday
from escalations.views.versions import changes_shown, refusal_of, write

NEW = {"targets": {"first_reply": {"seconds": 4 * 3600, "time": "business"}}}
CHOSEN = ("channel", "tier", "team", "priority", "severity", "category")
ACTS = {
    "move": services.move_policy,
    "activate": services.activate_policy,
    "deactivate": services.deactivate_policy,
}


@login_required
@require_safe
def policies(request):
    require(request.user, Act.SEE_SLA)
    return _list(request)


@login_required
@require_POST
def act(request, pk, verb):
    """Move a policy, or put it in or out of force."""
    require(request.user, Act.MANAGE_SLA)
    found = get_object_or_404(SLAPolicy, pk=pk)
    refusal = refusal_of(request, verb, ACTS[verb], found.pk)
    if refusal:
        return _list(request, refusal=refusal, status=422)
    return redirect("escalations:policies")


@login_required
def new_policy(request):
    require(request.user, Act.MANAGE_SLA)
    if request.method == "POST":
        return _write(request, forms.typed_in(request.POST))
    return _edit(request, forms.typed_from(NEW))


@login_required
def policy(request, pk):
    """Show one policy; whoever may, writes it here."""
    require(request.user, Act.SEE_SLA)
    found = get_object_or_404(SLAPolicy.objects.select_related("current__created_by"), pk=pk)
    if request.method == "POST":
        require(request.user, Act.MANAGE_SLA)
        return _write(request, forms.typed_in(request.POST), found)
    known = known_rows()
    draft = services.spoken_draft(found.current, known=known)
    typed = forms.typed_from(draft, name=found.name, seen=str(found.current.number))
    return _edit(request, typed, found, known=known)


@login_required
@require_safe
def policy_versions(request, pk):
    require(request.user, Act.SEE_SLA)
    found = get_object_or_404(SLAPolicy, pk=pk)
    known = known_rows()
    context = {
        "thing": found,
        "place": "policies",
        "versions": changes_shown(
            found.versions.select_related("calendar", "created_by"),
            lambda version: policy_sentences(
                version,
                known=known,
                fields=FIELD_NAMES,
                calendar=version.calendar.name if version.calendar else "",
            ),
        ),
    }
    return render(request, "escalations/versions.html", context)


def _list(request, *, refusal: str = "", status: int = 200):
    rows = SLAPolicy.objects.in_order().select_related("current__calendar", "current__created_by")
    known = known_rows()
    shown = [
        {
            "policy": row,
            "conditions": condition_words(row.current.conditions, known=known, fields=FIELD_NAMES),
            "promises": promise_words(row.current.targets),
        }
        for row in rows
    ]
    context = {
        "policies": shown,
        "refusal": refusal,
        "can_manage": may(request.user, Act.MANAGE_SLA),
    }
    return render(request, "escalations/policies.html", context, status=status)


def _write(request, typed: forms.Typed, found: SLAPolicy | None = None):
    """Save the form, or change its rows, or try it out: whatever button was pressed."""
    asked = request.POST
    if "add" in asked:
        forms.with_another_row(typed, asked["add"])
    elif "remove" in asked:
        forms.without_row(typed, asked["remove"])
    if {"add", "remove", "try"} & set(asked):
        return _edit(request, typed, found, previews="try" in asked)
    kept = write(
        request,
        typed,
        found,
        create=services.create_policy,
        change=services.change_policy,
        said=lambda: {"name": typed.name, "draft": typed.draft(), "note": typed.note},
    )
    if kept is None:
        return _edit(request, typed, found, status=422)
    messages.success(request, _("The policy is saved, for clocks that start from now on."))
    return redirect("escalations:policy", kept.pk)


def _edit(
    request, typed: forms.Typed, found=None, *, known=None, previews=False, status: int = 200
):
    known = known or known_rows()
    zone = drafted_zone(typed.draft()) or timezone.get_current_timezone()
    asked = request.POST.get("trial.at") or f"{coming_friday(zone):%Y-%m-%dT%H:%M}"
    context = {
        "policy": found,
        "typed": typed,
        "fields": [_field(name, typed, known) for name in CHOSEN],
        "calendars": known.choices["calendar"],
        "recipients": forms.recipient_choices(known),
        "people": known.choices["user"],
        "teams": known.choices["team"],
        "routes": known.choices["route"],
        "priorities": known.choices["priority"],
        "trial_at": asked,
        "can_manage": may(request.user, Act.MANAGE_SLA),
        **(_preview(request, typed, found, asked, previews) if status == 200 else {}),
    }
    return render(request, "escalations/policy.html", context, status=status)


def _field(name: str, typed: forms.Typed, known: Known) -> dict:
    chosen = typed.conditions.get(name, [])
    return {
        "name": name,
        "label": FIELD_NAMES[name],
        "errors": typed.errors.get(f"conditions_{name}", []),
        "choices": [(one, str(one.spoken) in chosen) for one in known.choices[name]],
        "chosen": [one.label for one in known.choices[name] if str(one.spoken) in chosen],
    }


def _preview(request, typed: forms.Typed, found, asked: str, with_tickets: bool) -> dict:
    """Answer for the form as it is; a mistake in it is told where it stands."""
    draft, about = typed.draft(), {"policy_id": found and found.pk, "by": request.user}
    zone = drafted_zone(draft) or timezone.get_current_timezone()
    try:
        trial = try_out(draft, moment=_moment(asked, zone), **about)
        differences = open_tickets_that_would_differ(draft, **about) if with_tickets else None
    except InvalidInput as error:
        if with_tickets:
            typed.show(error.mistakes)
        return {}
    except NoMoment as error:
        return {"trial_refused": str(error)}
    return {
        "trial": trial_answer(trial, zone=zone_of(trial.promise, otherwise=zone)),
        "differences": differences and differences_answer(differences),
    }


def _moment(asked: str, zone) -> datetime:
    return read_moment(asked, zone=zone)
