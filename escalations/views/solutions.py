"""The tailored solution of a ticket: its parts, and the text that says them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.forms import investigating as forms
from escalations.models import MONEY, SolutionComponent, SolutionPlan
from escalations.services import solutions as services
from escalations.views.clocks import visible_ticket
from escalations.views.deeds import Deed, do


def _write(number, *, at, **facts):
    return services.write_customer_text(number, **facts)


OF_PLAN = {
    "plan": Deed(forms.PartForm, services.plan_part),
    "draft": Deed(forms.NothingForm, services.draft_customer_text),
    "write": Deed(forms.TextForm, _write),
    "reply": Deed(forms.NothingForm, services.put_into_reply),
}
OF_PART = {
    "finish": Deed(forms.NothingForm, services.finish_part),
    "drop": Deed(forms.NothingForm, services.drop_part),
}


@login_required
@require_safe
def solution(request, number):
    return _page(request, visible_ticket(request, number))


@login_required
@require_POST
def act(request, number, verb):
    """Do one act to the plan; putting it into the reply leads to the reply."""
    ticket = visible_ticket(request, number)
    require(request.user, Act.PLAN_SOLUTION)
    if verb not in OF_PLAN:
        raise Http404("No such act")
    form = OF_PLAN[verb].form(request.POST, verb=verb)
    if not do(request, OF_PLAN[verb], number, form):
        return _page(request, ticket, {verb: form}, status=422)
    if verb == "reply":
        return redirect("helpdesk:ticket", number)
    return redirect("escalations:solution", number)


@login_required
@require_POST
def act_on_part(request, number, pk, verb):
    """Finish or drop one part."""
    ticket = visible_ticket(request, number)
    require(request.user, Act.PLAN_SOLUTION)
    part = get_object_or_404(SolutionComponent, pk=pk, plan__ticket=ticket)
    if verb not in OF_PART:
        raise Http404("No such act")
    form = forms.NothingForm(request.POST)
    if do(request, OF_PART[verb], part.pk, form):
        return redirect("escalations:solution", number)
    return _page(request, ticket, {"part": form}, status=422)


def _page(request, ticket, tried: dict | None = None, *, status: int = 200):
    plan = SolutionPlan.objects.shown().filter(ticket=ticket).first()
    currency = ticket.order.currency if ticket.order_id else ""
    drawn = {
        "plan": forms.PartForm(
            verb="plan", initial={"owner": request.user.pk, "currency": currency}
        ),
        "write": forms.TextForm(verb="write", initial={"text": plan.customer_text if plan else ""}),
    }
    context = {
        "ticket": ticket,
        "plan": plan,
        "money": MONEY,
        "forms": drawn | (tried or {}),
        "can_plan": may(request.user, Act.PLAN_SOLUTION),
        "mistakes": [words for f in (tried or {}).values() for words in f.non_field_errors()],
    }
    return render(request, "escalations/solution.html", context, status=status)
