"""What there is of a ticket besides itself, asked once per page: most tickets have none of it."""

from typing import NamedTuple

from django.db import connection

from escalations.models import SuggestionState
from helpdesk.models import Ticket

_BESIDE = """
SELECT
    EXISTS (SELECT FROM escalations_escalation WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM escalations_routesuggestion
            WHERE ticket_id = %(ticket)s AND state = %(open)s),
    EXISTS (SELECT FROM escalations_inquiry WHERE ticket_id = %(ticket)s
            OR ticket_id = ANY (ARRAY(
                SELECT id FROM helpdesk_ticket WHERE merge_root_id = %(ticket)s)))
"""


class Beside(NamedTuple):
    """Whether it is worth asking for more. Says nothing of what the reader may see."""

    cases: bool
    suggestions: bool
    inquiries: bool


def beside(ticket: Ticket) -> Beside:
    """Return what there is of a ticket. One query, however often it is asked on a page."""
    if not hasattr(ticket, "beside_on_page"):
        with connection.cursor() as cursor:
            cursor.execute(_BESIDE, {"ticket": ticket.pk, "open": SuggestionState.OPEN.value})
            ticket.beside_on_page = Beside(*cursor.fetchone())
    return ticket.beside_on_page
