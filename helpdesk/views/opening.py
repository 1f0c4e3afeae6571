"""Writing down what a customer said by telephone or in person."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.forms import NewTicketForm
from helpdesk.models import IdentityKind
from helpdesk.services.customers import identify_customer
from helpdesk.services.opening import open_ticket


@login_required
@require_http_methods(["GET", "POST"])
def new_ticket(request):
    require(request.user, Act.OPEN_TICKET)
    initial = {"email": request.GET.get("email", ""), "name": request.GET.get("name", "")}
    form = NewTicketForm(request.POST or None, initial=initial)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "helpdesk/new_ticket.html", {"form": form}, status=status)
    try:
        ticket = _open(form, by=request.user, at=timezone.now())
    except RuleViolation as error:
        form.add_error(error.field or None, str(error))
        return render(request, "helpdesk/new_ticket.html", {"form": form}, status=422)
    return redirect("helpdesk:ticket", ticket.pk)


@transaction.atomic
def _open(form: NewTicketForm, *, by, at):
    """A refused ticket leaves no customer behind."""
    written = form.cleaned_data
    identity = identify_customer(
        kind=IdentityKind.EMAIL, value=written["email"], name=written["name"], at=at
    )
    return open_ticket(
        requester=identity.customer,
        identity=identity,
        subject=written["subject"],
        text=written["text"],
        channel=written["channel"],
        sorting=form.sorting(),
        by=by,
        at=at,
    )
