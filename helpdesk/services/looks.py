"""What somebody has had before their eyes."""

from datetime import datetime

from django.db import connection

from accounts.models import User
from helpdesk.models import Ticket

_LOOK = """
INSERT INTO helpdesk_ticketlook (user_id, ticket_id, last_event, at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, ticket_id) DO UPDATE SET last_event = EXCLUDED.last_event, at = EXCLUDED.at
WHERE helpdesk_ticketlook.last_event < EXCLUDED.last_event
"""


def note_look(ticket: Ticket, *, by: User, at: datetime) -> None:
    """Keep that the person has seen the ticket up to its last event; never less than before."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [by.pk, ticket.pk, ticket.last_event, at])
