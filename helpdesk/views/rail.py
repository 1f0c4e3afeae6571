"""The rail of views: the built-in ones with their counts, and those people keep."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import Act, may
from helpdesk.keys import KEY_OF_VIEW
from helpdesk.models import SavedView
from helpdesk.queue import COUNTED_BY_APPS, VIEWS, View, count_views, saved_as_view
from helpdesk.services.notifications import unread_lines
from helpdesk.whole_numbers import whole_number

RAIL = (
    (_("Mine"), ("mine", "due", "unread", "followed", "escalated")),
    (_("My teams"), ("unassigned",)),
    (_("All"), ("triage", "open", "pending", "on_hold")),
    (_("Done"), ("solved", "all")),
)
#: Below its heading a view needs fewer words.
SHORT = {"unassigned": _("Unassigned")}


def rail_context(request, state, choices) -> dict:
    """The views and how much is in each.

    Saved views are counted later, by /api/v1/views/: their conditions may be any, and nobody
    waits for them to open a ticket.
    """
    of_apps = {name: rows(request.user) for name, rows in COUNTED_BY_APPS.items()}
    counts = count_views(request.user, also={"": unread_lines(request.user)} | of_apps)
    return {name: counts.pop(name, 0) for name in of_apps} | {
        "unread_lines": counts.pop("", 0),
        "view": state.view,
        "query": state.query,
        "counts": counts,
        "may_open": may(request.user, Act.OPEN_TICKET),
        "rail": [
            {
                "title": title,
                "entries": [
                    {
                        "view": VIEWS[name],
                        "keys": KEY_OF_VIEW.get(name, ""),
                        "label": SHORT.get(name, VIEWS[name].label),
                        "count": counts.get(name, 0),
                    }
                    for name in names
                ],
            }
            for title, names in RAIL
        ],
        "saved_rail": [
            {"id": pk, "label": name, "team": team}
            for (pk, name), (team, _name) in zip(
                choices.get("saved", ()), choices.get("saved_slug", ()), strict=True
            )
        ],
    }


def saved_view(request, asked: str) -> View | None:
    """Return the saved view an address names, asked for once per request; None if there is none."""
    key = whole_number(asked)
    if key is None:
        return None
    if getattr(request, "saved_view", (None,))[0] != asked:
        view = SavedView.objects.visible_to(request.user).filter(pk=key).first()
        known = saved_as_view(view, at=timezone.now()) if view else None
        request.saved_view = (asked, known)
    return request.saved_view[1]
