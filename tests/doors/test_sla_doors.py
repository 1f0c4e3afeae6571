"""Calendars and policies over REST: the same rules, every refusal at its field."""

import pytest

from accounts.models import Role
from escalations.models import BusinessCalendar, SLAPolicy
from helpdesk.models import Category
from tests.api.conftest import caller  # noqa: F401
from tests.escalations.plans import (
    HOUR,
    draft,
    level,
    make_calendar,
    make_policy,
    office_week,
    plan,
    target,
)
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

POLICIES, CALENDARS = "/api/v1/sla-policies/", "/api/v1/calendars/"


@pytest.fixture
def boss(caller):  # noqa: F811
    return caller(make_user(Role.MANAGER, full_name="Mara Lindqvist"))


def errors(response) -> dict[str, str]:
    assert response.status_code == 400, response.content
    return {entry["field"]: entry["code"] for entry in response.json()["errors"]}


def test_a_calendar_is_made_changed_and_its_versions_told(boss):
    made = boss.post(CALENDARS, plan(name="Europe", country="DE", region="NW"))
    assert made.status_code == 201, made.content
    key = made.json()["id"]

    changed = boss.post(f"{CALENDARS}{key}/change/", {"zone": "Europe/Paris", "seen": 1})

    assert changed.status_code == 200, changed.content
    shown = changed.json()["current"]
    assert (shown["number"], shown["zone"], shown["region"]) == (2, "Europe/Paris", "NW")
    assert shown["created_by"]["full_name"] == "Mara Lindqvist"
    assert shown["week"][0] == {
        "weekday": "monday", "starts": "09:00", "ends": "17:00", "next_day": False,
    }  # fmt: skip
    versions = boss.get(f"{CALENDARS}{key}/versions/").json()["results"]
    assert [(each["number"], each["zone"]) for each in versions] == [
        (2, "Europe/Paris"),
        (1, "Europe/Berlin"),
    ]
    stale = boss.post(f"{CALENDARS}{key}/change/", {"zone": "UTC", "seen": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"zone": "Mars/Olympus"}, "zone", "unknown_zone"),
        ({"week": office_week("17:00-09:00", days=["monday"])}, "week.0.ends", "ends_before_start"),
        ({"week": office_week("09:00-12:00", "11:00-13:00")}, "week", "overlapping_blocks"),
        ({"week": []}, "week", "never_opens"),
        ({"country": "XX"}, "country", "unknown_value"),
        ({"name": ""}, "name", "blank"),
    ],
    ids=str,
)
def test_a_calendar_that_cannot_be_is_refused_at_its_field(boss, wrong, path, code):
    response = boss.post(CALENDARS, plan(name="Europe") | wrong)

    assert errors(response) == {path: code}
    assert not BusinessCalendar.objects.exists()


def test_a_calendar_answers_when_it_is_open(boss):
    calendar = make_calendar()

    periods = boss.get(
        f"{CALENDARS}{calendar.pk}/opening-periods/?from=2026-06-05T12:00&to=2026-06-08T10:00"
    )

    assert periods.json() == [
        {"start": "2026-06-05T10:00:00Z", "end": "2026-06-05T15:00:00Z"},
        {"start": "2026-06-08T07:00:00Z", "end": "2026-06-08T08:00:00Z"},
    ]
    endless = f"{CALENDARS}{calendar.pk}/opening-periods/?from=2026-06-05&to=2028-06-08"
    assert set(errors(boss.get(endless))) <= {"from", "to"}


def test_the_holidays_of_a_region_are_told(boss):
    days = boss.get(f"{CALENDARS}holidays/?country=DE&region=NW&year=2026").json()
    assert {"on": "2026-06-04", "name": "Fronleichnam"} in days
    assert {"code": "NW", "name": "Nordrhein-Westfalen"} in boss.get(
        f"{CALENDARS}regions/?country=DE"
    ).json()
    assert {"code": "DE", "name": "Germany"} in boss.get(f"{CALENDARS}countries/").json()
    unknown = boss.get(f"{CALENDARS}holidays/?country=DE&region=ZZ&year=2026")
    assert errors(unknown) == {"region": "unknown_place"}
    assert errors(boss.get(f"{CALENDARS}holidays/?country=DE&year=26")) == {"year": "invalid"}


def test_a_calendar_is_tried_out_before_it_is_kept(boss):
    answer = boss.post(f"{CALENDARS}try-out/", plan(at="2026-06-05T16:40", seconds=2 * HOUR)).json()

    assert (answer["due_at"], answer["words"]) == ("2026-06-08T08:40:00Z", "Mon 8 Jun, 10:40")
    assert [line["words"] for line in answer["lines"]][0].endswith("20 min counted")
    assert sum(line["counted_seconds"] for line in answer["lines"]) == 2 * HOUR
    assert not BusinessCalendar.objects.exists()


