"""What there is of a ticket besides itself, asked once per page: most tickets have none of it."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef

from escalations.models import Escalation, Inquiry, RouteSuggestion, SuggestionState
from helpdesk.models import Ticket


class Beside(NamedTuple):
    """Whether it is worth asking for more. Says nothing of what the reader may see."""

    cases: bool
    suggestions: bool
    inquiries: bool


def beside(ticket: Ticket) -> Beside:
    """Return what there is of a ticket. One query, however often it is asked on a page."""
    if not hasattr(ticket, "beside_on_page"):
        of_it = {"ticket": OuterRef("pk")}
        rows = Ticket.objects.filter(pk=ticket.pk).values_list(
            Exists(Escalation.objects.filter(**of_it)),
            Exists(RouteSuggestion.objects.filter(**of_it, state=SuggestionState.OPEN)),
            Exists(Inquiry.objects.filter(**of_it))
            | Exists(Inquiry.objects.filter(ticket__merge_root=OuterRef("pk"))),
        )
        ticket.beside_on_page = Beside(*rows.get())
    return ticket.beside_on_page
