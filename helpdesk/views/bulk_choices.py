"""What can be done on several tickets at once, as a choice in the list."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import may
from helpdesk.models import Priority, Status
from helpdesk.services.bulk_acts import BULK_ACTS

BECOMES = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


def bulk_acts(user, choices) -> list[dict]:
    """Return what can be done on several tickets, as groups of a choice; values are act:value."""
    groups = [
        (_("Status"), "solve", [("solve", _("Solve"))]),
        (_("Status"), "change-status", [(status.value, status.label) for status in BECOMES]),
        (
            _("Priority"),
            "change-priority",
            [(each.name.lower(), each.label) for each in reversed(Priority)],
        ),
        (_("Assign to"), "assign", [("nobody", _("Nobody")), *choices.get("agent", ())]),
        (_("Team"), "move", [("nobody", _("No team")), *choices.get("team", ())]),
        (_("Tag as written beside"), "tag", [("", _("Add the tag"))]),
        (_("Tag as written beside"), "untag", [("", _("Take the tag off"))]),
        (_("Number as written beside"), "merge", [("", _("Merge into the ticket"))]),
    ]
    groups += [(one.group, act, [("", one.words)]) for act, one in BULK_ACTS.items() if one.group]
    return [
        {
            "label": label,
            "argument": BULK_ACTS[act].argument,
            "options": [(act if act == "solve" else f"{act}:{value}", name) for value, name in row],
        }
        for label, act, row in groups
        if may(user, BULK_ACTS[act].role_act)
    ]
