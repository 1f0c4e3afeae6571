"""Departments and what they are usually asked: the pages of whoever manages them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.forms.inquiry import DepartmentForm, TemplateForm
from escalations.models import Department, InquiryTemplate
from escalations.refusals import InvalidInput
from escalations.services import departments as services


@login_required
@require_safe
def departments(request):
    require(request.user, Act.MANAGE_DEPARTMENTS)
    found = Department.objects.order_by("name").select_related("lead")
    found = found.prefetch_related("members", "templates")
    return render(request, "escalations/departments.html", {"departments": found})


@login_required
@require_http_methods(["GET", "POST"])
def new_department(request):
    require(request.user, Act.MANAGE_DEPARTMENTS)
    return _department(request, DepartmentForm(request.POST or None))


@login_required
@require_http_methods(["GET", "POST"])
def department(request, pk):
    require(request.user, Act.MANAGE_DEPARTMENTS)
    found = get_object_or_404(Department, pk=pk)
    form = DepartmentForm(request.POST or None, initial=DepartmentForm.usual(found))
    return _department(request, form, found)


def _department(request, form: DepartmentForm, found: Department | None = None):
    if request.method == "POST" and form.is_valid():
        said = form.said() | {"by": request.user, "at": timezone.now()}
        change = services.change_department if found else services.create_department
        key = (found.pk,) if found else ()
        made = _done(form, change, *key, **said)
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("escalations:department", made.pk)
    context = {"department": found, "form": form}
    context["templates"] = found.templates.order_by("name") if found else []
    status = 422 if form.is_bound else 200
    return render(request, "escalations/department.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def new_template(request, pk):
    require(request.user, Act.MANAGE_DEPARTMENTS)
    found = get_object_or_404(Department, pk=pk)
    initial = TemplateForm.filled(InquiryTemplate())
    return _template(request, TemplateForm(request.POST or None, initial=initial), found)


@login_required
@require_http_methods(["GET", "POST"])
def template(request, pk):
    require(request.user, Act.MANAGE_DEPARTMENTS)
    found = get_object_or_404(InquiryTemplate.objects.select_related("department"), pk=pk)
    form = TemplateForm(request.POST or None, initial=TemplateForm.filled(found))
    return _template(request, form, found.department, found)


def _template(request, form: TemplateForm, department: Department, found=None):
    if request.method == "POST" and form.is_valid():
        said = form.said() | {"by": request.user, "at": timezone.now()}
        change = services.change_template if found else services.create_template
        if _done(form, change, found.pk if found else department.pk, **said) is not None:
            messages.success(request, _("Saved."))
            return redirect("escalations:department", department.pk)
    context = {"department": department, "template": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "escalations/inquiry_template.html", context, status=status)


def _done(form, change, *key, **said):
    """Call the service; what it refuses stands at its field, and nothing is returned."""
    try:
        return change(*key, **said)
    except RuleViolation as error:
        field = {"seconds": "hours"}.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error))
    except InvalidInput as error:
        for mistake in error.mistakes.values():
            form.add_error(None, mistake.message)
    return None
