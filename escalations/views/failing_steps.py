"""What should have followed from a deadline and did not, for whoever looks after the clocks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.models import SLAEvent
from escalations.services.failing_steps import failing_steps, try_again

MOST_SHOWN = 100


@login_required
@require_safe
def failing(request):
    require(request.user, Act.MANAGE_SLA)
    steps = failing_steps().order_by("at", "pk")
    context = {"place": "failing", "steps": steps[:MOST_SHOWN], "count": steps.count()}
    return render(request, "escalations/failing_steps.html", context)


@login_required
@require_POST
def again(request, pk):
    require(request.user, Act.MANAGE_SLA)
    get_object_or_404(SLAEvent, pk=pk)
    try:
        try_again(pk, by=request.user, at=timezone.now())
        messages.success(request, _("It is being tried again."))
    except RuleViolation as error:
        messages.error(request, str(error))
    return redirect("escalations:failing_steps")
