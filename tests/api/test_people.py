"""Administering people, teams and tiers through the REST door."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    Leave,
    PeopleEntry,
    Role,
    SkillLevel,
    Team,
    TeamMembership,
    Tier,
    User,
    WorkingHours,
)
from accounts.services.hours import set_working_hours
from accounts.services.leave import add_leave
from accounts.services.memberships import Seat, set_teams
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.api.conftest import token_for
from tests.api.test_bad_input import NASTY_BODIES, NASTY_VALUES, _is_a_problem
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db

NOT_ADMIN = [role for role in Role.values if role != Role.ADMIN]


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


@pytest.fixture
def post(caller, admin):
    """Return a function that posts and gives status and answer."""
    clients = {}

    def do(path: str, body: dict | None = None, *, by=None) -> tuple[int, dict]:
        by = by or admin
        client = clients.setdefault(by.pk, caller(by))
        response = client.post(f"/api/v1/{path}", body or {})
        return response.status_code, response.json()

    return do


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


def world(mara) -> dict:
    """Return valid input for every act of the administration."""
    team = make_team("Billing")
    leave = Leave.objects.create(user=mara, starts_on="2026-04-01", ends_on="2026-04-02")
    block = {"weekday": "monday", "starts": "08:00", "ends": "12:00"}
    person, of_team = f"users/{mara.pk}", f"teams/{team.pk}"
    return {
        "users/": {
            "email": "ines@northvane.example",
            "full_name": "Ines Costa",
            "role": "agent",
            "teams": [{"team": team.pk, "is_lead": True}],
            "language": "en",
            "time_zone": "UTC",
        },
        f"{person}/rename/": {"full_name": "Mara Lind"},
        f"{person}/change-role/": {"role": "manager"},
        f"{person}/deactivate/": {},
        f"{person}/reactivate/": {},
        f"{person}/invite-again/": {},
        f"{person}/set-teams/": {"teams": [{"team": team.pk, "is_lead": False}]},
        f"{person}/set-skills/": {"skills": [{"skill": "Refunds", "level": 4}]},
        f"{person}/set-working-hours/": {"working_hours": [block]},
        f"{person}/add-leave/": {"starts_on": "2026-03-09", "ends_on": "2026-03-13", "note": "x"},
        f"{person}/remove-leave/": {"leave": leave.pk},
        "teams/": {"name": "Europe", "tier": 1},
        f"{of_team}/rename/": {"name": "Payments"},
        f"{of_team}/change-tier/": {"tier": 1},
        "tiers/": {"level": 4, "name": "Board", "is_customer_facing": False},
        "tiers/1/rename/": {"name": "Front"},
    }


@pytest.mark.parametrize("role", NOT_ADMIN)
def test_only_administrators_do_any_of_it(post, mara, role):
    by = make_user(role)
    acts = world(mara)
    before = everything_there_is()

    for path, body in acts.items():
        status, shown = post(path, body, by=by)
        assert (status, shown["code"]) == (403, "permission_denied"), path

    assert len(acts) == 16
    assert everything_there_is() == before


def everything_there_is() -> list[list]:
    tables = (User, Team, Tier, TeamMembership, Leave, SkillLevel, WorkingHours, PeopleEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_a_token_that_only_reads_administers_nothing(caller, admin, mara):
    client = caller(admin, "read")

    for path, body in world(mara).items():
        assert client.post(f"/api/v1/{path}", body).status_code == 403, path


def test_nobody_there_is_not_found(post, mara):
    for path, body in world(mara).items():
        if f"{mara.pk}/" in path and path.startswith("users/"):
            for key in (mara.pk + 100, 10**40):
                assert post(path.replace(str(mara.pk), str(key)), body)[0] == 404, path
    assert post("teams/999999/rename/", {"name": "X"})[0] == 404
    assert post(f"tiers/{10**40}/rename/", {"name": "X"})[0] == 404


def test_no_input_breaks_an_act(caller, admin, mara):
    client = caller(admin)

    def send(path: str, body) -> None:
        response = client.generic("POST", f"/api/v1/{path}", body, content_type="application/json")
        assert response.status_code < 300 or _is_a_problem(response), (path, body[:80])

    for path, valid in world(mara).items():
        for body in NASTY_BODIES:
            send(path, body)
        for field, good in valid.items():
            for value in NASTY_VALUES:
                send(path, json.dumps(valid | {field: value}))
                if isinstance(good, list):
                    send(path, json.dumps(valid | {field: [value]}))
                    for inner in good[0]:
                        send(path, json.dumps(valid | {field: [good[0] | {inner: value}]}))


def test_one_person_is_shown_whole_and_a_note_only_to_leads_and_themselves(caller, admin, mara):
    everything_of(mara, admin)

    def note(reader) -> str | None:
        shown = caller(reader).get(f"/api/v1/users/{mara.pk}/").json()
        assert shown["skills"] == [{"skill": "Refunds", "level": 4}]
        return shown["leave"][0]["note"]

    assert note(mara) == note(admin) == note(make_user(Role.TEAM_LEAD)) == "Spring"
    assert note(make_user()) is note(make_user(Role.COMPLIANCE)) is None


def everything_of(user, admin) -> None:
    set_teams(user.pk, seats=[Seat(make_team()), Seat(make_team())], by=admin, at=MONDAY)
    set_skills(user.pk, skills=[("Refunds", 4)], by=admin, at=MONDAY)
    set_working_hours(user.pk, blocks=[Block(0, 480, 720)], by=admin, at=MONDAY)
    add_leave(
        user.pk,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 13),
        note="Spring",
        by=admin,
        at=MONDAY,
    )


def test_a_person_costs_the_same_however_much_they_have(caller, admin, mara):
    client, address = caller(admin), f"/api/v1/users/{mara.pk}/"
    client.get(address)
    everything_of(mara, admin)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(20):
        set_skills(mara.pk, skills=[(f"Skill {i}", 3) for i in range(n)], by=admin, at=MONDAY)
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(few) == len(many) <= 8


def test_a_deactivated_person_is_unauthenticated_at_the_next_request(post, caller, mara):
    text = token_for(mara, "read")
    session = caller(mara)
    session.credentials()
    session.force_login(mara)
    assert session.get("/api/v1/users/me/").status_code == 200

    post(f"users/{mara.pk}/deactivate/")

    with_token = session.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {text}"})
    assert (with_token.status_code, with_token.json()["code"]) == (401, "authentication_failed")
    assert session.get("/api/v1/users/me/").status_code == 401
