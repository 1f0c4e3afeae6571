"""What somebody has had before their eyes."""

from datetime import datetime

from django.db import connection

from accounts.models import User
from helpdesk.models import Ticket

_LOOK = """
WITH read AS (
    UPDATE helpdesk_notification SET read_at = %(at)s
    WHERE user_id = %(user)s AND read_at IS NULL AND entry_id <= %(told)s
    AND ticket_id = ANY (ARRAY(
        SELECT id FROM helpdesk_ticket WHERE id = %(ticket)s OR merge_root_id = %(ticket)s
    ))
)
INSERT INTO helpdesk_ticketlook (user_id, ticket_id, last_event, at)
VALUES (%(user)s, %(ticket)s, %(seen)s, %(at)s)
ON CONFLICT (user_id, ticket_id) DO UPDATE SET last_event = EXCLUDED.last_event, at = EXCLUDED.at
WHERE helpdesk_ticketlook.last_event < EXCLUDED.last_event
"""
_EVERYTHING = 2**63 - 1


def look_at_ticket(ticket_id: int, *, seen: int, by: User, at: datetime) -> None:
    """Keep that somebody has read a ticket up to the event ``seen``, with what the bell said of it.

    Never less than before, and never more than has happened.
    """
    ticket = Ticket.objects.only("last_event").get(pk=ticket_id)
    seen = min(seen, ticket.last_event)
    _keep(ticket.pk, seen, told=seen, by=by, at=at)


def note_look(ticket: Ticket, *, by: User, at: datetime) -> None:
    """Keep that somebody has a ticket before them as it is here, with all that the bell says of it.

    What was merged into it is told by its own events, which may be later. Never less than before.
    """
    _keep(ticket.pk, ticket.last_event, told=_EVERYTHING, by=by, at=at)


def _keep(ticket_id: int, seen: int, *, told: int, by: User, at: datetime) -> None:
    """In one statement: every page of a ticket waits for it."""
    facts = {"user": by.pk, "ticket": ticket_id, "seen": seen, "told": told, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, facts)
