"""The queue of escalated cases, the page of one, and what became of those somebody handed up."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.rules import Act, may
from escalations.case_list import (
    CaseRow,
    Wanted,
    able_to_take,
    escalated_by,
    filter_choices,
    places_of,
    rows_of,
)
from escalations.case_story import because_of, facts_told, last_words
from escalations.models import Escalation
from escalations.services.assignment import pull_next
from escalations.services.contract import acts_possible
from helpdesk.paging import InvalidCursor, Key, page_of

PLACE_NAMES = {
    "waiting": gettext_lazy("Waiting to be accepted"),
    "mine": gettext_lazy("With you"),
    "colleagues": gettext_lazy("With colleagues"),
    "sent_back": gettext_lazy("Sent back, remaining time kept"),
    "for_decision": gettext_lazy("For decision"),
}
NEWEST = (Key("escalated_at", is_descending=True), Key("pk", is_descending=True))
MINE_ON_A_PAGE = 50


class QueueForm(forms.Form):
    """What the address narrows the queue to."""

    skill = forms.TypedChoiceField(label=gettext_lazy("Skill"), coerce=int, required=False)
    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), coerce=int, required=False)
    team = forms.TypedChoiceField(label=gettext_lazy("Team"), coerce=int, required=False)
    route = forms.TypedChoiceField(label=gettext_lazy("Route"), coerce=int, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, params):
        super().__init__(params)
        choices = filter_choices() | {"state": list(PLACE_NAMES.items())}
        for name, field in self.fields.items():
            field.choices = [("", pgettext("filter", "all")), *choices.get(name, ())]

    def wanted(self) -> Wanted:
        """Return what was asked; what is not possible asks for nothing."""
        self.full_clean()
        said = self.cleaned_data
        rows = ("skill", "tier", "team", "route")
        keys = {name: said[name] for name in rows if said.get(name)}
        return Wanted(**keys, place=said.get("state") or "")


@login_required
@require_safe
def cases(request):
    now, form = timezone.now(), QueueForm(request.GET)
    wanted = form.wanted()
    places = places_of(request.user, wanted, at=now)
    is_board = request.GET.get("as") == "board"
    rows = [row for place in places for row in place.rows]
    asked = request.GET.get("case", "")
    chosen = next((row for row in rows if str(row.escalation.pk) == asked), None)
    context = {
        "form": form,
        "is_board": is_board,
        "is_narrowed": any(form.data.get(name) for name in form.fields),
        "places": [(place, PLACE_NAMES[place.name]) for place in places],
        "whole": wanted.place,
        "is_empty": not rows,
        "shows": "case" if chosen else "list",
        "list_query": _query(request, case=None),
        "as_list": _query(request, **{"as": None, "case": None}),
        "as_board": _query(request, **{"as": "board", "case": None}),
        "may_take": may(request.user, Act.ACCEPT_ESCALATION),
        "may_see_routes": may(request.user, Act.SEE_SLA),
    }
    if not is_board and rows:
        context |= _preview(request, chosen or rows[0])
    return render(request, "escalations/cases.html", context)


def _preview(request, row: CaseRow) -> dict:
    case = row.escalation
    return {
        "row": row,
        "case": case,
        "can": {str(act) for act in acts_possible(case, request.user)},
        "because": because_of(case),
        "facts": facts_told(case),
        "last_words": last_words(case.ticket_id, user=request.user),
    }


def _query(request, **changes) -> str:
    """Return the address's query with other words about the page."""
    params = request.GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = value
    kept = QueryDict(mutable=True)
    for name in params:
        kept.setlist(name, [value for value in params.getlist(name) if value])
    written = kept.urlencode()
    return f"?{written}" if written else "?"


@login_required
@require_POST
def take_next(request):
    """Accept the most urgent case that waits for this person, and say why it was this one."""
    waiting = able_to_take(request.user).count()
    try:
        case = pull_next(by=request.user, at=timezone.now())
    except RuleViolation as error:
        messages.info(request, str(error))
        return redirect("escalations:cases")
    words = ngettext(
        "Yours now. It is the one that waited for you.",
        "Yours now: of %(count)d cases that wait and that you can solve, it is due first.",
        waiting,
    )
    messages.success(request, words % {"count": waiting})
    return redirect("escalations:case", case.pk)


@login_required
@require_safe
def my_cases(request):
    """What this person handed up: where it is, and how it ended."""
    mine = escalated_by(request.user)
    try:
        page = page_of(mine, keys=NEWEST, size=MINE_ON_A_PAGE, cursor=request.GET.get("cursor", ""))
    except InvalidCursor:
        return redirect("escalations:my_cases")
    found: list[Escalation] = list(page.rows)
    rows = rows_of([case.pk for case in found], user=request.user, at=timezone.now())
    context = {"rows": rows, "older": page.next_cursor, "newer": page.previous_cursor}
    return render(request, "escalations/my_cases.html", context)
