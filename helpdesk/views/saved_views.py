"""Keeping a view from the queue: the filter builder, with and without script."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import RuleViolation
from accounts.models import Team
from helpdesk.condition_choices import condition_fields
from helpdesk.conditions import OPERATORS, InvalidConditions, read_conditions
from helpdesk.models import SavedView
from helpdesk.queue import SORTS
from helpdesk.services.saved_views import change_view, delete_view, save_view
from helpdesk.views.condition_words import conditions_from_rows, rows_of
from helpdesk.views.due_conditions import due_conditions
from helpdesk.views.listing import ListState
from helpdesk.whole_numbers import whole_number

UNSOLVED = {"field": "status", "operator": "not_in", "value": ["solved", "closed"]}
#: What a built-in view says, as far as conditions say it.
OF_VIEW = {
    "mine": [{"field": "assignee", "operator": "is", "value": "me"}, UNSOLVED],
    "unassigned": [
        {"field": "team", "operator": "is", "value": "mine"},
        {"field": "assignee", "operator": "is", "value": "nobody"},
        UNSOLVED,
    ],
    "due": [{"field": "due_at", "operator": "not_empty"}, UNSOLVED],
    "triage": [{"field": "team", "operator": "empty"}, UNSOLVED],
    "open": [UNSOLVED],
    "pending": [{"field": "status", "operator": "is", "value": "pending"}],
    "on_hold": [{"field": "status", "operator": "is", "value": "on_hold"}],
    "solved": [{"field": "status", "operator": "is", "value": "solved"}],
}
CHOSEN = ("status", "priority", "channel", "category")
KEYS = ("team", "assignee", "requester")


@login_required
@require_http_methods(["GET", "POST"])
def new(request):
    """Build a view out of what the list shows now, and keep it."""
    state = ListState.of(request)
    if request.method == "GET":
        return _page(request, SavedView(sort=state.sort, conditions=_conditions_of(state)))
    return _kept(request, SavedView(owner=request.user), save_view)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    view = _own(request, pk)
    if request.method == "GET":
        return _page(request, view)

    def change(**facts):
        return change_view(view.pk, **facts)

    return _kept(request, view, change)


@login_required
@require_POST
def delete(request, pk):
    view = _own(request, pk)
    delete_view(view.pk, by=request.user)
    messages.success(request, _("The view “%s” is deleted.") % view.name)
    return redirect("helpdesk:queue")


def _own(request, pk: int) -> SavedView:
    return get_object_or_404(SavedView, pk=pk, owner=request.user)


def _kept(request, view: SavedView, keep):
    fields = condition_fields()
    view.name = request.POST.get("name", "")[:200]
    view.sort = request.POST.get("sort", "")
    view.conditions = conditions_from_rows(request.POST, fields)
    team = request.POST.get("team", "")
    try:
        view.team = Team.objects.of(request.user).get(pk=int(team[:18])) if team else None
        kept = keep(
            name=view.name, conditions=view.conditions, sort=view.sort, team=view.team,
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except (Team.DoesNotExist, ValueError) as error:
        if not isinstance(error, InvalidConditions):
            raise Http404("No such team") from error
        return _page(request, view, fields=fields, errors=_by_row(error))
    except RuleViolation as error:
        return _page(request, view, fields=fields, errors={"": str(error)})
    return redirect(f"{reverse('helpdesk:queue')}?saved={kept.pk}")


def _by_row(error: InvalidConditions) -> dict:
    """Name the row of a mistake: the second condition is row 2."""
    named = {}
    for path, words in error.errors.items():
        position = path.split(".")[1] if path.count(".") else ""
        row = _("Condition %s") % (int(position) + 1) if position.isdecimal() else ""
        named[row] = words
    return named


def _page(request, view: SavedView, *, fields=None, errors=None):
    fields = fields or condition_fields()
    rows = rows_of(view.conditions, fields)
    context = {
        "saved": view,
        "rows": rows,
        "fields": fields,
        "operators": OPERATORS,
        "conditions": json.dumps(view.conditions),
        "sorts": [(key, sort[0]) for key, sort in SORTS.items()],
        "teams": Team.objects.of(request.user).order_by("name"),
        "errors": errors or {},
        "query": ListState.of(request).query,
    }
    return render(request, "helpdesk/saved_view.html", context, status=422 if errors else 200)


def _conditions_of(state: ListState) -> dict:
    """Say what narrows the list as conditions; nothing at all is one empty row."""
    if state.view.saved_id:
        view = SavedView.objects.get(pk=state.view.saved_id)
        conditions = [view.conditions] if "any" in view.conditions else view.conditions["all"]
    else:
        conditions = OF_VIEW.get(state.view.name, [])
    tree = {"all": [*conditions, *_narrowing(state.params)]}
    try:
        read_conditions(tree)
    except InvalidConditions:
        return {"all": list(conditions)}
    return tree


def _narrowing(params) -> list[dict]:
    found = []
    for name in (*CHOSEN, *KEYS):
        values = params.getlist(name)
        if name in KEYS:
            values = [n for n in map(whole_number, values) if n is not None]
        if values:
            found.append({"field": name, "operator": "in", "value": values})
    if params.get("unassigned"):
        found.append({"field": "assignee", "operator": "is", "value": "nobody"})
    found += [
        {"field": "tags", "operator": "contains", "value": tag} for tag in params.getlist("tag")
    ]
    found += due_conditions(params)
    if params.get("breached") == "true":
        found.append({"field": "breached", "operator": "not_empty"})
    if params.get("escalated") == "true":
        found.append({"field": "escalation", "operator": "is", "value": "under_way"})
    if params.get("q"):
        found.append({"field": "words", "operator": "contains", "value": params["q"]})
    return found
