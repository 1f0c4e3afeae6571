"""Who may see a ticket, and who may read an entry of its timeline.

The same rules as ``Ticket.objects.visible_to`` and ``readable_entries``, asked from the other side.
"""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rules import ROLES_THAT_MAY, Act
from helpdesk.models import TO_READ, Ticket, TimelineEntry


def who_may_see(ticket: Ticket) -> QuerySet[User]:
    """Return the active people who may see the ticket as it stands now."""
    people = User.objects.active()
    if ticket.team_id is None:
        return people
    return people.filter(
        Q(role__in=ROLES_THAT_MAY[Act.SEE_ALL_TICKETS])
        | Q(pk__in=ticket.team.memberships.values("user_id"))
        | Q(pk=ticket.assignee_id)
        | Q(pk__in=ticket.followers.values("user_id"))
    )


def who_may_read(entry: TimelineEntry) -> QuerySet[User]:
    """Return the active people who may see the entry's ticket and read the entry itself."""
    people = who_may_see(entry.ticket)
    if not entry.restriction:
        return people
    roles = ROLES_THAT_MAY[TO_READ[entry.restriction]]
    return people.filter(Q(role__in=roles) | Q(pk=entry.facts.get("asked_by")))
