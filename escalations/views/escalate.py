"""Handing a ticket up: which way, what has to be said, and why."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.case_story import Suggestion, suggestions_for
from escalations.forms.facts import FactsForm
from escalations.models import Escalation, EscalationRoute
from escalations.questions import questions_from
from escalations.refusals import InvalidInput
from escalations.services.escalating import escalate as escalate_ticket
from escalations.services.filling import answers_of
from helpdesk.htmx import is_htmx
from helpdesk.models import Ticket
from helpdesk.views.listing import ListState, back_to
from helpdesk.views.ticket import load_ticket


class EscalateForm(forms.Form):
    route = forms.ModelChoiceField(
        EscalationRoute.objects.in_force(),
        label=gettext_lazy("Which way up?"),
        error_messages={
            "required": gettext_lazy("Choose where it goes."),
            "invalid_choice": gettext_lazy("This route is not in force any more."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, the specialist reads it first"),
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": 4000}),
    )


@dataclass(frozen=True)
class Way:
    """A route as it can be chosen: what it asks, and why it is suggested if it is."""

    route: EscalationRoute
    facts: FactsForm
    suggestion: Suggestion | None
    is_chosen: bool
    is_theirs: bool

    @property
    def version(self):
        return self.route.current


@login_required
@require_http_methods(["GET", "POST"])
def escalate(request, number):
    """Show the ways up, the suggested ones first, and hand the ticket up by one."""
    ticket = load_ticket(request, number)
    require(request.user, Act.ESCALATE)
    form = EscalateForm(request.POST or None)
    ways = _ways(request, ticket)
    if request.method == "POST" and form.is_valid():
        done = _escalate(request, ticket, form, ways)
        if done is not None:
            return _on(request, ticket, done)
    running = _running_on(ticket)
    context = {
        "ticket": ticket,
        "form": form,
        "ways": ways,
        "running": running,
        "joined": running and _way_of(running, ways),
        "query": ListState.of(request).query,
        "back": back_to(request, number),
    }
    template = "_escalate.html" if is_htmx(request) else "escalate.html"
    status = 422 if request.method == "POST" else 200
    return render(request, f"escalations/{template}", context, status=status)


def _running_on(ticket: Ticket) -> Escalation | None:
    cases = Escalation.objects.running().select_related("team", "version")
    return cases.filter(ticket=ticket).first()


def _way_of(running: Escalation, ways: list[Way]) -> EscalationRoute | None:
    """Return the route of the case one joins, so that only a reason is asked."""
    routes = (way.route for way in ways)
    return next((route for route in routes if route.pk == running.version.route_id), None)


def _ways(request, ticket: Ticket) -> list[Way]:
    routes = EscalationRoute.objects.in_force().select_related(
        "current__team__tier", "current__skill"
    )
    suggested = suggestions_for(ticket)
    ways = list(routes)
    ways.sort(key=lambda route: route.pk not in suggested)
    chosen = (request.POST or request.GET).get("route", "")
    chosen = chosen or next((str(route.pk) for route in ways if route.pk in suggested), "")
    made = []
    for route in ways:
        questions = questions_from(route.current.questions)
        is_chosen = str(route.pk) == chosen
        facts = FactsForm(
            questions,
            request.POST if is_chosen and request.method == "POST" else None,
            prefix=f"route{route.pk}",
            known=answers_of(ticket, questions),
        )
        is_theirs = route.current.team_id == ticket.team_id
        made.append(Way(route, facts, suggested.get(route.pk), is_chosen, is_theirs))
    return made


def _escalate(request, ticket: Ticket, form: EscalateForm, ways: list[Way]):
    """Call the service; None after what refused it was put into the forms."""
    route = form.cleaned_data["route"]
    way = next(one for one in ways if one.route.pk == route.pk)
    try:
        return escalate_ticket(
            ticket.pk,
            route_id=route.pk,
            reason=form.cleaned_data["reason"],
            facts=way.facts.answers(),
            by=request.user,
            at=timezone.now(),
        )
    except InvalidInput as error:
        way.facts.show_mistakes(error)
        form.add_error(None, _not_yet(len(error.mistakes)))
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        if not Escalation.objects.running().filter(ticket=ticket).exists():
            way.facts.show_what_is_missing()
    return None


def _not_yet(count: int) -> str:
    words = ngettext(
        "Not handed up yet: %(count)d answer is missing or cannot be read.",
        "Not handed up yet: %(count)d answers are missing or cannot be read.",
        count,
    )
    return words % {"count": count}


def _on(request, ticket: Ticket, done):
    words = {"route": done.escalation.version.route, "team": done.escalation.team}
    if done.is_new:
        said = _("Escalated to %(team)s. You follow the ticket and will see how it ends.")
    else:
        said = _(
            "It is on its way already, with %(team)s. Your words were added, and you follow it."
        )
    messages.success(request, said % words)
    address = back_to(request, ticket.pk)
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        address = reverse("escalations:my_cases")
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
