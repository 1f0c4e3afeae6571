"""Investigations: one page for the work, one that prints, and the evidence itself."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.downloads import download_evidence
from escalations.forms import investigating as forms
from escalations.investigation_reads import book_of, messages_of, report_of
from escalations.models import CorrectiveAction, Evidence, Investigation
from escalations.report import Report, report_content
from escalations.report_pdf import report_pdf
from escalations.services import evidence as proof
from escalations.services import investigations as services
from escalations.services.actions import add_action, finish_action
from escalations.services.evidence import verify
from escalations.views.clocks import visible_ticket
from escalations.views.deeds import Deed, do, refused_into


def _choose(key, *, at, **facts):
    return services.choose_causes(key, **facts)


def _add_action(key, **facts):
    return add_action(investigation=Investigation.objects.get(pk=key), **facts)


DEEDS = {
    "finding": Deed(forms.FindingForm, services.add_finding, _("The finding is kept.")),
    "causes": Deed(forms.CausesForm, _choose, _("The causes are chosen.")),
    "complete": Deed(forms.CompleteForm, services.complete_investigation, _("It is completed.")),
    "file": Deed(forms.FileForm, proof.add_file, _("The file is kept with its digest.")),
    "link": Deed(forms.LinkForm, proof.add_link, _("The link is added.")),
    "quote": Deed(forms.QuoteForm, proof.quote_message, _("The message is kept as it was.")),
    "order": Deed(forms.NothingForm, proof.snapshot_order, _("The order is kept as it stands.")),
    "action": Deed(forms.ActionForm, _add_action, _("The action is agreed.")),
}
#: Possible after the end too: they append.
APPENDING = ("finding", "file", "link", "quote", "order", "action")


@login_required
@require_http_methods(["GET", "POST"])
def new_investigation(request, number):
    """Ask why something happened to a ticket."""
    ticket = visible_ticket(request, number)
    require(request.user, Act.INVESTIGATE)
    form = forms.QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = []
        asked = {"by": request.user, "at": timezone.now(), **form.facts()}
        if refused_into(form, lambda: opened.append(services.open_investigation(number, **asked))):
            return redirect("escalations:investigation", opened[0].pk)
    context = {"ticket": ticket, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "escalations/new_investigation.html", context, status=status)


@login_required
@require_safe
def investigation(request, pk):
    return _page(request, _load(request, pk))


@login_required
@require_POST
def act(request, pk, verb):
    """Do one act to an investigation."""
    found = _load(request, pk)
    require(request.user, Act.INVESTIGATE)
    if verb not in DEEDS:
        raise Http404("No such act")
    form = _forms(found, request.user, request.POST, request.FILES)[verb]
    if do(request, DEEDS[verb], pk, form):
        return redirect("escalations:investigation", pk)
    return _page(request, found, {verb: form}, status=422)


@login_required
@require_safe
def report(request, pk):
    """Everything of an investigation, for paper. What is restricted is not on it."""
    found = _load(request, pk)
    context = {"investigation": found, "report": _report(request, found, at=timezone.now())}
    return render(request, "escalations/investigation_report.html", context)


@login_required
@require_safe
def report_as_pdf(request, pk):
    """The same as a file to keep."""
    found, now = _load(request, pk), timezone.now()
    content = report_pdf(_report(request, found, at=now), language=get_language(), at=now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="investigation-{found.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _report(request, found: Investigation, *, at) -> Report:
    return report_content(report_of(found), reader=request.user, at=at)


@login_required
@require_safe
def evidence(request, pk):
    """Show one piece of evidence, and whether it is what it was."""
    found = _evidence(request, pk)
    context = {"piece": found, "verdict": verify(found).value}
    return render(request, "escalations/evidence.html", context)


@login_required
@require_safe
def evidence_file(request, pk):
    return download_evidence(_evidence(request, pk))


@login_required
@require_POST
def finish(request, pk):
    """Say that an action is done."""
    actions = CorrectiveAction.objects.visible_to(request.user)
    found = get_object_or_404(actions.select_related("owner"), pk=pk)
    back = (
        reverse("escalations:investigation", args=[found.investigation_id])
        if found.investigation_id
        else reverse("escalations:problem", args=[found.problem_id])
    )
    form = forms.NoteForm(request.POST)
    if do(request, Deed(forms.NoteForm, finish_action, _("The action is done.")), pk, form):
        return redirect(back)
    context = {"action": found, "form": form, "back": back}
    return render(request, "escalations/finish_action.html", context, status=422)


def _load(request, pk: int) -> Investigation:
    visible = Investigation.objects.visible_to(request.user).shown()
    return get_object_or_404(visible, pk=pk)


def _evidence(request, pk: int) -> Evidence:
    visible = Evidence.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("investigation", "added_by"), pk=pk)


def _forms(found: Investigation, user, *data) -> dict:
    """Make a form for every act; those of a POST are read from ``data``."""
    causes = {
        "root_cause": found.root_cause_id,
        "contributing": [cause.pk for cause in found.contributing.all()],
    }
    about = {
        "finding": {"pieces": found.evidence.order_by("pk")},
        "quote": {"messages": messages_of(found)},
        "causes": {"initial": causes},
        "action": {"initial": {"owner": user.pk}},
    }
    return {n: d.form(*data, verb=n, **about.get(n, {})) for n, d in DEEDS.items()}


def _page(request, found: Investigation, tried: dict | None = None, *, status: int = 200):
    may_act = may(request.user, Act.INVESTIGATE)
    possible = APPENDING if found.completed_at else tuple(DEEDS)
    drawn = _forms(found, request.user) | (tried or {}) if may_act else {}
    context = book_of(found, reader=request.user) | {
        "forms": {name: form for name, form in drawn.items() if name in possible},
        "refusal": next((f.non_field_errors() for f in (tried or {}).values()), ""),
        "tried": next(iter(tried or {}), ""),
    }
    return render(request, "escalations/investigation.html", context, status=status)
