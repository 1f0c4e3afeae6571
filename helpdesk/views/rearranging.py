"""Merging, splitting, and the details of a ticket: pages of their own, so that nothing slips."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import RuleViolation
from helpdesk.forms import (
    ImpactForm,
    MergeForm,
    OrderForm,
    ProductLineForm,
    SeverityForm,
    SplitForm,
    SubjectForm,
)
from helpdesk.models import MessageKind, Ticket
from helpdesk.services import linking, merging
from helpdesk.views.acts import ACTS, TicketAct, run
from helpdesk.views.listing import ListState, back_to
from helpdesk.views.ticket import load_ticket


@login_required
@require_http_methods(["GET", "POST"])
def merge(request, number):
    """Choose a target, see what will happen, then merge."""
    ticket = load_ticket(request, number)
    asked = request.POST or request.GET
    form = MergeForm(asked if "into" in asked else None, user=request.user, ticket=ticket)
    context = _page(request, ticket) | {"form": form}
    if form.is_valid():
        context["target"] = _with_size(request, form.cleaned_data["into"])
    if request.method == "GET" or not form.is_valid():
        return render(request, "helpdesk/merge.html", context, status=_status(form))
    try:
        target = run(request, TicketAct(merging.merge_ticket, MergeForm), number)
    except RuleViolation as error:
        return render(request, "helpdesk/merge.html", context | {"error": error}, status=422)
    messages.success(
        request,
        _("Ticket %(number)d is merged into %(target)d.") % {"number": number, "target": target.pk},
    )
    return redirect(back_to(request, target.pk))


@login_required
@require_http_methods(["GET", "POST"])
def split(request, number):
    """Give one message of the customer a ticket of its own."""
    ticket = load_ticket(request, number)
    written = ticket.messages.filter(kind=MessageKind.CUSTOMER_MESSAGE).in_order()
    form = SplitForm(request.POST or None, user=request.user, ticket=ticket)
    context = _page(request, ticket) | {"form": form, "written": written}
    if request.method == "GET" or not form.is_valid():
        return render(request, "helpdesk/split.html", context, status=_status(form))
    try:
        new = run(request, TicketAct(linking.split_ticket, SplitForm), number)
    except RuleViolation as error:
        return render(request, "helpdesk/split.html", context | {"error": error}, status=422)
    messages.success(request, _("Ticket %(number)d was split off.") % {"number": new.pk})
    return redirect(back_to(request, new.pk))


@login_required
@require_http_methods(["GET", "POST"])
def details(request, number):
    """Change one detail at a time; each is an act of its own in the timeline."""
    ticket = load_ticket(request, number)
    verb = request.POST.get("act", "")
    context = _page(request, ticket) | {"forms": _detail_forms(request, ticket, verb)}
    if verb not in DETAILS:
        return render(request, "helpdesk/details.html", context)
    try:
        run(request, ACTS[verb], number)
    except RuleViolation as error:
        context |= {"error": error, "refused": verb}
        return render(request, "helpdesk/details.html", context, status=422)
    return redirect(back_to(request, number))


DETAILS = {
    "subject": SubjectForm,
    "severity": SeverityForm,
    "product-line": ProductLineForm,
    "impact": ImpactForm,
    "order": OrderForm,
}


def _detail_forms(request, ticket: Ticket, verb: str) -> list[tuple]:
    impact = ticket.financial_impact
    initial = {
        "subject": ticket.subject,
        "severity": ticket.severity,
        "product_line": ticket.product_line_id,
        "amount": impact.amount if impact else "",
        "currency": impact.currency if impact else "USD",
        "order": ticket.order.reference if ticket.order else "",
    }
    return [
        (
            name,
            form(request.POST if name == verb else None, user=request.user, initial=initial),
        )
        for name, form in DETAILS.items()
    ]


def _page(request, ticket: Ticket) -> dict:
    state = ListState.of(request)
    return {"ticket": ticket, "query": state.query, "back": back_to(request, ticket.pk)}


def _with_size(request, number: int) -> Ticket:
    tickets = Ticket.objects.visible_to(request.user).select_related("requester", "assignee")
    return tickets.annotate(message_count=Count("messages")).get(pk=number)


def _status(form) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
