"""What somebody has had before their eyes."""

from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from helpdesk.models import Ticket
from helpdesk.services.notifications import mark_ticket_read

_LOOK = """
INSERT INTO helpdesk_ticketlook (user_id, ticket_id, last_event, at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, ticket_id) DO UPDATE SET last_event = EXCLUDED.last_event, at = EXCLUDED.at
WHERE helpdesk_ticketlook.last_event < EXCLUDED.last_event
"""


@transaction.atomic
def look_at_ticket(ticket_id: int, *, seen: int, by: User, at: datetime) -> None:
    """Keep that somebody has read a ticket up to the event ``seen``, with what the bell said of it.

    Never less than before, and never more than has happened.
    """
    ticket = Ticket.objects.only("last_event").get(pk=ticket_id)
    seen = min(seen, ticket.last_event)
    mark_ticket_read(ticket, by=by, at=at, up_to=seen)
    _keep(ticket.pk, seen, by=by, at=at)


def note_look(ticket: Ticket, *, by: User, at: datetime) -> None:
    """Keep that the person has seen the ticket up to its last event; never less than before."""
    _keep(ticket.pk, ticket.last_event, by=by, at=at)


def _keep(ticket_id: int, seen: int, *, by: User, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [by.pk, ticket_id, seen, at])
