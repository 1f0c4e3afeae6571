"""Who in the house is told of an inquiry."""

from datetime import datetime

from escalations.models import Inquiry
from helpdesk.models import NotificationKind, TimelineEntry
from helpdesk.services.notifications import tell


def tell_who_waits(inquiry: Inquiry, entry: TimelineEntry, *, by, at: datetime) -> None:
    """Tell who asked and who has the ticket; of what is restricted only those hear who may."""
    people = {inquiry.asked_by_id, entry.ticket.assignee_id}
    tell(people, NotificationKind.INQUIRY, entry=entry, by=by, at=at)
