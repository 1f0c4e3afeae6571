"""Every key of the workspace, once: the script, the sheet of keys and the palette read it here.

``does`` is a verb of static/helpdesk/js/keyboard.js, ``what`` its object.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.rules import Act, may


@dataclass(frozen=True)
class Shortcut:
    """``keys`` as pressed, one after the other: ``g m``. ``Control+`` is held."""

    keys: str
    words: str | Promise
    does: str = ""
    what: str = ""
    group: str | Promise = ""

    @property
    def caps(self) -> list[str]:
        """What stands on the keys."""
        control = pgettext("key", "Ctrl")
        shown = self.keys.replace("Control+", f"{control} ").split(" ")
        return [NAMES.get(key, key.upper() if len(key) == 1 else key) for key in shown]


NAMES = {"Enter": "↵"}
ESCALATIONS = _("Escalations")
LIST, TICKET, ANYWHERE, GO = _("List"), _("Ticket"), _("Everywhere"), _("Go to")

SHORTCUTS = (
    Shortcut("j", _("Down the list"), "move", "1", LIST),
    Shortcut("k", _("Up the list"), "move", "-1", LIST),
    Shortcut("o", _("Open the ticket in focus"), "open", "", LIST),
    Shortcut("x", _("Select the ticket in focus"), "pick", "", LIST),
    Shortcut("r", _("Write a reply"), "write", "reply", TICKET),
    Shortcut("n", _("Write an internal note"), "write", "note", TICKET),
    Shortcut("c", _("Take the ticket"), "press", "c", TICKET),
    Shortcut("s", _("Solve the ticket"), "press", "s", TICKET),
    Shortcut("e", _("Escalate the ticket, or open its case"), "press", "e", TICKET),
    Shortcut("#", _("Add a tag"), "press", "#", TICKET),
    Shortcut("m", _("Insert a macro"), "palette", "macro ", TICKET),
    Shortcut("Control+Enter", _("Send what is written"), "", "", TICKET),
    Shortcut("z", _("Take back what was just sent"), "press", "z", TICKET),
    Shortcut("t", _("Take the next case"), "press", "t", ESCALATIONS),
    Shortcut("a", _("Accept the case in sight"), "press", "a", ESCALATIONS),
    Shortcut("/", _("Search"), "search", "", ANYWHERE),
    Shortcut("Control+k", _("Search and act"), "palette", "", ANYWHERE),
    Shortcut("?", _("This sheet"), "show", "shortcuts", ANYWHERE),
)
#: After a g: the view or the page.
GOES = {
    "m": ("mine", _("My open")),
    "u": ("unassigned", _("Unassigned in my teams")),
    "d": ("due", _("Due next")),
    "f": ("followed", _("Followed")),
    "o": ("open", _("All open")),
    "p": ("pending", _("Waiting for customer")),
    "h": ("on_hold", _("Waiting for a department")),
    "s": ("solved", _("Recently solved")),
    "a": ("all", _("All tickets")),
}
PAGES = {
    "n": ("helpdesk:new_ticket", _("New ticket"), Act.OPEN_TICKET),
    "x": ("escalations:cases", _("Escalations"), None),
    "c": ("helpdesk:customers", _("Customers"), None),
    "e": ("helpdesk:mail_log", _("Mail"), Act.SEE_MAIL),
}
#: The key after the g, by the name of the view or of the page's address.
KEY_OF_VIEW = {view: key.upper() for key, (view, _words) in GOES.items()}
KEY_OF_PAGE = {name: key.upper() for key, (name, _words, _act) in PAGES.items()}


def shortcuts(user) -> list[Shortcut]:
    """Return the keys a person can use, with the addresses that some of them lead to."""
    queue = reverse("helpdesk:queue")
    return [
        *SHORTCUTS,
        *(
            Shortcut(f"g {key}", words, "go", f"{queue}?view={view}", GO)
            for key, (view, words) in GOES.items()
        ),
        *(
            Shortcut(f"g {key}", words, "go", reverse(name), GO)
            for key, (name, words, act) in PAGES.items()
            if act is None or may(user, act)
        ),
    ]
