"""The catalogue of root causes: read by whoever investigates, kept by managers."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.forms.investigating import CauseForm, CauseNameForm, NothingForm
from escalations.models import RootCause
from escalations.services import root_causes as services
from escalations.views.deeds import refused_into

ACTS = {
    "rename": (CauseNameForm, services.rename_root_cause),
    "retire": (NothingForm, services.retire_root_cause),
    "restore": (NothingForm, services.restore_root_cause),
}


@login_required
@require_safe
def root_causes(request):
    return _page(request, CauseForm())


@login_required
@require_POST
def add(request):
    """Add a cause or a group."""
    require(request.user, Act.MANAGE_ROUTES)
    form = CauseForm(request.POST)
    if form.is_valid() and refused_into(
        form, lambda: services.add_root_cause(**form.facts(), by=request.user)
    ):
        return redirect("escalations:root_causes")
    return _page(request, form, status=422)


@login_required
@require_POST
def act(request, pk, verb):
    """Rename, retire or restore a cause."""
    require(request.user, Act.MANAGE_ROUTES)
    cause = get_object_or_404(RootCause, pk=pk)
    if verb not in ACTS:
        raise Http404("No such act")
    kind, service = ACTS[verb]
    form = kind(request.POST)
    if form.is_valid() and refused_into(
        form, lambda: service(cause.pk, **form.facts(), by=request.user)
    ):
        return redirect("escalations:root_causes")
    mistakes = [words for errors in form.errors.values() for words in errors]
    return _page(request, CauseForm(), mistakes=mistakes, status=422)


def _page(request, form, *, mistakes=(), status: int = 200):
    require(request.user, Act.INVESTIGATE)
    groups = RootCause.objects.filter(parent=None).prefetch_related("causes").order_by("name")
    context = {
        "groups": groups,
        "form": form,
        "mistakes": mistakes,
        "can_manage": may(request.user, Act.MANAGE_ROUTES),
    }
    return render(request, "escalations/root_causes.html", context, status=status)
