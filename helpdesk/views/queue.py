"""The queue: which tickets there are."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from helpdesk.htmx import page_or_panel
from helpdesk.paging import InvalidCursor
from helpdesk.views.choices import ticket_choices
from helpdesk.views.listing import ListState, list_context
from helpdesk.views.rail import rail_context
from helpdesk.views.sending import undo_context
from helpdesk.whole_numbers import whole_number


@login_required
@require_safe
def queue(request):
    state = ListState.of(request)
    if state.params.get("saved") and not state.view.saved_id:
        raise Http404("No such view")
    try:
        context = list_context(
            request, state, ticket_choices(request.user), current=_current(request)
        )
    except InvalidCursor:
        return redirect(state.without("cursor", state.params["cursor"]))
    context["shows"] = "context" if request.GET.get("show") == "filters" else "list"
    context["filters_url"] = state.also(show="filters")
    context |= undo_context(request)
    status = 422 if "filter_errors" in context else 200
    return page_or_panel(
        request, "helpdesk/queue.html", "helpdesk/_list.html", context, status=status
    )


def _current(request) -> int:
    """The ticket that is open beside a list which refreshes itself."""
    return whole_number(request.GET.get("current", "")) or 0


@login_required
@require_safe
def views(request):
    choices = ticket_choices(request.user)
    context = rail_context(request, ListState.of(request), choices)
    return render(request, "helpdesk/_views.html", context)


@login_required
@require_safe
def start(request):
    return redirect("helpdesk:queue")