def test_a_policy_is_made_changed_moved_and_its_versions_told(boss):
    Category.objects.create(slug="damaged", name="Damaged")
    team = make_team()
    make_policy("Everybody")
    conditions = {"tier": [1], "category": ["damaged"], "customer_tags": ["VIP"]}
    levels = [level(HOUR, acts=[{"raise_priority": "urgent"}])]
    targets = {"first_reply": target(levels=levels)}

    made = boss.post(POLICIES, {"name": "Damaged", "conditions": conditions, "targets": targets})
    assert made.status_code == 201, made.content
    key, shown = made.json()["id"], made.json()["current"]
    assert shown["conditions"] == conditions | {"customer_tags": ["vip"]}
    assert shown["targets"]["first_reply"]["levels"] == levels

    boss.post(f"{POLICIES}{key}/change/",
              {"conditions": {"team": [team.pk]}, "note": "Ours", "seen": 1})  # fmt: skip
    moved = boss.post(f"{POLICIES}{key}/move/", {"position": 1})
    assert moved.json()["position"] == 1
    off = boss.post(f"{POLICIES}{key}/deactivate/", {"note": "Summer"})
    assert off.json()["is_active"] is False
    assert boss.post(f"{POLICIES}{key}/activate/").json()["is_active"] is True
    versions = boss.get(f"{POLICIES}{key}/versions/").json()["results"]
    assert [each["note"] for each in versions] == [
        "Put in force.", "Taken out of force. Summer", "Moved from place 2 to 1.", "Ours", "",
    ]  # fmt: skip
    listed = boss.get(POLICIES).json()["results"]
    assert [each["name"] for each in listed] == ["Damaged", "Everybody"]


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"targets": {"resolution": target(0)}}, "targets.resolution.seconds", "not_positive"),
        ({"targets": {"resolution": target(-5)}}, "targets.resolution.seconds", "not_positive"),
        ({"targets": {"resolution": target(time="business")}}, "calendar", "calendar_needed"),
        ({"targets": {"resolution": target(levels=[level(5), level(5)])}},
         "targets.resolution.levels.1.after", "same_offset"),
        ({"calendar": 99}, "calendar", "unknown_value"),
        ({"conditions": {"category": ["none"]}}, "conditions.category.0", "unknown_value"),
        ({"targets": {"resolution": target(levels=[level(recipients=[{"user": 10**9}])])}},
         "targets.resolution.levels.0.recipients.0.user", "unknown_value"),
    ],
    ids=str,
)  # fmt: skip
def test_a_policy_that_cannot_be_is_refused_at_its_field(boss, wrong, path, code):
    response = boss.post(POLICIES, {"name": "New"} | draft() | wrong)

    assert errors(response) == {path: code}
    assert not SLAPolicy.objects.exists()


def test_levels_that_close_a_circle_are_refused_at_the_act(boss):
    team = make_team()
    levels = [level(acts=[{"move_to_team": team.pk}])]
    body = {"conditions": {"team": [team.pk]}, "targets": {"resolution": target(levels=levels)}}

    path = "targets.resolution.levels.0.acts.0.move_to_team"
    assert errors(boss.post(POLICIES, {"name": "Round"} | body)) == {path: "cyclic_level"}


def test_a_name_is_given_once(boss):
    make_policy("Everybody")

    response = boss.post(POLICIES, {"name": "everybody"} | draft())

    assert (response.status_code, response.json()["code"]) == (409, "name_is_taken")
    assert response.json()["errors"][0]["field"] == "name"


def test_a_draft_is_tried_out(boss):
    calendar = make_calendar()
    body = {
        "calendar": calendar.pk,
        "targets": {"first_reply": target(2 * HOUR, "business")},
        "conditions": {"priority": ["urgent"]},
        "at": "2026-06-05T16:40",
    }

    answer = boss.post(f"{POLICIES}try-out/", body).json()

    assert answer["decides"] is True
    (due,) = answer["dues"]
    assert (due["due_at"], due["label"]) == ("2026-06-08T08:40:00Z", "First reply")
    make_policy("Everybody")
    answer = boss.post(f"{POLICIES}try-out/", body | {"facts": {"priority": "low"}}).json()
    assert (answer["decides"], answer["words"]) == (
        False,
        "“Everybody” comes first and decides for such a ticket.",
    )
    assert errors(boss.post(f"{POLICIES}try-out/", body | {"at": "Friday"})) == {"at": "no_moment"}


def test_open_tickets_that_would_differ_are_named(boss):
    ticket = make_ticket()

    answer = boss.post(f"{POLICIES}differences/", draft()).json()

    assert (answer["count"], answer["looked_at"]) == (1, 1)
    (named,) = answer["tickets"]
    assert (named["ticket"], named["policy_before"]) == (ticket.pk, "")
    assert named["changes"][0]["after_seconds"] == 4 * HOUR


@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.COMPLIANCE])
def test_leads_and_compliance_see_but_do_not_write(caller, role):  # noqa: F811
    client, policy = caller(make_user(role)), make_policy()

    assert client.get(f"{POLICIES}{policy.pk}/").status_code == 200
    assert client.get(CALENDARS).status_code == 200
    assert client.post(f"{POLICIES}try-out/", draft(at="2026-06-05T16:40")).status_code == 200
    assert client.post(POLICIES, {"name": "Mine"} | draft()).status_code == 403
    assert client.post(f"{POLICIES}{policy.pk}/deactivate/").status_code == 403
    assert client.post(CALENDARS, plan(name="Mine")).status_code == 403


@pytest.mark.parametrize("address", [POLICIES, CALENDARS, f"{CALENDARS}countries/"])
def test_agents_see_neither(caller, address):  # noqa: F811
    assert caller(make_user()).get(address).status_code == 403


@pytest.mark.parametrize("address", [f"{POLICIES}999/versions/", f"{CALENDARS}999/versions/"])
def test_what_is_not_there_has_no_versions(boss, address):
    assert boss.get(address).status_code == 404
