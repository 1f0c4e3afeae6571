"""Who is told that a deadline is near or was missed.

Whoever is away or off duty is left out, and the lead of the ticket's team asked instead. Somebody
is always told: leads, then managers, those at work first. Nobody hears of a ticket they may not
see, nor of an entry they may not read; of what is restricted there may be nobody left to hear.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Role, TeamMembership, User
from escalations.presence import Presence, presence
from escalations.promises import ASSIGNEE, LEAD, TEAM, USER, Recipient
from helpdesk.models import Ticket, TimelineEntry
from helpdesk.services import notifications
from helpdesk.services.audience import who_may_read, who_may_see

MANAGERS = (Role.MANAGER, Role.ADMIN)


@dataclass
class Audience:
    """The people around a ticket: who leads, who belongs where, and who of them is there."""

    ticket: Ticket
    at: datetime
    people: QuerySet[User]
    members: dict[int, set[int]] = field(default_factory=dict)
    leads: set[int] = field(default_factory=set)
    presences: dict[int, Presence] = field(default_factory=dict)

    def at_least(self, wanted: Presence, people: Iterable[int]) -> set[int]:
        return {one for one in people if self.presences.get(one, -1) >= wanted}

    def asked(self, recipient: Recipient) -> set[int]:
        """Return whom a recipient means, wherever they are."""
        return _MEANT[recipient.kind](self, recipient)

    def of_team(self, recipient: Recipient) -> set[int]:
        return self.members.get(recipient.id or self.ticket.team_id, set())


_MEANT: dict[str, Callable[[Audience, Recipient], set[int]]] = {
    ASSIGNEE: lambda around, _: {around.ticket.assignee_id} - {None},
    LEAD: lambda around, _: around.leads,
    TEAM: Audience.of_team,
    USER: lambda _, recipient: {recipient.id},
}
#: Asked in person: when they are not there, the lead is.
IN_PERSON = (ASSIGNEE, USER)


def tell(
    entry: TimelineEntry, recipients: Iterable[Recipient], *, kind: str, at: datetime
) -> dict[str, list[int]]:
    """Tell the recipients of a timeline entry. Needs the transaction that wrote it.

    Returns the ids of who is told, and of who was meant but is not there.
    """
    recipients = tuple(recipients)
    if not recipients:
        return {}
    around = audience_of(entry.ticket, recipients, people=who_may_read(entry), at=at)
    told = _present(around, recipients) or _anybody(around)
    notifications.tell(told, kind, entry=entry, by=None, at=at)
    meant = set().union(*(around.asked(one) for one in recipients))
    return {"told": sorted(told), "not_there": sorted(meant - told)}


def lead_at_work(ticket: Ticket, *, at: datetime) -> int | None:
    """Return a lead of the ticket's team who is there now."""
    people = who_may_see(ticket)
    around = audience_of(ticket, (Recipient(LEAD),), people=people, at=at)
    return min(around.at_least(Presence.AT_WORK, around.leads), default=None)


def audience_of(
    ticket: Ticket, recipients: tuple[Recipient, ...], *, people: QuerySet[User], at: datetime
) -> Audience:
    around = Audience(ticket, at, people)
    named = {one.id for one in recipients if one.kind == TEAM and one.id}
    rows = TeamMembership.objects.filter(team_id__in={ticket.team_id, *named} - {None})
    for team_id, user_id, is_lead in rows.values_list("team_id", "user_id", "is_lead"):
        around.members.setdefault(team_id, set()).add(user_id)
        if is_lead and team_id == ticket.team_id:
            around.leads.add(user_id)
    meant = set().union(*(around.asked(one) for one in recipients))
    _look_where_they_are(around, pk__in=meant | around.leads)
    return around


def _present(around: Audience, recipients: tuple[Recipient, ...]) -> set[int]:
    told: set[int] = set()
    for one in recipients:
        here = around.at_least(Presence.AT_WORK, around.asked(one))
        if not here and one.kind in IN_PERSON:
            here = around.at_least(Presence.AT_WORK, around.leads)
        told |= here
    return told


def _anybody(around: Audience) -> set[int]:
    """Nobody who was meant is there: leads off duty, managers, or in the end all of them."""
    leads = around.at_least(Presence.OFF_HOURS, around.leads)
    if leads:
        return leads
    managers = _look_where_they_are(around, role__in=MANAGERS)
    for wanted in (Presence.AT_WORK, Presence.OFF_HOURS):
        if here := around.at_least(wanted, managers):
            return here
    return around.at_least(Presence.ON_LEAVE, around.leads | managers)


def _look_where_they_are(around: Audience, **which) -> set[int]:
    people = notifications.with_times(around.people.filter(**which))
    found = {
        one.pk: presence(notifications.reader_of(one), at=around.at) for one in people.distinct()
    }
    around.presences |= found
    return set(found)
