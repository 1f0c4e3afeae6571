"""One text for many customers, with the few words that differ. Pure."""

import re

from django.utils.translation import gettext as _

_SLOT = re.compile(r"\{([^{}\n]{0,40})\}")
SLOTS = ("name", "ticket")


class UnknownSlot(ValueError):
    """A word in braces that nothing is put in for."""


def refuse_unknown_slots(text: str) -> None:
    """:raises UnknownSlot: naming the first word in braces that is not known."""
    for name in _SLOT.findall(text):
        if name not in SLOTS:
            possible = ", ".join("{" + slot + "}" for slot in SLOTS)
            values = {"name": "{" + name + "}", "possible": possible}
            raise UnknownSlot(_("“%(name)s” is not known; possible: %(possible)s.") % values)


def filled(text: str, *, name: str, ticket: int) -> str:
    """Put the customer's name and the ticket's number in; what they hold is not read again."""
    values = {"name": name, "ticket": str(ticket)}
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)
