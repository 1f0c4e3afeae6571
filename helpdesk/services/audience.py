"""Who may see a ticket: the same rule as Ticket.objects.visible_to, asked from the other side."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rules import ROLES_THAT_MAY, Act
from helpdesk.models import Ticket


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
