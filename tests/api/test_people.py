"""Administering people, teams and tiers through the REST door."""

from datetime import date

import pytest

from accounts.models import (
    Leave,
    PeopleEntry,
    Role,
    User,
)
from accounts.services.leave import add_leave
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


def test_somebody_is_invited(post):
    team = make_team("Billing")

    status, shown = post(
        "users/",
        {
            "email": "Ines@Northvane.Example",
            "full_name": "Ines Costa",
            "role": "specialist",
            "teams": [{"team": team.pk, "is_lead": True}],
            "time_zone": "Europe/Lisbon",
        },
    )

    assert status == 201
    assert shown == {
        "id": shown["id"],
        "full_name": "Ines Costa",
        "email": "ines@northvane.example",
        "role": "specialist",
        "language": "en",
        "time_zone": "Europe/Lisbon",
        "is_active": True,
        "teams": [{"id": team.pk, "name": "Billing", "is_lead": True}],
        "skills": [],
        "working_hours": [],
        "leave": [],
    }
    assert not User.objects.get(pk=shown["id"]).has_usable_password()


def test_a_repeated_invitation_invites_once(caller, admin):
    client = caller(admin)
    body = {"email": "ines@northvane.example", "full_name": "Ines Costa"}

    first, again = (
        client.post("/api/v1/users/", body, headers={"Idempotency-Key": "one"}) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert PeopleEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "status", "field"),
    [
        ({"email": "mara@northvane.example"}, 409, "email"),
        ({"email": "mara"}, 400, "email"),
        ({"full_name": "x" * 121}, 400, "full_name"),
        ({"role": "boss"}, 400, "role"),
        ({"language": "xx"}, 400, "language"),
        ({"time_zone": "Mars/Base"}, 409, "time_zone"),
        ({"teams": [{"team": 10**9}]}, 400, "teams.0.team"),
        ({"team": 1}, 400, "team"),
    ],
)
def test_an_impossible_invitation_names_its_field(post, facts, status, field):
    make_user(email="mara@northvane.example")
    body = {"email": "ines@northvane.example", "full_name": "Ines Costa"} | facts

    answered, shown = post("users/", body)

    assert answered == status
    assert shown["errors"][0]["field"] == field
    assert not User.objects.filter(full_name="Ines Costa").exists()


def test_every_act_on_a_person_shows_the_person_then(post, mara):
    team = make_team("Billing")
    at = f"users/{mara.pk}"
    week = [
        {"weekday": "monday", "starts": "08:00", "ends": "12:00"},
        {"weekday": "monday", "starts": "20:00", "ends": "24:00"},
    ]
    days = {"starts_on": "2026-03-09", "ends_on": "2026-03-13", "note": "Spring"}

    assert post(f"{at}/rename/", {"full_name": "Mara Lind"})[1]["full_name"] == "Mara Lind"
    assert post(f"{at}/change-role/", {"role": "team_lead"})[1]["role"] == "team_lead"
    teams = post(f"{at}/set-teams/", {"teams": [{"team": team.pk}]})[1]["teams"]
    assert teams == [{"id": team.pk, "name": "Billing", "is_lead": False}]
    skills = [{"skill": "Refunds", "level": 4}]
    assert post(f"{at}/set-skills/", {"skills": skills})[1]["skills"] == skills
    shown = post(f"{at}/set-working-hours/", {"working_hours": week})[1]
    assert shown["working_hours"] == week
    status, shown = post(f"{at}/add-leave/", days)
    assert (status, shown["leave"]) == (201, [{"id": shown["leave"][0]["id"], **days}])
    leave = {"leave": shown["leave"][0]["id"]}
    assert post(f"{at}/remove-leave/", leave)[1]["leave"] == []
    assert post(f"{at}/deactivate/")[1]["is_active"] is False
    assert post(f"{at}/reactivate/")[1]["is_active"] is True
    assert post(f"{at}/invite-again/")[0] == 200
    assert PeopleEntry.objects.of(mara).count() == 10


