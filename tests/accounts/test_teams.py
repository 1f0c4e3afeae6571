"""Teams and tiers: made, renamed, moved."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import PeopleEntry, PeopleKind, Role, Team, Tier
from accounts.services.teams import (
    LevelNotPossible,
    change_tier,
    create_team,
    create_tier,
    rename_team,
    rename_tier,
)
from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def team():
    return make_team("Billing")


def test_a_team_is_made_renamed_and_moved(admin, team):
    made = create_team(name="  Europe   desk ", tier=team.tier, by=admin, at=MONDAY)
    rename_team(made.pk, name="EU desk", by=admin, at=MONDAY)
    change_tier(made.pk, tier=make_team(level=2).tier, by=admin, at=MONDAY)

    made.refresh_from_db()
    assert (made.name, made.tier.level) == ("EU desk", 2)
    record = PeopleEntry.objects.filter(team=made).order_by("pk")
    assert list(record.values_list("kind", "before", "after")) == [
        (PeopleKind.TEAM_CREATED, "", "Europe desk, Tier 1"),
        (PeopleKind.TEAM_RENAMED, "Europe desk", "EU desk"),
        (PeopleKind.TEAM_MOVED, "Tier 1", "Tier 2"),
    ]


@pytest.mark.parametrize("name", ["Billing", "BILLING", " billing "])
def test_a_name_of_another_team_is_taken_in_whatever_case(admin, team, name):
    other = make_team("Legal")

    with pytest.raises(NameIsTaken, match="choose another name") as refused:
        create_team(name=name, tier=team.tier, by=admin, at=MONDAY)
    assert refused.value.field == "name"
    with pytest.raises(NameIsTaken):
        rename_team(other.pk, name=name, by=admin, at=MONDAY)
    assert Team.objects.count() == 2


def test_a_team_may_change_the_case_of_its_own_name(admin, team):
    assert rename_team(team.pk, name="BILLING", by=admin, at=MONDAY).name == "BILLING"


@pytest.mark.django_db(transaction=True)
def test_of_two_teams_with_one_name_the_first_wins():
    admin, tier = make_user(Role.ADMIN), make_team().tier

    outcome = while_uncommitted(
        lambda: create_team(name="Billing", tier=tier, by=admin, at=MONDAY),
        lambda: create_team(name="billing", tier=tier, by=admin, at=MONDAY),
    )

    assert isinstance(outcome, NameIsTaken)


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_name_that_is_none_is_refused(admin, team, name):
    with pytest.raises(NameNotPossible, match="1 to 80"):
        create_team(name=name, tier=team.tier, by=admin, at=MONDAY)
    with pytest.raises(NameNotPossible, match="1 to 80"):
        rename_team(team.pk, name=name, by=admin, at=MONDAY)


def test_what_is_so_already_is_refused(admin, team):
    with pytest.raises(NothingChanged):
        rename_team(team.pk, name="Billing", by=admin, at=MONDAY)
    with pytest.raises(NothingChanged):
        change_tier(team.pk, tier=team.tier, by=admin, at=MONDAY)
    with pytest.raises(NothingChanged):
        rename_tier(team.tier_id, name="Tier 1", by=admin, at=MONDAY)


def test_a_tier_is_made_and_renamed(admin):
    tier = create_tier(level=3, name="Executive", by=admin, at=MONDAY)
    rename_tier(tier.pk, name="Executive and legal", by=admin, at=MONDAY)

    tier.refresh_from_db()
    assert (tier.level, tier.name, tier.is_customer_facing) == (3, "Executive and legal", False)
    assert PeopleEntry.objects.filter(tier=tier).count() == 2


@pytest.mark.parametrize(
    ("level", "name", "violation", "field"),
    [
        (1, "Other", LevelNotPossible, "level"),
        (0, "Other", LevelNotPossible, "level"),
        (10, "Other", LevelNotPossible, "level"),
        (2, "Tier 1", NameIsTaken, "name"),
        (2, " ", NameNotPossible, "name"),
        (2, "x" * 61, NameNotPossible, "name"),
    ],
)
def test_an_impossible_tier_is_refused_with_its_field(admin, team, level, name, violation, field):
    with pytest.raises(violation) as refused:
        create_tier(level=level, name=name, by=admin, at=MONDAY)

    assert refused.value.field == field
    assert Tier.objects.count() == 1


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_do_any_of_it(team, role):
    by = make_user(role)

    for act in (
        lambda: create_team(name="Legal", tier=team.tier, by=by, at=MONDAY),
        lambda: rename_team(team.pk, name="Legal", by=by, at=MONDAY),
        lambda: change_tier(team.pk, tier=team.tier, by=by, at=MONDAY),
        lambda: create_tier(level=3, name="Legal", by=by, at=MONDAY),
        lambda: rename_tier(team.tier_id, name="Legal", by=by, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()
