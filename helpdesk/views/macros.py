"""Macros: the list, one to read or change, a new one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act, may
from helpdesk.macro_forms import MacroForm
from policies.models import Macro
from policies.services.macros import change_macro, put_in_use, write_macro


@login_required
@require_safe
def macros(request):
    can_manage = may(request.user, Act.MANAGE_MACROS)
    found = Macro.objects.select_related("team", "changed_by").by_name()
    found = found.order_by("-is_in_use", "name") if can_manage else found.usable_by(request.user)
    return render(request, "helpdesk/macros.html", {"macros": found, "can_manage": can_manage})


@login_required
@require_http_methods(["GET", "POST"])
def new(request):
    require(request.user, Act.MANAGE_MACROS)
    return _kept(request, MacroForm(request.POST or None), write_macro)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    require(request.user, Act.MANAGE_MACROS)
    macro = get_object_or_404(Macro, pk=pk)
    initial = {"name": macro.name, "text": macro.text, "team": macro.team_id}

    def change(**facts):
        return change_macro(macro.pk, **facts)

    return _kept(request, MacroForm(request.POST or None, initial=initial), change, macro=macro)


@login_required
@require_POST
def use(request, pk):
    """Take a macro out of use, or back into it."""
    macro = get_object_or_404(Macro, pk=pk)
    is_in_use = request.POST.get("is_in_use") == "1"
    put_in_use(macro.pk, is_in_use=is_in_use, by=request.user, at=timezone.now())
    return redirect("helpdesk:macros")


def _kept(request, form, keep, *, macro=None):
    if request.method == "POST" and form.is_valid():
        try:
            keep(**form.cleaned_data, by=request.user, at=timezone.now())
            return redirect("helpdesk:macros")
        except RuleViolation as error:
            form.add_error(error.field or None, str(error))
    status = 422 if form.errors else 200
    return render(request, "helpdesk/macro.html", {"form": form, "macro": macro}, status=status)
