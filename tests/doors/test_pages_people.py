"""Who works here: who may see and change it, found and listed in a browser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PeopleEntry, Role, User
from accounts.services.leave import add_leave
from accounts.services.people import deactivate_person
from accounts.services.skills import set_skills
from tests.doors.people_at_work import ACTS, NASTY, act, everything_of, page_of
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db
MAY_SEE = [Role.TEAM_LEAD, Role.MANAGER, Role.ADMIN]
MAY_NOT_SEE = [role for role in Role.values if role not in MAY_SEE]


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN, full_name="Noor Haddad")
    client.force_login(user)
    return user


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist", email="mara@northvane.example")


@pytest.mark.parametrize("role", MAY_NOT_SEE)
def test_who_may_not_see_people_is_forbidden_everywhere(client, mara, role):
    client.force_login(make_user(role))

    for address in ("people:people", "people:teams", "people:invite"):
        assert client.get(reverse(address)).status_code == 403
    assert page_of(client, mara).status_code == 403
    assert client.get(reverse("people:person", args=[10**6])).status_code == 403
    assert reverse("people:people") not in client.get(reverse("helpdesk:customers")).text


@pytest.mark.parametrize("role", MAY_SEE)
def test_leads_and_up_see_people_and_find_them_in_the_navigation(client, mara, role):
    client.force_login(make_user(role))

    for address in ("people:people", "people:teams"):
        assert client.get(reverse(address)).status_code == 200
    assert "Mara Lindqvist" in page_of(client, mara).text
    assert reverse("people:people") in client.get(reverse("helpdesk:customers")).text


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_change_anything(client, mara, role):
    client.force_login(make_user(role))
    team = make_team()

    for verb, data in ACTS.items():
        assert act(client, mara, verb, data).status_code == 403, verb
    structure = {
        reverse("people:invite"): {"email": "a@b.example", "full_name": "A", "role": "agent"},
        reverse("people:new_team"): {"name": "Legal", "tier": team.tier_id},
        reverse("people:new_tier"): {"name": "Legal", "level": 5},
        reverse("people:rename_team", args=[team.pk]): {"name": "Legal"},
        reverse("people:change_tier", args=[team.pk]): {"tier": team.tier_id},
        reverse("people:rename_tier", args=[team.tier_id]): {"name": "Legal"},
    }
    for address, data in structure.items():
        assert client.post(address, data).status_code == 403, address
    assert not PeopleEntry.objects.exists()


def test_a_lead_is_shown_no_form(client, mara):
    client.force_login(make_user(Role.TEAM_LEAD))

    for edit in ("facts", "hours", "teams", "skills", "leave"):
        assert f"/people/{mara.pk}/" not in page_of(client, mara, edit=edit).text
    assert reverse("people:invite") not in client.get(reverse("people:people")).text
    assert reverse("people:new_team") not in client.get(reverse("people:teams")).text


def test_strangers_are_asked_to_sign_in(client, mara):
    for response in (page_of(client, mara), act(client, mara, "deactivate")):
        assert response.status_code == 302
        assert response.url.startswith(reverse("accounts:login"))


@pytest.mark.parametrize("key", [10**6, 10**40])
def test_somebody_who_is_not_there_is_not_found(client, admin, key):
    assert client.get(f"/people/{key}/").status_code == 404
    assert client.post(f"/people/{key}/deactivate/").status_code == 404
    assert client.post(f"/people/teams/{key}/rename/", {"name": "x"}).status_code == 404
    assert client.post(f"/people/tiers/{key}/rename/", {"name": "x"}).status_code == 404
    assert client.post(f"/people/{admin.pk}/promote/").status_code == 404


@pytest.fixture
def house(client, admin, mara):
    """Mara is at work, Sam is away, Tom is deactivated, Ines invited."""
    now = timezone.now()
    team = make_team("Billing")
    sam = make_user(Role.SPECIALIST, full_name="Sam Okafor", team=team)
    for user in (mara, admin, sam):
        user.set_password("a longer pass phrase")
        user.save()
    client.force_login(admin)
    everything_of(mara, admin, team=team)
    days = {"starts_on": now.date(), "ends_on": now.date() + timedelta(days=3)}
    add_leave(sam.pk, **days, by=admin, at=now)
    tom = make_user(Role.MANAGER, full_name="Tom Berg")
    deactivate_person(tom.pk, by=admin, at=now)
    make_user(full_name="Ines Costa")
    return team


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Ines Costa", "Mara Lindqvist", "Noor Haddad", "Sam Okafor"]),
        ({"q": "MARA"}, ["Mara Lindqvist"]),
        ({"q": "lind northvane"}, ["Mara Lindqvist"]),
        ({"role": "specialist"}, ["Sam Okafor"]),
        ({"state": "deactivated"}, ["Tom Berg"]),
        ({"state": "invited"}, ["Ines Costa"]),
        ({"state": "all", "role": "manager"}, ["Tom Berg"]),
        ({"role": "boss"}, ["Ines Costa", "Mara Lindqvist", "Noor Haddad", "Sam Okafor"]),
        ({"page": "x"}, ["Ines Costa", "Mara Lindqvist", "Noor Haddad", "Sam Okafor"]),
    ],
)
def test_people_are_found(client, house, asked, names):
    response = client.get(reverse("people:people"), asked)

    assert [row.person.full_name for row in response.context["rows"]] == names


def test_people_of_a_team_are_found(client, house):
    response = client.get(reverse("people:people"), {"team": house.pk})

    names = [row.person.full_name for row in response.context["rows"]]
    assert names == ["Mara Lindqvist", "Sam Okafor"]


def test_the_list_says_who_is_there_today(client, house):
    page = client.get(reverse("people:people"), {"state": "all"}).text

    assert "08:00–12:00" in page
    assert "Away to" in page
    assert "Deactivated" in page
    assert "Invited" in page
    assert "(lead)" in page


def test_today_is_a_day_where_the_person_is(client, admin, mara):
    """At the same moment it is another date 26 hours of clocks apart."""
    User.objects.filter(pk=mara.pk).update(time_zone="Pacific/Kiritimati")
    there = (timezone.now() + timedelta(hours=14)).date()
    add_leave(mara.pk, starts_on=there, ends_on=there, by=admin, at=MONDAY)

    assert "Away to" in client.get(reverse("people:people"), {"q": "mara"}).text
    User.objects.filter(pk=mara.pk).update(time_zone="Etc/GMT+12")
    assert "Away to" not in client.get(reverse("people:people"), {"q": "mara"}).text


@pytest.mark.parametrize("field", ["q", "role", "team", "state", "page"])
def test_no_parameter_breaks_the_list(client, admin, field):
    for value in NASTY:
        assert client.get(reverse("people:people"), {field: value}).status_code == 200


def test_a_second_page_follows(client, admin):
    for number in range(51):
        make_user(full_name=f"Agent {number:02}")

    first = client.get(reverse("people:people"), {"role": "agent"})
    second = client.get(reverse("people:people"), {"role": "agent", "page": 2})

    assert "role=agent&amp;page=2" in first.text
    assert [row.person.full_name for row in second.context["rows"]] == ["Agent 50"]


def _queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["people:people", "people:teams", "people:person"])
def test_a_page_costs_the_same_for_1_and_for_50(client, admin, mara, name):
    address = reverse(name, args=[mara.pk] if name == "people:person" else [])
    team = make_team()
    everything_of(mara, admin, team=team)
    at_one = _queries(client, address)
    for n in range(49):
        everything_of(make_user(), admin, team=team)
        set_skills(mara.pk, skills=[(f"Skill {n}", 3), ("Refunds", 4)], by=admin, at=MONDAY)

    assert _queries(client, address) == at_one <= 14
