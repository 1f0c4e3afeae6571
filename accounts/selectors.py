"""What the pages of people and teams read, in as many queries for one row as for fifty."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from accounts.models import Leave, PeopleEntry, SkillLevel, Team, TeamMembership, Tier, User
from accounts.services.hours import blocks_of
from accounts.week import Block

ENTRIES_SHOWN = 50


@dataclass(frozen=True)
class Today:
    """Somebody's day where they are: away, off, or at work in these blocks."""

    day: date
    clock: str
    blocks: list[Block]
    leave: Leave | None

    @property
    def hours(self) -> str:
        return ", ".join(block.hours for block in self.blocks)


@dataclass(frozen=True)
class Row:
    """A person in the list."""

    person: User
    today: Today


def listed(people: QuerySet, *, at: datetime) -> QuerySet:
    """Load what the list shows of every person."""
    current = Leave.objects.filter(
        starts_on__lte=at.date() + timedelta(days=1), ends_on__gte=at.date() - timedelta(days=1)
    )
    return people.prefetch_related(
        _memberships(),
        _skills(),
        "working_hours",
        Prefetch("leaves", current.order_by("starts_on")),
    )


def whole_person(people: QuerySet) -> QuerySet:
    """Load what the page of one person shows."""
    leaves = Prefetch("leaves", Leave.objects.order_by("starts_on", "pk"))
    return people.prefetch_related(_memberships(), _skills(), "working_hours", leaves)


def today_of(person: User, *, at: datetime) -> Today:
    """Read the person's day out of what was loaded with them."""
    local = at.astimezone(ZoneInfo(person.time_zone))
    day = local.date()
    away = (leave for leave in person.leaves.all() if leave.starts_on <= day <= leave.ends_on)
    blocks = [block for block in blocks_of(person) if block.weekday == day.weekday()]
    return Today(day=day, clock=f"{local:%H:%M}", blocks=blocks, leave=next(away, None))


def record_of(person: User) -> list[PeopleEntry]:
    """Return what was changed about the person, newest first."""
    entries = PeopleEntry.objects.of(person).newest_first()
    return list(entries.select_related("actor", "user")[:ENTRIES_SHOWN])


def tiers_with_teams() -> QuerySet:
    """Return the tiers from the lowest, with their teams, members and leads."""
    members = TeamMembership.objects.filter(user__is_active=True).select_related("user")
    teams = Team.objects.order_by("name").prefetch_related(
        Prefetch("memberships", members.order_by("-is_lead", "user__full_name", "pk"))
    )
    return Tier.objects.order_by("level").prefetch_related(Prefetch("teams", teams))


def _memberships() -> Prefetch:
    seats = TeamMembership.objects.select_related("team__tier")
    return Prefetch("memberships", seats.order_by("team__tier__level", "team__name"))


def _skills() -> Prefetch:
    levels = SkillLevel.objects.select_related("skill")
    return Prefetch("skill_levels", levels.order_by("-level", "skill__name"))
