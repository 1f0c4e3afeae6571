"""Who administers people through the REST door, and what no input breaks."""

import json

import pytest

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
from tests.api.conftest import token_for
from tests.api.test_bad_input import NASTY_BODIES, NASTY_VALUES, _is_a_problem
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
NOT_ADMIN = [role for role in Role.values if role != Role.ADMIN]


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


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
