"""The board of what falls due, for leads and up."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Team
from accounts.permissions import require
from accounts.rules import Act
from escalations.board import board_of, hours_of, queue_of
from escalations.due_chart import chart_of

NAMES = {
    "late": pgettext_lazy("clocks", "Past"),
    "hour": _("Within the hour"),
    "today": _("Later today"),
    "paused": _("Paused"),
}


@login_required
@require_safe
def board(request):
    require(request.user, Act.SEE_SLA)
    now = timezone.now()
    mine = is_mine(request)
    found = board_of(request.user, mine=mine, at=now)
    teams = list(Team.objects.of(request.user).values_list("pk", flat=True)) if mine else []
    local, closing = timezone.localtime(now), timezone.localtime(found.closing)
    context = {
        "place": "board",
        "board": found,
        "lanes": [
            (lane, NAMES[lane.name], queue_of(lane.name, closing=found.closing, teams=teams))
            for lane in found.lanes
        ],
        "mine": mine,
        "now": local,
        "closing": closing,
        "chart": chart_of(found.dots, now=local, closing=closing),
        "hours": hours_of(found),
        "late": sum(1 for due_at, _channel in found.dots if due_at < now),
    }
    return render(request, "escalations/board.html", context)


def is_mine(request) -> bool:
    """Whether only the reader's teams are asked for: they are, unless the reader has none."""
    asked = request.GET.get("teams", "")
    if asked in ("mine", "all"):
        return asked == "mine"
    return Team.objects.of(request.user).exists()
