"""The bell's page and panel, and how somebody wants to hear of what."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.htmx import is_htmx, page_or_panel
from helpdesk.notification_forms import NotificationChoicesForm
from helpdesk.notification_words import fold
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.services import notifications as bell
from helpdesk.whole_numbers import whole_number

NEWEST_FIRST = (Key("pk", is_descending=True),)
PAGE_SIZE, PANEL_SIZE = 50, 15


@login_required
@require_safe
def notifications(request):
    try:
        context = _context(request)
    except InvalidCursor:
        return redirect(request.path)
    return page_or_panel(
        request, "helpdesk/notifications.html", "helpdesk/_bell_panel.html", context
    )


@login_required
@require_POST
def read(request):
    """Mark everything as read that the reader had before their eyes."""
    up_to = whole_number(request.POST.get("up_to", ""))
    if up_to is not None:
        bell.mark_read(request.user, up_to=up_to, at=timezone.now())
    if not is_htmx(request):
        return redirect("helpdesk:notifications")
    response = render(request, "helpdesk/_bell_panel.html", _context(request))
    response["HX-Trigger"] = "notifications-read"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    chosen = bell.choices_of(request.user)
    form = NotificationChoicesForm(request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        bell.choose_all(request.user, choices=form.choices())
        messages.success(request, _("Saved. It counts for what happens from now on."))
        return redirect("helpdesk:notification_preferences")
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/notification_preferences.html", {"form": form}, status=status)


def _context(request) -> dict:
    lines = bell.lines_for(request.user)
    crowds = bell.crowds_in(lines)
    lines = bell.one_for_each_crowd(lines, crowds)
    only_unread = request.GET.get("unread") == "1"
    page = page_of(
        lines.unread() if only_unread else lines,
        keys=NEWEST_FIRST,
        size=PANEL_SIZE if is_htmx(request) else PAGE_SIZE,
        cursor=request.GET.get("cursor", ""),
    )
    return {
        "page": page,
        "folds": fold(page.rows, crowds=crowds),
        "has_unread": any(line.read_at is None for line in page.rows),
        "up_to": page.rows[0].pk if page.rows else 0,
        "only_unread": only_unread,
    }
