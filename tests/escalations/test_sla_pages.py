"""Pages of policies and calendars: right without a script, refused at the control."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from escalations.models import BusinessCalendar, SLAPolicy
from tests.drawn_forms import form_of
from tests.escalations.plans import HOUR, level, make_calendar, make_policy, target
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_user(Role.MANAGER, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


def everything(calendar, team, person) -> dict:
    return {
        "calendar": calendar.pk,
        "conditions": {"channel": ["amazon"], "tier": [1], "customer_tags": ["vip", "trade fair"]},
        "targets": {
            "channel_reply": {"warnings": [{"before": HOUR, "recipients": ["lead"]}], "levels": []},
            "first_reply": target(
                5400,
                "business",
                warnings=[{"percent": 75, "recipients": ["assignee", {"user": person.pk}]}],
                levels=[
                    level(
                        0,
                        recipients=["team", {"team": team.pk}],
                        acts=[{"assign_to": "nobody"}, {"raise_priority": "urgent"},
                              {"move_to_team": team.pk}],
                    )
                ],
            ),
        },
    }  # fmt: skip


def test_a_policy_sent_back_as_it_was_drawn_changes_nothing(client, boss):
    team = make_team(level=2)
    make_team()
    policy = make_policy("Amazon", **everything(make_calendar(), team, make_user()))
    address = reverse("escalations:policy", args=[policy.pk])

    response = client.post(address, form_of(client.get(address)))

    assert response.status_code == 422
    assert "says all that already" in response.content.decode()


def test_a_policy_is_made_without_a_script(client, boss):
    calendar, team = make_calendar(), make_team()
    address = reverse("escalations:new_policy")
    form = form_of(client.get(address)) | {
        "name": "Frontline", "calendar": str(calendar.pk), "conditions.team": [str(team.pk)],
        "targets.first_reply.hours": "2", "targets.first_reply.minutes": "30", "note": "First",
    }  # fmt: skip

    with_row = client.post(address, form | {"add": "targets.first_reply.levels"})
    form = form_of(with_row) | {
        "targets.first_reply.levels.0.amount": "60",
        "targets.first_reply.levels.0.recipients": ["lead", ""],
        "targets.first_reply.levels.0.raise_priority": "urgent",
    }
    made = client.post(address, form)

    policy = SLAPolicy.objects.get()
    assert made.status_code == 302 and made["Location"].endswith(f"/sla/policies/{policy.pk}/")
    assert policy.current.conditions == {"team": [team.pk]}
    assert policy.current.targets == {
        "first_reply": {
            "seconds": 9000, "time": "business", "warnings": [],
            "levels": [
                {"after": 3600, "recipients": ["lead"], "acts": [{"raise_priority": "urgent"}]}
            ],
        }
    }  # fmt: skip
    address = reverse("escalations:policy", args=[policy.pk])
    form = form_of(client.get(address))
    without = client.post(address, form | {"remove": "targets.first_reply.levels.0"})
    assert "targets.first_reply.levels.0.amount" not in form_of(without)
    assert "Trial" not in without.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"targets.first_reply.hours": "0"}, "longer than nothing"),
        ({"targets.first_reply.hours": "-1"}, "longer than nothing"),
        ({"targets.first_reply.hours": "soon"}, "Give a whole number."),
        ({"targets.first_reply.time": "business"}, "choose one, or calendar time"),
        ({"calendar": "99"}, "This is not known here"),
        ({"name": ""}, "A name has 1 to 80 characters."),
        ({"conditions.team": ["99"]}, "This is not known here"),
        ({"targets.first_reply.hours": ""}, "A policy promises something"),
        ({"note": "x" * 251}, "A note has at most 250"),
    ],
    ids=str,
)
def test_a_policy_that_cannot_be_is_refused_beside_the_control(client, boss, wrong, words):
    address = reverse("escalations:new_policy")
    form = form_of(client.get(address)) | {"name": "New", "targets.first_reply.time": "calendar"}

    response = client.post(address, form | wrong)

    assert response.status_code == 422
    assert words in response.content.decode()
    for name, value in wrong.items():
        value = value if isinstance(value, list) else [value]
        assert form_of(response).get(name, [""]) in (value, [""])
    assert not SLAPolicy.objects.exists()


def test_a_trial_is_answered_without_a_script(client, boss):
    calendar, ticket = make_calendar(), make_ticket()
    address = reverse("escalations:new_policy")
    form = form_of(client.get(address)) | {
        "calendar": str(calendar.pk), "targets.first_reply.hours": "2",
        "trial.at": "2026-06-05T16:40", "try": "1",
    }  # fmt: skip

    page = client.post(address, form).content.decode()

    assert "Mon 8 Jun, 10:40" in page
    assert "Fri 5 Jun, 16:40 – 17:00: 20 min counted" in page
    assert "1 of 1 open tickets" in page and ticket.subject in page
    assert not SLAPolicy.objects.exists()


def test_policies_stand_in_order_and_are_moved(client, boss):
    first, second = make_policy("Amazon", conditions={"channel": ["amazon"]}), make_policy("Rest")

    page = client.get(reverse("escalations:policies")).content.decode()
    assert page.index("Amazon") < page.index("Rest")
    assert "channel Amazon" in page and "First reply 4 h of calendar time" in page
    client.post(reverse("escalations:move_policy", args=[second.pk]), {"position": "1"})
    client.post(reverse("escalations:deactivate_policy", args=[first.pk]))
    page = client.get(reverse("escalations:policies")).content.decode()
    assert page.index("Rest") < page.index("Amazon")
    assert "out of force" in page
    refused = client.post(reverse("escalations:move_policy", args=[first.pk]), {"position": "9"})
    assert refused.status_code == 422 and "Possible: 1 to 2." in refused.content.decode()


def test_versions_are_compared_in_sentences(client, boss):
    policy = make_policy("Everybody", by=boss, note="Agreed in June")
    address = reverse("escalations:policy", args=[policy.pk])
    form = form_of(client.get(address)) | {"targets.first_reply.hours": "2", "note": "Faster"}
    client.post(address, form)

    page = client.get(reverse("escalations:policy_versions", args=[policy.pk])).content.decode()

    assert "<del>First reply: 4 h of calendar time</del>" in page
    assert "<ins>First reply: 2 h of calendar time</ins>" in page
    assert "“Faster”" in page and "“Agreed in June”" in page and "Mara Lindqvist" in page


@pytest.mark.parametrize("make", [make_policy, make_calendar])
def test_a_version_nobody_can_have_looked_at_is_as_good_as_none(client, boss, make):
    thing = make("Everybody")
    kind = "policy" if make is make_policy else "calendar"
    address = reverse(f"escalations:{kind}", args=[thing.pk])

    response = client.post(address, form_of(client.get(address)) | {"seen": "9" * 5000})

    assert response.status_code == 422
    assert "says all that already" in response.content.decode()


CALENDAR = {
    "country": "DE",
    "region": "NW",
    "holidays": [{"on": "2026-12-31", "name": "Stocktaking"}],
    "recurring": [{"month": 12, "day": 24, "name": "Christmas Eve"}],
    "exceptions": [
        {"on": "2026-12-05", "name": "Short Saturday",
         "hours": [{"starts": "10:00", "ends": "14:00"}]},
        {"on": "2026-12-07", "name": "Move", "hours": []},
    ],
}  # fmt: skip


def test_a_calendar_sent_back_as_it_was_drawn_changes_nothing(client, boss):
    night = {"weekday": "saturday", "starts": "22:00", "ends": "06:00", "next_day": True}
    two = [{"weekday": "monday", "starts": "08:00", "ends": "12:00"},
           {"weekday": "monday", "starts": "13:00", "ends": "24:00"}]  # fmt: skip
    calendar = make_calendar("Europe", week=[*two, night], **CALENDAR)
    address = reverse("escalations:calendar", args=[calendar.pk])

    response = client.post(address, form_of(client.get(address)))

    assert response.status_code == 422
    assert "says all that already" in response.content.decode()


def test_a_calendar_is_made_without_a_script(client, boss):
    address = reverse("escalations:new_calendar")
    form = form_of(client.get(address)) | {
        "name": "Europe", "zone": "Europe/Berlin", "country": "DE",
        "week.monday.hours": "8:00-12:00, 13:00–17:00", "week.tuesday.breaks": "12:00–13:00",
        "week.saturday.hours": "22:00–06:00", "week.saturday.night": "1",
    }  # fmt: skip

    shown = client.post(address, form | {"show": "regions"}).content.decode()
    assert '<option value="NW">Nordrhein-Westfalen</option>' in shown
    made = client.post(address, form | {"region": "NW"})

    assert made.status_code == 302, form_of(made)
    version = BusinessCalendar.objects.get().current
    assert version.week[:4] == [[0, 480, 720], [0, 780, 1020], [1, 540, 720], [1, 780, 1020]]
    assert version.week[-1] == [5, 1320, 360]
    page = client.get(reverse("escalations:calendars")).content.decode()
    assert "Mon 08:00–12:00, 13:00–17:00" in page and "Wed–Fri 09:00–17:00" in page
    versions = reverse("escalations:calendar_versions", args=[version.calendar_id])
    assert "<ins>Time zone Europe/Berlin</ins>" in client.get(versions).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Mars/Olympus"}, "is not a time zone"),
        ({"week.monday.hours": "17:00–09:00"}, "This ends before it starts"),
        ({"week.monday.hours": "09:00–12:00, 11:00–13:00"}, "overlap"),
        ({"week.monday.hours": "all day"}, "Write a time of day as 08:30"),
        ({"week.monday.breaks": "18:00–19:00"}, "outside the opening hours"),
        ({"holidays": "2026-12-31 Good\n2026-02-30 No day"}, "Line 2: Give a date"),
        ({"recurring": "Christmas"}, "Line 1: Give a whole number."),
        ({"exceptions": "Saturday 10:00–14:00"}, "Line 1: Give a date"),
        ({"region": "NW"}, "This is not known here"),
        ({"name": ""}, "A name has 1 to 80 characters."),
    ],
    ids=str,
)
def test_a_calendar_that_cannot_be_is_refused_beside_the_control(client, boss, wrong, words):
    address = reverse("escalations:new_calendar")
    form = form_of(client.get(address)) | {"name": "Europe"}

    response = client.post(address, form | wrong)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not BusinessCalendar.objects.exists()


def test_a_calendar_answers_without_a_script(client, boss):
    address = reverse("escalations:new_calendar")
    form = form_of(client.get(address)) | {
        "zone": "Europe/Berlin", "trial.at": "2026-06-05T16:40", "trial.hours": "2", "show": "1",
    }  # fmt: skip

    assert "Mon 8 Jun, 10:40" in client.post(address, form).content.decode()


PAGES = ("policies", "calendars", "new_policy", "new_calendar")


@pytest.mark.parametrize("page", PAGES)
def test_agents_are_kept_out(client, page):
    client.force_login(make_user())
    assert client.get(reverse(f"escalations:{page}")).status_code == 403


def test_leads_see_and_find_nothing_to_press(client):
    client.force_login(make_user(Role.TEAM_LEAD))
    policy, calendar = make_policy(), make_calendar()

    for name, row in (("policy", policy), ("calendar", calendar)):
        address = reverse(f"escalations:{name}", args=[row.pk])
        page = client.get(address).content.decode()
        assert ">Save<" not in page and "Add a level" not in page
        assert client.post(address, {}).status_code == 403
    listed = client.get(reverse("escalations:policies")).content.decode()
    assert "New policy" not in listed and "Take out" not in listed


@pytest.mark.parametrize("name", ["policies", "calendars"])
def test_a_list_costs_the_same_at_one_row_and_at_fifty(client, boss, name):
    make = make_policy if name == "policies" else make_calendar
    address = reverse(f"escalations:{name}")
    make("First")
    client.get(address)

    with CaptureQueriesContext(connection, ) as at_one:  # fmt: skip
        client.get(address)
    for number in range(49):
        make(f"Row {number}")
    with CaptureQueriesContext(connection, ) as at_fifty:  # fmt: skip
        client.get(address)

    assert len(at_one) == len(at_fifty) <= 12
