"""What policies ask, read off a ticket. The team with its tier is looked up if it is not loaded."""

from escalations.clock_tiers import MOVES
from escalations.matching import Facts
from helpdesk.models import Priority, Severity, Ticket, TimelineKind

#: Entries of acts that change what policies ask; an escalation brings another team.
ASKS_AGAIN = frozenset(
    {
        TimelineKind.TEAM_CHANGED,
        TimelineKind.PRIORITY_CHANGED,
        TimelineKind.SEVERITY_CHANGED,
        TimelineKind.CATEGORY_CHANGED,
        TimelineKind.ESCALATED,
        TimelineKind.ESCALATION_HANDED_OVER,
        *MOVES,
    }
)


def facts_of(ticket: Ticket) -> Facts:
    """Return the facts of the ticket as it is; loads ``team`` and ``requester`` where needed."""
    return Facts(
        channel=ticket.channel,
        tier=ticket.team.tier_id if ticket.team_id else None,
        team=ticket.team_id,
        priority=Priority(ticket.priority).name.lower(),
        severity=Severity(ticket.severity).name.lower(),
        category=ticket.category_id,
        customer_tags=tuple(ticket.requester.tags),
    )
