"""Filling a macro with what is known of a ticket. The person reads it before it is sent."""

from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.models import Ticket
from policies.models import Macro
from policies.rendering import EmptySlot, filled


class MacroNotPossible(RuleViolation):
    code = "macro_not_possible"


def fill_macro(ticket_id: int, *, macro: Macro, by, at) -> str:
    """Return the macro's text for the ticket's customer; nothing is sent or written.

    :raises MacroNotPossible: if it is not the person's to use, or names what the ticket has not.
    """
    require(by, Act.NOTE)
    if not Macro.objects.usable_by(by).filter(pk=macro.pk).exists():
        raise MacroNotPossible(_("This macro is not in use in your teams."), field="macro")
    ticket = Ticket.objects.select_related("requester", "order").get(pk=ticket_id)
    try:
        return filled(macro.text, _values(ticket, by))
    except EmptySlot as error:
        raise MacroNotPossible(str(error), field="macro") from error


def _values(ticket: Ticket, by) -> dict[str, str]:
    return {
        "name": ticket.requester.name,
        "ticket": str(ticket.pk),
        "order": str(ticket.order) if ticket.order_id else "",
        "agent": by.full_name,
    }
