"""Acts on an escalation: one table of address, input and service, one view that shows and runs it.

Each is a page of its own without a script, and the inside of a dialog with one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.errors import RuleViolation
from escalations.case_story import candidates_to_take_over
from escalations.contract import ContractAct
from escalations.forms import cases as forms
from escalations.forms.facts import FactsForm
from escalations.models import Escalation
from escalations.questions import questions_from
from escalations.refusals import InvalidInput
from escalations.services.accepting import accept, hand_over
from escalations.services.contract import acts_possible
from escalations.services.ending import complete, withdraw
from escalations.services.escalating import resubmit
from escalations.services.returning import decide, send_back
from helpdesk.htmx import is_htmx


@dataclass(frozen=True)
class CaseAct:
    """``form``'s cleaned data are the arguments of ``service``; ``done`` is said afterwards."""

    acts: frozenset[ContractAct]
    service: Callable
    title: str | Promise
    done: str | Promise
    form: type[forms.ActForm] = forms.ActForm
    button: str | Promise = ""
    asks_facts: bool = False


def _one(act: ContractAct, *said, **more) -> CaseAct:
    return CaseAct(frozenset({act}), *said, **more)


ACTS = {
    "accept": _one(ContractAct.ACCEPT, accept, _("Accept the case"), _("The case is yours.")),
    "send-back": _one(
        ContractAct.SEND_BACK, send_back, _("Send it back"),
        _("Sent back. The remaining time is kept."), form=forms.SendBackForm,
    ),
    "resubmit": _one(
        ContractAct.RESUBMIT, resubmit, _("Escalate it again"),
        _("Up again, with the time that was left."), form=forms.ResubmitForm, asks_facts=True,
    ),
    "decide": CaseAct(
        frozenset({ContractAct.INSIST, ContractAct.KEEP}), decide, _("Decide where it belongs"),
        _("Decided. Both sides are told."), form=forms.DecideForm, button=_("Decide"),
    ),
    "hand-over": _one(
        ContractAct.HAND_OVER, hand_over, _("Hand it over"),
        _("Handed over. No clock has stopped."), form=forms.HandOverForm,
    ),
    "withdraw": _one(
        ContractAct.WITHDRAW, withdraw, _("Withdraw the escalation"),
        _("Withdrawn. The ticket is back at the front line."), form=forms.WithdrawForm,
        button=_("Withdraw"),
    ),
    "complete": _one(
        ContractAct.COMPLETE, complete, _("Complete the case"),
        _("Completed. The first agent is told how it was solved."), form=forms.CompleteForm,
        button=_("Complete"),
    ),
}  # fmt: skip


def load_case(request, pk: int) -> Escalation:
    """:raises Http404: for a case that is not there or not the reader's to see."""
    cases = Escalation.objects.visible_to(request.user).select_related(
        "ticket__requester", "ticket__order", "ticket__category", "version__route",
        "version__skill", "version__team", "team__tier", "to_tier", "from_team", "from_tier",
        "first_agent", "specialist",
    )  # fmt: skip
    found = cases.filter(pk=pk).first()
    if found is None:
        raise Http404("No such case")
    return found


@login_required
@require_http_methods(["GET", "POST"])
def act(request, pk, verb):
    if verb not in ACTS:
        raise Http404("No such act")
    case, chosen = load_case(request, pk), ACTS[verb]
    candidates = candidates_to_take_over(case, at=timezone.now()) if verb == "hand-over" else ()
    said = request.POST if request.method == "POST" else None
    form = chosen.form(said, candidates=candidates)
    facts = _facts(request, case) if chosen.asks_facts else None
    if request.method == "POST" and _is_done(request, case, chosen, form, facts):
        messages.success(request, chosen.done)
        return _on(request, case)
    context = {
        "case": case,
        "verb": verb,
        "act": chosen,
        "form": form,
        "facts": facts,
        "candidates": candidates,
        "is_possible": bool(chosen.acts & acts_possible(case, request.user)),
        "is_last_return": case.returns >= 1,
        "next": request.GET.get("next", ""),
        "back": _back_to(request, case),
    }
    template = "_case_act.html" if is_htmx(request) else "case_act.html"
    status = 422 if request.method == "POST" else 200
    return render(request, f"escalations/{template}", context, status=status)


def _is_done(request, case: Escalation, chosen: CaseAct, form, facts) -> bool:
    """Run the act; what refused it stands in the form."""
    if form.fields and not form.is_valid():
        return False
    said = dict(form.cleaned_data) if form.is_valid() else {}
    if facts is not None:
        said["facts"] = facts.answers()
    try:
        chosen.service(case.pk, **said, by=request.user, at=timezone.now())
    except InvalidInput as error:
        facts.show_mistakes(error)
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    else:
        return True
    return False


def _facts(request, case: Escalation) -> FactsForm:
    questions = questions_from(case.version.questions)
    return FactsForm(questions, request.POST or None, prefix="fact", known=case.facts)


def _on(request, case: Escalation):
    """Go back to where it was done, or to the queue if the case has left this person's sight."""
    is_seen = Escalation.objects.visible_to(request.user).filter(pk=case.pk).exists()
    address = _back_to(request, case) if is_seen else reverse("escalations:cases")
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _back_to(request, case: Escalation) -> str:
    where = request.GET.get("next", "")
    if where == "queue":
        return reverse("escalations:cases")
    if where == "ticket":
        return reverse("helpdesk:ticket", args=[case.ticket_id])
    return reverse("escalations:case", args=[case.pk])
