"""A clock explained, and the word that no response is needed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import RuleViolation
from accounts.rules import Act, may
from escalations.clock_strips import strip_of
from escalations.countdowns import Countdown, length_words
from escalations.explanations import explanation_of
from escalations.line_words import moment_words_in, what_words, when_words
from escalations.models import SLAClock
from escalations.selectors import clocks_shown, events_of
from escalations.services.clocks import MAX_REASON, exempt_clock
from escalations.wording import duration_words
from helpdesk.models import Ticket
from helpdesk.views.listing import ListState, back_to


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is no response needed?"),
        max_length=MAX_REASON,
        help_text=gettext_lazy(
            "A thank-you, a copy of something answered elsewhere. Colleagues read it."
        ),
        error_messages={"required": gettext_lazy("Say in a few words why.")},
    )


def visible_ticket(request, number: int) -> Ticket:
    """:raises Http404: for a ticket that is not there or not the reader's to see."""
    found = Ticket.objects.visible_to(request.user).filter(pk=number).first()
    if found is None:
        raise Http404("No such ticket")
    return found


@login_required
@require_safe
def clock(request, number, pk):
    """Explain a deadline: every block, pause, holiday, and who decided it."""
    ticket, now = visible_ticket(request, number), timezone.now()
    readable = SLAClock.objects.filter(ticket=ticket).readable_by(request.user)
    found = clocks_shown(readable).filter(pk=pk).first()
    if found is None:
        raise Http404("No such clock")
    found.ticket = ticket
    told = explanation_of(found)
    shown = Countdown(found, now)
    due_at = told.reading.due_at
    zone = told.zone or timezone.get_current_timezone()
    context = {
        "ticket": ticket,
        "shown": shown,
        "told": told,
        "strip": strip_of(told.lines, now=now, due_at=due_at, is_running=shown.is_running),
        "lines": [
            {
                "kind": line.kind,
                "when": when_words(line, zone),
                "what": what_words(line),
                "counted": duration_words(line.counted.total_seconds()) if line.counted else "0",
            }
            for line in told.lines
        ],
        "target": duration_words(told.target.total_seconds()),
        "left": length_words(told.left.total_seconds()),
        "sum": duration_words((told.counted + told.left).total_seconds()),
        "due": due_at and moment_words_in(due_at, zone),
        "events": events_of(found),
        "may_see_policies": may(request.user, Act.SEE_SLA),
        "back": back_to(request, number),
    }
    return render(request, "escalations/clock.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def no_response_needed(request, number):
    """End the reply clocks of a ticket by saying why nobody has to answer."""
    ticket = visible_ticket(request, number)
    if not may(request.user, Act.EXEMPT_CLOCK):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            exempt_clock(number, reason=reason, by=request.user, at=timezone.now())
        except RuleViolation as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("No response is needed: the clocks have stopped."))
            return redirect(back_to(request, number))
    context = {
        "ticket": ticket,
        "form": form,
        "query": ListState.of(request).query,
        "back": back_to(request, number),
    }
    status = 422 if form.is_bound else 200
    return render(request, "escalations/no_response_needed.html", context, status=status)
