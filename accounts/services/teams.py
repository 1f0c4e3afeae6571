"""Teams and the tiers they stand on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import PeopleKind, Team, Tier
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record
from accounts.services.values import NameIsTaken, NothingChanged, refused_as, tidy_name

MAX_TEAM_NAME = Team._meta.get_field("name").max_length
MAX_TIER_NAME = Tier._meta.get_field("name").max_length
HIGHEST_LEVEL = 9


class LevelNotPossible(RuleViolation):
    code = "level_not_possible"


@transaction.atomic
def create_team(*, name: str, tier: Tier, by, at: datetime) -> Team:
    """:raises NameIsTaken: if a team is called so, in whatever case."""
    require(by, Act.MANAGE_PEOPLE)
    name = tidy_name(name, limit=MAX_TEAM_NAME, field="name")
    with _unless_taken(name):
        team = Team.objects.create(name=name, tier=tier)
    record(PeopleKind.TEAM_CREATED, team=team, by=by, at=at, after=f"{name}, {tier}")
    return team


@transaction.atomic
def rename_team(team_id: int, *, name: str, by, at: datetime) -> Team:
    """:raises NameIsTaken: if another team is called so, in whatever case.
    :raises NothingChanged: if it is called so already.
    """
    require(by, Act.MANAGE_PEOPLE)
    name = tidy_name(name, limit=MAX_TEAM_NAME, field="name")
    team = _locked(Team, team_id)
    before = _refuse_same(team.name, name, field="name")
    team.name = name
    with _unless_taken(name):
        team.save(update_fields=["name"])
    record(PeopleKind.TEAM_RENAMED, team=team, by=by, at=at, before=before, after=name)
    return team


@transaction.atomic
def change_tier(team_id: int, *, tier: Tier, by, at: datetime) -> Team:
    """Put the team on another tier.

    :raises NothingChanged: if it stands there already.
    """
    require(by, Act.MANAGE_PEOPLE)
    team = _locked(Team, team_id)
    before = _refuse_same(team.tier, tier, field="tier")
    team.tier = tier
    team.save(update_fields=["tier"])
    record(PeopleKind.TEAM_MOVED, team=team, by=by, at=at, before=before, after=tier)
    return team


@transaction.atomic
def create_tier(
    *, level: int, name: str, is_customer_facing: bool = False, by, at: datetime
) -> Tier:
    """:raises LevelNotPossible: for a level that is taken or not from 1 to 9.
    :raises NameIsTaken: if a tier is called so.
    """
    require(by, Act.MANAGE_PEOPLE)
    name = tidy_name(name, limit=MAX_TIER_NAME, field="name")
    if not 1 <= level <= HIGHEST_LEVEL:
        raise LevelNotPossible(
            _("A level is from 1 to %(highest)d.") % {"highest": HIGHEST_LEVEL}, field="level"
        )
    taken = LevelNotPossible(
        _("There is a tier of level %(level)d already.") % {"level": level}, field="level"
    )
    with refused_as(taken, by="accounts_tier_level_key"), _unless_tier_is_taken(name):
        tier = Tier.objects.create(level=level, name=name, is_customer_facing=is_customer_facing)
    record(PeopleKind.TIER_CREATED, tier=tier, by=by, at=at, after=f"{name}, level {level}")
    return tier


@transaction.atomic
def rename_tier(tier_id: int, *, name: str, by, at: datetime) -> Tier:
    """:raises NameIsTaken: if another tier is called so.
    :raises NothingChanged: if it is called so already.
    """
    require(by, Act.MANAGE_PEOPLE)
    name = tidy_name(name, limit=MAX_TIER_NAME, field="name")
    tier = _locked(Tier, tier_id)
    before = _refuse_same(tier.name, name, field="name")
    tier.name = name
    with _unless_tier_is_taken(name):
        tier.save(update_fields=["name"])
    record(PeopleKind.TIER_RENAMED, tier=tier, by=by, at=at, before=before, after=name)
    return tier


def _locked(model, pk: int):
    return model.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def _refuse_same(now: object, wanted: object, *, field: str) -> object:
    if now == wanted:
        raise NothingChanged(_("It is %(value)s already.") % {"value": now}, field=field)
    return now


def _unless_taken(name: str):
    taken = NameIsTaken(
        _("Another team is called %(name)s; choose another name.") % {"name": name}, field="name"
    )
    return refused_as(taken, by="team_name_is_unique_whatever_its_case")


def _unless_tier_is_taken(name: str):
    taken = NameIsTaken(
        _("Another tier is called %(name)s; choose another name.") % {"name": name}, field="name"
    )
    return refused_as(taken, by="accounts_tier_name_key")
