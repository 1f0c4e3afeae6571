"""Writing the timeline. Every service that acts on a ticket calls this in its transaction."""

from datetime import datetime

from helpdesk import events
from helpdesk.models import Ticket, TimelineEntry


def record(
    ticket: Ticket,
    kind: str,
    *,
    at: datetime,
    by=None,
    customer=None,
    message=None,
    before: object = "",
    after: object = "",
    restriction: str = "",
    **facts,
) -> TimelineEntry:
    """Append one entry and make it the ticket's last event.

    Saves the ticket's ``last_event`` and ``updated_at``, which never goes back though an entry
    may tell of an earlier moment; other changed fields are the caller's to save. The caller
    holds the ticket's lock. ``restriction`` (helpdesk.models.Restriction) hides the entry from
    all but those who may read it.
    """
    entry = TimelineEntry.objects.create(
        ticket=ticket,
        kind=kind,
        at=at,
        actor=by,
        customer=customer,
        message=message,
        before=str(before)[:250],
        after=str(after)[:250],
        facts=facts,
        restriction=restriction,
    )
    ticket.last_event = entry.pk
    ticket.updated_at = max(ticket.updated_at, at)
    ticket.save(update_fields=["last_event", "updated_at"])
    events.ticket_changed.send(Ticket, ticket=ticket, entry=entry)
    return entry
