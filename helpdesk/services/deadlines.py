"""The one deadline a queue sorts by. Written by whoever keeps clocks, known by nobody here."""

from datetime import datetime

from helpdesk.models import Ticket


def set_due(ticket_id: int, *, due_at: datetime | None) -> None:
    """Write when the ticket's next promise falls due (UTC), or that none runs."""
    Ticket.objects.filter(pk=ticket_id).update(due_at=due_at)
