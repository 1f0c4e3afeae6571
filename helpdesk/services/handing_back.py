"""What happens to the work of somebody who is not let in any more."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from helpdesk.models import Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.bulk import AT_ONCE, MAX_TICKETS, start_bulk_job


def held_by(user: User) -> QuerySet[Ticket]:
    """Return the unsolved tickets somebody has."""
    return Ticket.objects.unsolved().filter(assignee=user)


def hand_tickets_back(user: User, *, by: User | None, at: datetime) -> int:
    """Leave somebody's unsolved tickets to nobody, in the caller's transaction; returns how many.

    Up to AT_ONCE are free when it commits. More are a bulk job of whoever did it, which says how
    far it is and what was refused.
    """
    numbers = list(held_by(user).order_by("pk").values_list("pk", flat=True)[:MAX_TICKETS])
    if by is not None and len(numbers) > AT_ONCE:
        start_bulk_job(act="assign", arguments={"assignee": None}, tickets=numbers, by=by, at=at)
        return len(numbers)
    for number in numbers:
        assign_ticket(number, assignee=None, by=by, at=at)
    return len(numbers)
