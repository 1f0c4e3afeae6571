"""Who belongs to which team, and who leads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import PeopleKind, Team, TeamMembership, User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record


class TeamNamedTwice(RuleViolation):
    code = "team_named_twice"


@dataclass(frozen=True)
class Seat:
    """A place in a team, as a member or as a lead."""

    team: Team
    is_lead: bool = False

    def __str__(self):
        return f"{self.team} (lead)" if self.is_lead else str(self.team)


@transaction.atomic
def set_teams(user_id: int, *, seats: Iterable[Seat], by, at: datetime) -> User:
    """Make these the person's teams: who is not named leaves, who is new joins.

    :raises TeamNamedTwice: if a team is among them more than once.
    """
    require(by, Act.MANAGE_PEOPLE)
    user = User.objects.locked(user_id)
    before = in_words(_seats_of(user))
    seats = list(seats)
    take_seats(user, seats)
    if (after := in_words(seats)) != before:
        record(PeopleKind.TEAMS_CHANGED, user=user, by=by, at=at, before=before, after=after)
    return user


def take_seats(user: User, seats: Iterable[Seat]) -> None:
    """Write the person's memberships. The caller holds the person's lock.

    :raises TeamNamedTwice: if a team is among them more than once.
    """
    wanted: dict[int, Seat] = {}
    for seat in seats:
        if seat.team.pk in wanted:
            raise TeamNamedTwice(
                _("%(name)s is named twice; once is enough.") % {"name": seat.team}, field="teams"
            )
        wanted[seat.team.pk] = seat
    user.memberships.exclude(team__in=wanted).delete()
    TeamMembership.objects.bulk_create(
        [TeamMembership(user=user, team=s.team, is_lead=s.is_lead) for s in wanted.values()],
        update_conflicts=True,
        unique_fields=["user", "team"],
        update_fields=["is_lead"],
    )


def in_words(seats: Iterable[Seat]) -> str:
    return ", ".join(sorted(str(seat) for seat in seats))


def _seats_of(user: User) -> list[Seat]:
    memberships = user.memberships.select_related("team")
    return [Seat(membership.team, membership.is_lead) for membership in memberships]
