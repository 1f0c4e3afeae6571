"""One person: what they are, when they are there, what was changed; and every act on them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.forms import person as forms
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act, may
from accounts.selectors import record_of, today_of, whole_person
from accounts.services import hours, invitations, leave, memberships, people, skills
from accounts.views.weeks import week_of


@dataclass(frozen=True)
class PersonAct:
    """``form.arguments()`` are the arguments of ``service``; ``section`` shows its form."""

    service: Callable
    section: str
    done: str
    form: type[forms.PersonForm] = forms.PersonForm


ACTS = {
    "rename": PersonAct(people.rename_person, "facts", _("The name is saved."), forms.NameForm),
    "change-role": PersonAct(people.change_role, "facts", _("The role is saved."), forms.RoleForm),
    "deactivate": PersonAct(people.deactivate_person, "access", _("They are let in no more.")),
    "reactivate": PersonAct(people.reactivate_person, "access", _("They may sign in again.")),
    "invite-again": PersonAct(invitations.invite_again, "access", _("A new letter is on its way.")),
    "set-teams": PersonAct(
        memberships.set_teams, "teams", _("The teams are saved."), forms.TeamsForm
    ),
    "set-skills": PersonAct(
        skills.set_skills, "skills", _("The skills are saved."), forms.SkillsForm
    ),
    "set-working-hours": PersonAct(
        hours.set_working_hours, "hours", _("The hours are saved."), forms.HoursForm
    ),
    "add-leave": PersonAct(leave.add_leave, "leave", _("The leave is added."), forms.LeaveForm),
    "remove-leave": PersonAct(
        leave.remove_leave, "leave", _("The leave is removed."), forms.LeaveChoiceForm
    ),
}


@login_required
@require_safe
def person(request, pk):
    require(request.user, Act.SEE_PEOPLE)
    shown = _load(pk)
    return render(request, "accounts/person.html", _context(request, shown))


@login_required
@require_POST
def act(request, pk, verb):
    require(request.user, Act.MANAGE_PEOPLE)
    if verb not in ACTS:
        raise Http404("No such act")
    shown, wanted = _load(pk), ACTS[verb]
    form = wanted.form(request.POST, person=shown)
    if form.is_valid():
        try:
            wanted.service(pk, **form.arguments(), by=request.user, at=timezone.now())
        except ObjectDoesNotExist as error:
            raise Http404(str(error)) from error
        except RuleViolation as error:
            form.refuse(error)
        else:
            messages.success(request, wanted.done)
            return redirect("people:person", pk)
    context = _context(request, shown, editing=wanted.section, refused={verb: form})
    return render(request, "accounts/person.html", context, status=422)


def _load(pk: int) -> User:
    return get_object_or_404(whole_person(User.objects.all()), pk=pk)


def _context(request, shown: User, *, editing: str = "", refused: dict | None = None) -> dict:
    now = timezone.now()
    can_manage = may(request.user, Act.MANAGE_PEOPLE)
    editing = (editing or request.GET.get("edit", "")) if can_manage else ""
    today = today_of(shown, at=now)
    return {
        "person": shown,
        "today": today,
        "language": dict(settings.LANGUAGES).get(shown.language, shown.language),
        "week": week_of(shown, today=today.day.weekday()),
        "coming": [one for one in shown.leaves.all() if one.ends_on >= today.day],
        "past": [one for one in shown.leaves.all() if one.ends_on < today.day],
        "entries": record_of(shown),
        "is_oneself": shown.pk == request.user.pk,
        "is_invited": shown.is_active and not shown.has_usable_password(),
        "can_manage": can_manage,
        "editing": editing,
        "forms": _forms(shown, editing) | _by_name(refused or {}),
        "url": reverse("people:person", args=[shown.pk]),
    }


def _forms(shown: User, editing: str) -> dict:
    """Return the forms of the section that is being changed, by the name of their act."""
    acts = {verb: one.form for verb, one in ACTS.items() if one.section == editing}
    return _by_name({verb: form(person=shown) for verb, form in acts.items()})


def _by_name(by_verb: dict) -> dict:
    return {verb.replace("-", "_"): form for verb, form in by_verb.items()}
