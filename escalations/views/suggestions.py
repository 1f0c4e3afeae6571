"""Saying on a ticket's page that a route should not have been suggested."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import RuleViolation
from escalations.models import RouteSuggestion
from escalations.services import deciding
from helpdesk.views.listing import back_to
from helpdesk.views.ticket import load_ticket


@login_required
@require_POST
def dismiss(request, number, pk):
    ticket = load_ticket(request, number)
    found = get_object_or_404(RouteSuggestion, pk=pk, ticket=ticket)
    reason = request.POST.get("reason", "")
    try:
        deciding.dismiss(found.pk, reason=reason, by=request.user, at=timezone.now())
    except RuleViolation as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. It is not suggested for this ticket again."))
    return redirect(back_to(request, number))
