"""Keeping the words of a ticket findable, in the transaction that writes them."""

from django.db import connection

from helpdesk.models import Ticket
from helpdesk.search_text import fold

_APPEND = """
INSERT INTO helpdesk_searchdocument (ticket_id, vector)
VALUES (%s, setweight(to_tsvector('simple', %s), %s))
ON CONFLICT (ticket_id) DO UPDATE SET vector = CASE
    WHEN length(helpdesk_searchdocument.vector) < 20000
    THEN helpdesk_searchdocument.vector || EXCLUDED.vector
    ELSE helpdesk_searchdocument.vector
END
"""


def add_words(ticket: Ticket, *texts: str, weight: str = "C") -> None:
    """Make the texts findable under the ticket; ``weight`` from A (subject) to D."""
    words = fold(" ".join(text for text in texts if text))
    if words:
        with connection.cursor() as cursor:
            cursor.execute(_APPEND, [ticket.pk, words, weight])


def index_opening(ticket: Ticket, text: str) -> None:
    """Make a new ticket findable by number, subject, requester, order and first message."""
    requester = ticket.requester
    identity = ticket.identity.value if ticket.identity_id else ""
    order = ticket.order.reference if ticket.order_id else ""
    add_words(ticket, str(ticket.pk), ticket.subject, requester.name, identity, order, weight="A")
    add_words(ticket, text)
