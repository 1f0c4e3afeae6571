"""Acts on a ticket: one table of address, input and service, one view that runs it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from helpdesk import forms
from helpdesk.htmx import is_htmx
from helpdesk.models import Ticket
from helpdesk.services import assignment, lifecycle, linking, merging, triage
from helpdesk.views.listing import ListState, back_to
from helpdesk.views.ticket import act_context, aftermath, load_ticket


class Incomplete(RuleViolation):
    """The input was not well formed; the message names the field and what is possible."""

    code = "incomplete"


@dataclass(frozen=True)
class TicketAct:
    """``form``'s cleaned data are the arguments of ``service``."""

    service: Callable
    form: type[forms.ActForm] = forms.ActForm


def _unlink(ticket_id: int, *, link, by, at):
    linking.unlink_ticket(link.pk, by=by, at=at)


ACTS = {
    "claim": TicketAct(assignment.claim_ticket),
    "assign": TicketAct(assignment.assign_ticket, forms.AssignForm),
    "team": TicketAct(assignment.move_to_team, forms.TeamForm),
    "status": TicketAct(lifecycle.change_status, forms.StatusForm),
    "solve": TicketAct(lifecycle.solve_ticket),
    "reopen": TicketAct(lifecycle.reopen_ticket),
    "priority": TicketAct(triage.change_priority, forms.PriorityForm),
    "severity": TicketAct(triage.change_severity, forms.SeverityForm),
    "category": TicketAct(triage.change_category, forms.CategoryForm),
    "product-line": TicketAct(triage.change_product_line, forms.ProductLineForm),
    "subject": TicketAct(triage.change_subject, forms.SubjectForm),
    "impact": TicketAct(triage.change_financial_impact, forms.ImpactForm),
    "order": TicketAct(triage.change_order, forms.OrderForm),
    "tag": TicketAct(triage.add_tag, forms.TagForm),
    "untag": TicketAct(triage.remove_tag, forms.TagForm),
    "follow": TicketAct(linking.follow_ticket),
    "unfollow": TicketAct(linking.unfollow_ticket),
    "link": TicketAct(linking.link_ticket, forms.LinkForm),
    "unlink": TicketAct(_unlink, forms.UnlinkForm),
    "unmerge": TicketAct(merging.unmerge_ticket),
}


@login_required
@require_POST
def act(request, number, verb):
    if verb not in ACTS:
        raise Http404("No such act")
    load_ticket(request, number)
    try:
        run(request, ACTS[verb], number)
    except RuleViolation as error:
        return refused(request, number, error)
    return acted(request, number)


@login_required
@require_safe
def news(request, number):
    """What changed on an open page, after an act that went another way than through a form."""
    return acted(request, number)


def run(request, chosen: TicketAct, number: int):
    """Read the input and call the service.

    :raises RuleViolation: for input that is not possible, or an act the rules forbid.
    """
    ticket = Ticket(pk=number)
    form = chosen.form(request.POST, user=request.user, ticket=ticket)
    if not form.is_valid():
        raise Incomplete(_first_error(form))
    return chosen.service(number, **form.cleaned_data, by=request.user, at=timezone.now())


def refused(request, number: int, error: RuleViolation):
    if not is_htmx(request):
        messages.error(request, str(error))
        return redirect(back_to(request, number))
    context = act_context(request, load_ticket(request, number)) | {"error": error}
    return render(request, "helpdesk/_ticket_head.html", context, status=422)


def acted(request, number: int):
    """Show the ticket as it is now, or the queue if the act took it out of sight."""
    if not Ticket.objects.visible_to(request.user).filter(pk=number).exists():
        messages.success(
            request, _("Done. Ticket %(number)d is no longer yours to see.") % {"number": number}
        )
        return _away(request)
    if not is_htmx(request):
        return redirect(back_to(request, number))
    ticket = load_ticket(request, number)
    context = act_context(request, ticket) | aftermath(request, ticket)
    response = render(request, "helpdesk/_acted.html", context)
    response["HX-Trigger"] = "ticket-changed"
    return response


def _away(request):
    address = reverse("helpdesk:queue") + ListState.of(request).query
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _first_error(form) -> str:
    name, errors = next(iter(form.errors.items()))
    if name not in form.fields:
        return str(errors[0])
    label = form.fields[name].label or name.replace("_", " ").capitalize()
    return f"{label}: {errors[0]}"