@pytest.mark.parametrize(
    ("block", "code", "says"),
    [
        ({"starts": "14:00", "ends": "12:00"}, "hours_not_possible", "ends before it starts"),
        ({"starts": "11:30", "ends": "14:00"}, "hours_not_possible", "08:00–12:00 and 11:30–14:00"),
    ],
)
def test_an_impossible_week_is_refused_with_its_day(post, mara, block, code, says):
    week = [
        {"weekday": "tuesday", "starts": "08:00", "ends": "12:00"},
        {"weekday": "tuesday"} | block,
    ]

    status, shown = post(f"users/{mara.pk}/set-working-hours/", {"working_hours": week})

    assert (status, shown["code"], shown["weekday"]) == (409, code, "tuesday")
    assert shown["errors"][0]["field"] == "working_hours"
    assert says in shown["detail"]


@pytest.mark.parametrize(
    ("block", "field"),
    [
        ({"starts": "8"}, "working_hours.0.starts"),
        ({"ends": "24:01"}, "working_hours.0.ends"),
        ({"weekday": "funday"}, "working_hours.0.weekday"),
        ({"weekday": 1}, "working_hours.0.weekday"),
    ],
)
def test_a_block_that_is_none_is_refused_with_its_field(post, mara, block, field):
    whole = {"weekday": "monday", "starts": "08:00", "ends": "12:00"} | block

    status, shown = post(f"users/{mara.pk}/set-working-hours/", {"working_hours": [whole]})

    assert (status, shown["errors"][0]["field"]) == (400, field)


def test_nobody_changes_their_own_role_or_shuts_themselves_out(post, admin):
    make_user(Role.ADMIN)

    for act, body in (("change-role", {"role": "agent"}), ("deactivate", {})):
        status, shown = post(f"users/{admin.pk}/{act}/", body)
        assert (status, shown["code"]) == (409, "not_yourself")


def test_leave_of_somebody_else_is_not_there(post, mara, admin):
    other = add_leave(
        make_user().pk,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 9),
        by=admin,
        at=MONDAY,
    )

    assert post(f"users/{mara.pk}/remove-leave/", {"leave": other.pk})[0] == 404
    assert Leave.objects.filter(pk=other.pk).exists()


def test_teams_and_tiers_are_made_and_renamed(post):
    assert post("tiers/", {"level": 2, "name": "Resolution"})[0] == 201
    assert post("tiers/", {"level": 3, "name": "Executive"})[0] == 201
    status, team = post("teams/", {"name": "Billing", "tier": 2})
    assert (status, team["tier"]["name"]) == (201, "Resolution")

    assert post(f"teams/{team['id']}/rename/", {"name": "Payments"})[1]["name"] == "Payments"
    assert post(f"teams/{team['id']}/change-tier/", {"tier": 3})[1]["tier"]["level"] == 3
    assert post("tiers/3/rename/", {"name": "Legal"})[1]["name"] == "Legal"


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("teams/", {"name": "BILLING", "tier": 1}, 409, "name_is_taken", "name"),
        ("teams/", {"name": "Legal", "tier": 7}, 400, "validation_failed", "tier"),
        ("teams/", {"name": "Legal", "tier": True}, 400, "validation_failed", "tier"),
        ("tiers/", {"name": "Other", "level": 1}, 409, "level_not_possible", "level"),
        ("tiers/", {"name": "Tier 1", "level": 2}, 409, "name_is_taken", "name"),
        ("tiers/", {"name": "Other", "level": 10}, 400, "validation_failed", "level"),
        ("tiers/1/rename/", {"name": "Tier 1"}, 409, "nothing_changed", "name"),
    ],
)
def test_an_impossible_team_or_tier_is_refused(post, path, body, status, code, field):
    make_team("Billing")

    answered, shown = post(path, body)

    assert (answered, shown["code"]) == (status, code)
    assert shown["errors"][0]["field"] == field
