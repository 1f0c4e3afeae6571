"""Teams, skills and leave of a person."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Leave, PeopleEntry, Role, Skill
from accounts.services.leave import LeaveNotPossible, add_leave, remove_leave
from accounts.services.memberships import Seat, TeamNamedTwice, set_teams
from accounts.services.skills import SkillNamedTwice, set_skills
from accounts.services.values import NameNotPossible, ValueNotPossible
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


def last_words(user) -> tuple[str, str]:
    entry = PeopleEntry.objects.of(user).newest_first()[0]
    return entry.before, entry.after


def test_teams_are_joined_left_and_led(admin, mara):
    billing, europe, legal = make_team("Billing"), make_team("Europe"), make_team("Legal")
    set_teams(mara.pk, seats=[Seat(billing), Seat(europe)], by=admin, at=MONDAY)

    set_teams(mara.pk, seats=[Seat(legal), Seat(europe, is_lead=True)], by=admin, at=MONDAY)

    held = dict(mara.memberships.values_list("team__name", "is_lead"))
    assert held == {"Europe": True, "Legal": False}
    assert last_words(mara) == ("Billing, Europe", "Europe (lead), Legal")


def test_a_team_is_named_once(admin, mara):
    team = make_team("Billing")

    with pytest.raises(TeamNamedTwice, match="Billing is named twice") as refused:
        set_teams(mara.pk, seats=[Seat(team), Seat(team, is_lead=True)], by=admin, at=MONDAY)

    assert refused.value.field == "teams"
    assert not mara.memberships.exists()


def test_the_same_teams_again_leave_no_entry(admin, mara):
    seats = [Seat(make_team())]
    for _ in range(2):
        set_teams(mara.pk, seats=seats, by=admin, at=MONDAY)

    assert PeopleEntry.objects.of(mara).count() == 1


def test_skills_get_a_level_and_a_new_name_becomes_one(admin, mara):
    known = Skill.objects.create(name="Billing")

    set_skills(mara.pk, skills=[("billing", 4), ("Coffee  machines", 2)], by=admin, at=MONDAY)
    set_skills(mara.pk, skills=[("Billing", 5)], by=admin, at=MONDAY)

    assert list(mara.skill_levels.values_list("skill", "level")) == [(known.pk, 5)]
    assert Skill.objects.filter(name="Coffee machines").exists()
    assert last_words(mara) == ("Billing 4, Coffee machines 2", "Billing 5")


@pytest.mark.parametrize(
    ("skills", "violation", "sentence"),
    [
        ([("Billing", 3), ("BILLING", 4)], SkillNamedTwice, "named twice"),
        ([(" ", 3)], NameNotPossible, "1 to 60 characters"),
        ([("x" * 61, 3)], NameNotPossible, "1 to 60 characters"),
        ([("Billing", 0)], ValueNotPossible, "Possible: 1, 2, 3, 4, 5"),
        ([("Billing", 6)], ValueNotPossible, "Possible: 1, 2, 3, 4, 5"),
    ],
)
def test_impossible_skills_are_refused_and_nothing_is_written(
    admin, mara, skills, violation, sentence
):
    with pytest.raises(violation, match=sentence) as refused:
        set_skills(mara.pk, skills=[("Legal", 1), *skills], by=admin, at=MONDAY)

    assert refused.value.field == "skills"
    assert not mara.skill_levels.exists()
    assert not Skill.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_skill_at_once_make_one():
    admin, one, other = make_user(Role.ADMIN), make_user(), make_user()

    outcome = while_uncommitted(
        lambda: set_skills(one.pk, skills=[("Billing", 3)], by=admin, at=MONDAY),
        lambda: set_skills(other.pk, skills=[("BILLING", 5)], by=admin, at=MONDAY),
    )

    assert outcome == other
    assert Skill.objects.count() == 1
    assert other.skill_levels.get().skill == one.skill_levels.get().skill


@pytest.mark.django_db(transaction=True)
def test_a_second_change_of_teams_waits_for_the_first():
    """Without the lock both would be written, and the person be in both teams."""
    admin, mara = make_user(Role.ADMIN), make_user()
    billing, legal = make_team("Billing"), make_team("Legal")

    while_uncommitted(
        lambda: set_teams(mara.pk, seats=[Seat(billing)], by=admin, at=MONDAY),
        lambda: set_teams(mara.pk, seats=[Seat(legal)], by=admin, at=MONDAY),
    )

    assert list(mara.teams.all()) == [legal]
    assert last_words(mara) == ("Billing", "Legal")


def leave(user, first: int, last: int, *, by, note: str = "") -> Leave:
    return add_leave(
        user.pk,
        starts_on=date(2026, 3, first),
        ends_on=date(2026, 3, last),
        note=note,
        by=by,
        at=MONDAY,
    )


def test_leave_is_added_and_taken_back(admin, mara):
    days = leave(mara, 9, 13, by=admin, note="  Spring   holiday ")

    assert days.note == "Spring holiday"
    assert last_words(mara) == ("", "2026-03-09 to 2026-03-13")
    remove_leave(mara.pk, leave_id=days.pk, by=admin, at=MONDAY)
    assert not mara.leaves.exists()
    assert last_words(mara) == ("2026-03-09 to 2026-03-13", "")


@pytest.mark.parametrize(
    ("first", "last", "note", "field", "sentence"),
    [
        (13, 12, "", "ends_on", "2026-03-13 or later"),
        (9, 9, "x" * 121, "note", "at most 120"),
        (6, 9, "", "starts_on", "away 2026-03-09 to 2026-03-13 already"),
        (13, 20, "", "starts_on", "away 2026-03-09 to 2026-03-13 already"),
    ],
)
def test_impossible_leave_is_refused_with_its_field(
    admin, mara, first, last, note, field, sentence
):
    leave(mara, 9, 13, by=admin)

    with pytest.raises(LeaveNotPossible, match=sentence) as refused:
        leave(mara, first, last, by=admin, note=note)

    assert refused.value.field == field
    assert mara.leaves.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_days_are_added_once_however_fast():
    admin, mara = make_user(Role.ADMIN), make_user()

    outcome = while_uncommitted(
        lambda: leave(mara, 9, 13, by=admin), lambda: leave(mara, 13, 14, by=admin)
    )

    assert isinstance(outcome, LeaveNotPossible)


def test_leave_of_somebody_else_is_not_there(admin, mara):
    days = leave(make_user(), 9, 13, by=admin)

    with pytest.raises(Leave.DoesNotExist):
        remove_leave(mara.pk, leave_id=days.pk, by=admin, at=MONDAY)


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_do_any_of_it(mara, role):
    by = make_user(role)

    with pytest.raises(PermissionDenied):
        set_teams(mara.pk, seats=[], by=by, at=MONDAY)
    with pytest.raises(PermissionDenied):
        set_skills(mara.pk, skills=[], by=by, at=MONDAY)
    with pytest.raises(PermissionDenied):
        leave(mara, 9, 13, by=by)
    with pytest.raises(PermissionDenied):
        remove_leave(mara.pk, leave_id=1, by=by, at=MONDAY)
