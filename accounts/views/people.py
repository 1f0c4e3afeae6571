"""Everybody who works here, and inviting somebody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import RuleViolation
from accounts.forms.people import InvitationForm, PeopleFilter
from accounts.permissions import require
from accounts.rules import Act, may
from accounts.selectors import Row, listed, today_of
from accounts.services.invitations import invite_person

PAGE_SIZE = 50


@login_required
@require_safe
def people(request):
    require(request.user, Act.SEE_PEOPLE)
    now = timezone.now()
    asked = PeopleFilter(request.GET)
    found = Paginator(listed(asked.people(), at=now), PAGE_SIZE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page": page,
        "rows": [Row(person, today_of(person, at=now)) for person in page],
        "words": asked.cleaned_data.get("q", ""),
        "query": _without_page(request),
        "is_narrowed": any(asked.cleaned_data.values()),
        "can_manage": may(request.user, Act.MANAGE_PEOPLE),
    }
    return render(request, "accounts/people.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def invite(request):
    require(request.user, Act.MANAGE_PEOPLE)
    form = InvitationForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    if form.is_valid():
        try:
            person = invite_person(**form.arguments(), by=request.user, at=timezone.now())
        except RuleViolation as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(
                request, _("%(name)s is invited. The letter is on its way.") % {"name": person}
            )
            return redirect("people:person", person.pk)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/people_invite.html", {"form": form}, status=status)


def _without_page(request) -> str:
    params = request.GET.copy()
    params.pop("page", None)
    return params.urlencode()
