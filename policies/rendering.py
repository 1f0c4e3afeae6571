"""One text for many customers, with the few words that differ. Pure."""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

_SLOT = re.compile(r"\{([^{}\n]{0,40})\}")
#: What of a ticket a text may name.
OF_A_TICKET = ("name", "ticket", "order", "agent")


class UnknownSlot(ValueError):
    """A word in braces that nothing is put in for."""


class EmptySlot(ValueError):
    """A word in braces for which there is nothing here."""


def refuse_unknown_slots(text: str, possible: Collection[str]) -> None:
    """:raises UnknownSlot: naming the first word in braces that is not known."""
    for name in _SLOT.findall(text):
        if name not in possible:
            known = ", ".join("{" + slot + "}" for slot in possible)
            values = {"name": "{" + name + "}", "possible": known}
            raise UnknownSlot(_("“%(name)s” is not known; possible: %(possible)s.") % values)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; what they hold is not read again, what is unknown stays as it is.

    :raises EmptySlot: naming a word the text has and for which the value is empty.
    """
    for name in _SLOT.findall(text):
        if name in values and not values[name]:
            raise EmptySlot(_("There is nothing to put in for “%(name)s” here.") % {"name": name})
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)
