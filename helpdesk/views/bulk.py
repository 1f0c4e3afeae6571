"""One act on many tickets: started from the list, then a page with what became of each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from helpdesk.models import BulkItemState, BulkJob
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.services.bulk import UNFINISHED, cancel_bulk_job, progress_of, start_bulk_job
from helpdesk.services.bulk_acts import BULK_ACTS, ArgumentRefused, act_named
from helpdesk.views.listing import ListState
from helpdesk.whole_numbers import whole_number

#: Arguments that are ids.
KEYS = ("assignee", "team", "into", "problem")
WHAT = {
    "assign": _("Assign"),
    "move": _("Move to a team"),
    "tag": _("Add a tag"),
    "untag": _("Take a tag off"),
    "change-status": _("Change the status"),
    "solve": _("Solve"),
    "change-priority": _("Change the priority"),
    "merge": _("Merge"),
}
REPORT_SIZE = 100


@login_required
@require_POST
def start(request):
    """Act on the ticked tickets of the list."""
    back = redirect(reverse("helpdesk:queue") + ListState.of(request).query)
    act, _colon, value = request.POST.get("act", "").partition(":")
    asked = map(whole_number, request.POST.getlist("tickets"))
    numbers = [number for number in asked if number is not None]
    if act not in BULK_ACTS:
        messages.error(request, _("Choose what to do."))
        return back
    try:
        job = start_bulk_job(
            act=act,
            arguments=_arguments(act, value or request.POST.get("words", "")),
            tickets=numbers,
            by=request.user,
            at=timezone.now(),
        )
    except (RuleViolation, ArgumentRefused) as error:
        messages.error(request, str(error))
        return back
    return redirect(reverse("helpdesk:bulk_job", args=[job.pk]) + ListState.of(request).query)


@login_required
@require_safe
def job(request, pk):
    """How far a job is, and what was refused."""
    found = get_object_or_404(BulkJob, pk=pk, requested_by=request.user)
    progress = progress_of([found])[found.pk]
    refused = found.items.filter(state=BulkItemState.REFUSED)
    try:
        page = page_of(
            refused, keys=(Key("pk"),), size=REPORT_SIZE, cursor=request.GET.get("cursor", "")
        )
    except InvalidCursor:
        return redirect("helpdesk:bulk_job", pk)
    size = sum(progress.values())
    context = {
        "job": found,
        "what": WHAT.get(found.act) or act_named(found.act).words,
        "progress": progress,
        "size": size,
        "finished": size - progress["waiting"],
        "is_running": found.state in UNFINISHED,
        "refused": page.rows,
        "newer": page.previous_cursor,
        "older": page.next_cursor,
        "query": ListState.of(request).query,
    }
    return render(request, "helpdesk/bulk_job.html", context)


@login_required
@require_POST
def cancel(request, pk):
    found = get_object_or_404(BulkJob, pk=pk, requested_by=request.user)
    try:
        cancel_bulk_job(found.pk, at=timezone.now())
    except RuleViolation as error:
        messages.error(request, str(error))
    return redirect("helpdesk:bulk_job", pk)


def _arguments(act: str, value: str) -> dict:
    name = BULK_ACTS[act].argument
    if not name:
        return {}
    if name not in KEYS:
        return {name: value}
    if value == "nobody":
        return {name: None}
    number = whole_number(value.strip())
    return {name: value if number is None else number}
