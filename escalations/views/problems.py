"""Problems: the list, one with everything about it, and the letter to its customers."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Act, may
from escalations.forms import investigating as forms
from escalations.models import Problem, ProblemState
from escalations.problem_matching import numbers_in
from escalations.problem_reads import file_of
from escalations.problem_states import acts_from
from escalations.services import problem_checks
from escalations.services import problems as services
from escalations.services.actions import add_action
from escalations.services.broadcasts import preview_broadcast, tell_customers
from escalations.views.deeds import Deed, do, refused_into
from helpdesk.models import Ticket
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.whole_numbers import whole_number

PAGE_SIZE = 50


def _link(key, *, tickets, saved_view, by, at):
    limit = services.AT_ONCE + 1
    found = numbers_in(saved_view, user=by, at=at, limit=limit) if saved_view else []
    return services.link_tickets(key, tickets=[*tickets, *found], by=by, at=at)


def _add_action(key, **facts):
    return add_action(problem=Problem.objects.get(pk=key), **facts)


MOVES = {
    "confirm": Deed(forms.ReasonForm, services.confirm_problem),
    "fix": Deed(forms.FixForm, services.fix_problem),
    "verify": Deed(forms.VerifyForm, problem_checks.verify_problem),
    "reopen": Deed(forms.ReopenForm, services.reopen_problem),
}
DEEDS = MOVES | {
    "change": Deed(forms.ProblemForm, services.change_problem, _("The change is kept.")),
    "link": Deed(forms.LinkTicketsForm, _link, _("The tickets are linked.")),
    "action": Deed(forms.ActionForm, _add_action, _("The action is agreed.")),
}


@login_required
@require_safe
def problems(request):
    """List them; with ``?link=`` each can be chosen for that ticket."""
    state = request.GET.get("state", "")
    found = Problem.objects.visible_to(request.user).counted().select_related("owner", "category")
    if state in ProblemState.values:
        found = found.filter(state=state)
    keys = (Key("pk", is_descending=True),)
    try:
        page = page_of(found, keys=keys, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except InvalidCursor:
        return redirect(request.path)
    context = {
        "page": page,
        "state": state,
        "states": ProblemState.choices,
        "can_handle": may(request.user, Act.HANDLE_PROBLEMS),
        "link": _to_link(request),
    }
    return render(request, "escalations/problems.html", context)


def _to_link(request) -> Ticket | None:
    numbers = _numbers(request.GET.getlist("link"))
    if not numbers or not may(request.user, Act.HANDLE_PROBLEMS):
        return None
    return Ticket.objects.visible_to(request.user).unmerged().filter(pk=numbers[0]).first()


@login_required
@require_http_methods(["GET", "POST"])
def new_problem(request):
    """Suspect a cause; ``?ticket=`` is linked at once."""
    require(request.user, Act.HANDLE_PROBLEMS)
    numbers = _numbers(request.GET.getlist("ticket"))
    form = forms.ProblemForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        made = []
        facts = form.facts() | {"tickets": numbers, "by": request.user, "at": timezone.now()}
        if refused_into(form, lambda: made.append(services.open_problem(**facts))):
            return redirect("escalations:problem", made[0].pk)
    status = 422 if form.is_bound else 200
    return render(request, "escalations/new_problem.html", {"form": form}, status=status)


@login_required
@require_safe
def problem(request, pk):
    return _page(request, _load(request, pk))


@login_required
@require_POST
def act(request, pk, verb):
    """Do one act to a problem."""
    found = _load(request, pk)
    require(request.user, Act.HANDLE_PROBLEMS)
    if verb not in DEEDS:
        raise Http404("No such act")
    form = _form(verb, found, request.user, request.POST)
    if do(request, DEEDS[verb], pk, form):
        return redirect("escalations:problem", pk)
    return _page(request, _load(request, pk), {verb: form}, status=422)


@login_required
@require_POST
def suggested(request, pk):
    """Link the suggested tickets that are ticked, or take a linked one off."""
    found = _load(request, pk)
    said = {"by": request.user, "at": timezone.now()}
    form = forms.NothingForm(request.POST)
    form.is_valid()
    if "unlink" in request.POST:
        number = (_numbers(request.POST.getlist("unlink")) or [0])[0]
        is_done = refused_into(form, lambda: services.unlink_ticket(pk, ticket=number, **said))
    else:
        numbers = _numbers(request.POST.getlist("tickets"))
        is_done = refused_into(form, lambda: services.link_tickets(pk, tickets=numbers, **said))
    if is_done:
        return redirect("escalations:problem", pk)
    return _page(request, found, {"suggested": form}, status=422)


@login_required
@require_POST
def letter(request, pk):
    """Show who would get which text; with ``send`` it is sent to those, each by itself."""
    found = _load(request, pk)
    require(request.user, Act.HANDLE_PROBLEMS)
    form, shown, jobs = forms.LetterForm(request.POST, verb="letter"), [], []
    if form.is_valid():
        said = {"by": request.user, "at": timezone.now()}
        if "send" in request.POST:
            facts = _agreed(request.POST) | {"text": form.cleaned_data["text"]} | said
            if refused_into(form, lambda: jobs.append(tell_customers(pk, **facts))):
                return redirect("helpdesk:bulk_job", jobs[0].pk)
        else:
            facts = form.facts() | said
            refused_into(form, lambda: shown.append(preview_broadcast(found, **facts)))
    if not shown:
        return _page(request, found, {"letter": form}, status=422)
    context = {"problem": found, "form": form, "shown": shown[0]}
    return render(request, "escalations/problem_letter.html", context)


def _agreed(data) -> dict:
    moment = parse_datetime(data.get("looked_at", "")[:40]) or timezone.now()
    return {
        "tickets": _numbers(data.getlist("tickets")),
        "seen": (_numbers([data.get("seen", "")]) or [0])[0],
        "looked_at": moment,
    }


def _numbers(words) -> list[int]:
    return [number for number in map(whole_number, words) if number is not None]


def _load(request, pk: int) -> Problem:
    problems = Problem.objects.visible_to(request.user).counted()
    return get_object_or_404(problems.select_related("owner", "category"), pk=pk)


def _form(verb: str, found: Problem, user, data=None):
    about = {
        "change": {"initial": forms.ProblemForm.usual(found)},
        "link": {"user": user},
        "action": {"initial": {"owner": user.pk}},
    }
    return DEEDS[verb].form(data, verb=verb, **about.get(verb, {}))


def _page(request, found: Problem, tried: dict | None = None, *, status: int = 200):
    context = file_of(found, reader=request.user, at=timezone.now())
    if may(request.user, Act.HANDLE_PROBLEMS):
        moves = acts_from(found.state)
        verbs = [verb for verb in DEEDS if verb not in MOVES or verb in moves]
        if found.state == ProblemState.VERIFIED:
            verbs.remove("change")
        drawn = {verb: _form(verb, found, request.user) for verb in verbs}
        drawn["letter"] = forms.LetterForm(verb="letter")
        context["forms"] = drawn | (tried or {})
        context["moves"] = [(verb, context["forms"][verb]) for verb in MOVES if verb in moves]
        context["tried"] = next(iter(tried or {}), "")
    return render(request, "escalations/problem.html", context, status=status)
