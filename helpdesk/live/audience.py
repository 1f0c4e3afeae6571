"""Who hears of what: the sentence of ``TicketQuerySet.visible_to``, said in topics."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from accounts.models import TeamMembership, User
from accounts.rules import ROLES_THAT_MAY, Act, may
from helpdesk.live.names import NO_TEAM, SEES_ALL, person_topic, team_topic
from helpdesk.models import TO_READ, Ticket, TimelineEntry


@dataclass(frozen=True)
class Audience:
    """Those who may see a ticket now, and its last event."""

    version: int
    assignee_id: int | None
    topics: list[str]


def topics_of(user) -> list[str]:
    """Return what somebody hears: of everything, or of their teams, of no team, and of theirs."""
    if not user.is_active:
        return []
    if may(user, Act.SEE_ALL_TICKETS):
        return [SEES_ALL, person_topic(user.pk)]
    teams = TeamMembership.objects.filter(user=user).values_list("team_id", flat=True)
    return [person_topic(user.pk), NO_TEAM, *map(team_topic, teams)]


def audience_of(ticket_id: int) -> Audience:
    """Read who may see a ticket, in one query."""
    version, team, assignee, followers = (
        Ticket.objects.filter(pk=ticket_id)
        .annotate(following=ArrayAgg("followers__user", filter=~Q(followers=None), default=[]))
        .values_list("last_event", "team_id", "assignee_id", "following")
        .get()
    )
    people = {assignee, *followers} - {None}
    return Audience(version, assignee, [SEES_ALL, team_topic(team), *map(person_topic, people)])


def readers_of(entry: TimelineEntry) -> list[str]:
    """Return who hears of a restricted entry: whose role may read it, and who asked."""
    roles = ROLES_THAT_MAY[TO_READ[entry.restriction]]
    readers = User.objects.active().filter(Q(role__in=roles) | Q(pk=entry.facts.get("asked_by")))
    return [person_topic(pk) for pk in readers.values_list("pk", flat=True)]


def lost_by(facts: dict) -> list[str]:
    """Return who may have lost a ticket from sight by an act, as its timeline entry says."""
    topics = [team_topic(facts["left_team"])] if "left_team" in facts else []
    return topics + _people(facts.get("left_person"))


def _people(*user_ids: int | None) -> Iterable[str]:
    return [person_topic(user_id) for user_id in user_ids if user_id]
