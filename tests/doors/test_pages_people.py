"""People and teams, as an administrator, a lead and everybody else meet them in a browser."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Leave, PeopleEntry, Role, Skill, Team, Tier, User
from accounts.services.hours import blocks_of, set_working_hours
from accounts.services.leave import add_leave
from accounts.services.memberships import Seat, set_teams
from accounts.services.people import deactivate_person
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db

MAY_SEE = [Role.TEAM_LEAD, Role.MANAGER, Role.ADMIN]
MAY_NOT_SEE = [role for role in Role.values if role not in MAY_SEE]
NASTY = ["\x00", "a\x00b", "x" * 5000, "-1", "9" * 5000, "'; --", "😀" * 200, "１２"]


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN, full_name="Noor Haddad")
    client.force_login(user)
    return user


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist", email="mara@northvane.example")


def page_of(client, person, **params):
    return client.get(reverse("people:person", args=[person.pk]), params)


def act(client, person, verb, data=None, **extra):
    return client.post(reverse("people:act", args=[person.pk, verb]), data or {}, **extra)


def everything_of(user, admin, *, team=None) -> None:
    set_teams(user.pk, seats=[Seat(team or make_team(), is_lead=True)], by=admin, at=MONDAY)
    set_skills(user.pk, skills=[("Refunds", 4)], by=admin, at=MONDAY)
    week = [Block(day, 480, 720) for day in range(7)]
    set_working_hours(user.pk, blocks=week, by=admin, at=MONDAY)


# Who may


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


ACTS = {
    "rename": {"full_name": "Mara Lind"},
    "change-role": {"role": "manager"},
    "deactivate": {},
    "reactivate": {},
    "invite-again": {},
    "set-teams": {},
    "set-skills": {"new_skill": "Refunds", "new_level": "3"},
    "set-working-hours": {"monday": "08:00-12:00"},
    "add-leave": {"starts_on": "2026-03-09", "ends_on": "2026-03-09"},
    "remove-leave": {"leave_id": "1"},
}


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


# The list


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


# One person


def test_a_person_is_shown_with_everything_and_its_record(client, admin, mara):
    everything_of(mara, admin, team=make_team("Billing"))

    page = page_of(client, mara).text

    for words in ("Billing", "leads it", "Refunds", "Level 4 of 5", "28 h a week"):
        assert words in page
    assert "<b>Noor Haddad</b> changed the skills" in page


@pytest.mark.parametrize("section", ["facts", "hours", "teams", "skills", "leave", "x", "\x00"])
def test_every_section_can_be_opened_for_change_without_script(client, admin, mara, section):
    everything_of(mara, admin)

    assert page_of(client, mara, edit=section).status_code == 200


def test_name_and_role_are_changed(client, admin, mara):
    assert act(client, mara, "rename", {"full_name": "Mara Lind"}).status_code == 302
    response = act(client, mara, "change-role", {"role": "team_lead"}, follow=True)

    mara.refresh_from_db()
    assert (mara.full_name, mara.role) == ("Mara Lind", "team_lead")
    assert "The role is saved." in response.text
    assert "<del>Frontline agent</del> Team lead" in response.text


def test_teams_are_chosen_with_their_seat(client, admin, mara):
    member, lead, none = make_team("A"), make_team("B"), make_team("C")
    chosen = {f"team_{member.pk}": "member", f"team_{lead.pk}": "lead", f"team_{none.pk}": ""}

    act(client, mara, "set-teams", chosen)

    assert dict(mara.memberships.values_list("team", "is_lead")) == {
        member.pk: False,
        lead.pk: True,
    }


def test_skills_are_changed_dropped_and_added(client, admin, mara):
    set_skills(mara.pk, skills=[("Billing", 2), ("Legal", 3)], by=admin, at=MONDAY)
    billing, legal = Skill.objects.get(name="Billing"), Skill.objects.get(name="Legal")
    chosen = {f"skill_{billing.pk}": "5", f"skill_{legal.pk}": "0"}

    act(client, mara, "set-skills", chosen | {"new_skill": "Refunds", "new_level": "4"})

    held = dict(mara.skill_levels.values_list("skill__name", "level"))
    assert held == {"Billing": 5, "Refunds": 4}


def test_hours_are_written_as_people_write_them(client, admin, mara):
    week = {"monday": "8:00-12:00, 13:00 – 17:00", "sunday": "20:00 to 24:00"}

    assert act(client, mara, "set-working-hours", week).status_code == 302
    assert blocks_of(mara) == [Block(0, 480, 720), Block(0, 780, 1020), Block(6, 1200, 1440)]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("08:00-12:00, 11:00-13:00", "08:00–12:00 and 11:00–13:00 overlap"),
        ("14:00-12:00", "ends before it starts"),
        ("08:00-25:00", "Write a time of day"),
        ("all day", "Write blocks as 08:00–12:00"),
        ("08:00", "Write blocks as 08:00–12:00"),
        ("\x00", "Null characters"),
        ("x" * 201, "at most 200"),
    ],
)
def test_impossible_hours_are_refused_at_their_day(client, admin, mara, written, sentence):
    everything_of(mara, admin)
    before = blocks_of(mara)

    response = act(client, mara, "set-working-hours", {"tuesday": written})

    assert response.status_code == 422
    errors = response.context["forms"]["set_working_hours"].errors
    assert list(errors) == ["tuesday"]
    assert sentence in errors["tuesday"][0]
    assert sentence in response.text
    assert blocks_of(mara) == before


def test_leave_is_added_refused_and_removed(client, admin, mara):
    days = {"starts_on": "2030-03-09", "ends_on": "2030-03-13", "note": "Spring"}

    assert act(client, mara, "add-leave", days).status_code == 302
    again = act(client, mara, "add-leave", days)
    assert again.status_code == 422
    assert "is away 2030-03-09 to 2030-03-13 already" in again.text
    wrong = act(client, mara, "add-leave", days | {"ends_on": "2030-03-01"})
    assert "The last day is 2030-03-09 or later" in wrong.text
    assert act(client, mara, "remove-leave", {"leave_id": mara.leaves.get().pk}).status_code == 302
    assert not mara.leaves.exists()


def test_leave_of_somebody_else_is_not_removed_here(client, admin, mara):
    other = Leave.objects.create(
        user=make_user(), starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 2)
    )

    assert act(client, mara, "remove-leave", {"leave_id": other.pk}).status_code == 404
    assert Leave.objects.filter(pk=other.pk).exists()


def test_who_is_deactivated_is_refused_on_the_next_click(client, admin, mara):
    theirs = Client()
    theirs.force_login(mara)
    assert theirs.get(reverse("helpdesk:queue")).status_code == 200

    assert act(client, mara, "deactivate").status_code == 302

    refused = theirs.get(reverse("helpdesk:queue"))
    assert refused.status_code == 302
    assert refused.url.startswith(reverse("accounts:login"))
    assert "Reactivate" in page_of(client, mara).text
    act(client, mara, "reactivate")
    assert theirs.get(reverse("helpdesk:queue")).status_code == 302


def test_one_does_not_shut_oneself_out(client, admin):
    make_user(Role.ADMIN)

    assert "You cannot deactivate yourself" in page_of(client, admin).text
    for verb, data in (("deactivate", {}), ("change-role", {"role": "agent"})):
        refused = act(client, admin, verb, data)
        assert refused.status_code == 422
        assert "another administrator can" in refused.text


@pytest.mark.parametrize("verb", ACTS)
def test_no_input_breaks_an_act(client, admin, mara, verb):
    everything_of(mara, admin)
    skill, team = Skill.objects.get(), Team.objects.get()
    names = {
        "set-teams": [f"team_{team.pk}"],
        "set-skills": [f"skill_{skill.pk}", "new_skill", "new_level"],
    }.get(verb, list(ACTS[verb]))

    for name in names:
        for value in [*NASTY, "", "boss", "9999-12-31", "0001-01-01"]:
            response = act(client, mara, verb, ACTS[verb] | {name: value})
            assert response.status_code in (302, 404, 422), (name, value)


# Inviting


def test_somebody_is_invited(client, admin):
    team = make_team("Billing")
    written = {
        "email": "Ines@Northvane.example",
        "full_name": "Ines Costa",
        "role": "specialist",
        "language": "it",
        "time_zone": "Europe/Lisbon",
        "teams": [team.pk],
    }

    response = client.post(reverse("people:invite"), written, follow=True)

    user = User.objects.get(email="ines@northvane.example")
    assert response.redirect_chain[0][0] == reverse("people:person", args=[user.pk])
    assert "Ines Costa is invited" in response.text
    assert "Has not accepted the invitation yet" in response.text
    assert list(user.teams.all()) == [team]
    again = client.post(reverse("people:invite"), written)
    assert again.status_code == 422
    assert "Somebody signs in with ines@northvane.example already" in again.text


def test_no_input_breaks_the_invitation(client, admin):
    valid = {
        "email": "ines@northvane.example",
        "full_name": "Ines",
        "role": "agent",
        "language": "en",
        "time_zone": "UTC",
    }

    for name in [*valid, "teams"]:
        for number, value in enumerate(NASTY):
            written = valid | {"email": f"{name}{number}@x.example"} | {name: value}
            response = client.post(reverse("people:invite"), written)
            assert response.status_code in (302, 422), (name, value)


# Teams and tiers


def test_teams_and_tiers_are_made_renamed_and_moved(client, admin):
    client.post(reverse("people:new_tier"), {"name": "Frontline", "level": 1})
    client.post(reverse("people:new_tier"), {"name": "Legal", "level": 3})
    front, legal = Tier.objects.order_by("level")
    client.post(reverse("people:new_team"), {"name": "Billing", "tier": front.pk})
    team = Team.objects.get()

    client.post(reverse("people:rename_team", args=[team.pk]), {"name": "Payments"})
    client.post(reverse("people:change_tier", args=[team.pk]), {"tier": legal.pk})
    client.post(reverse("people:rename_tier", args=[front.pk]), {"name": "Front"})

    team.refresh_from_db()
    front.refresh_from_db()
    assert (team.name, team.tier, front.name) == ("Payments", legal, "Front")
    assert "Payments" in client.get(reverse("people:teams")).text


def test_an_impossible_team_or_tier_is_refused_in_place(client, admin):
    team, other = make_team("Billing"), make_team("Legal")
    refusals = {
        reverse("people:new_team"): ({"name": "billing", "tier": team.tier_id}, "Another team"),
        reverse("people:new_tier"): ({"name": "New", "level": 1}, "a tier of level 1 already"),
        reverse("people:rename_team", args=[other.pk]): ({"name": "Billing"}, "Another team"),
        reverse("people:change_tier", args=[team.pk]): ({"tier": team.tier_id}, "already"),
        reverse("people:rename_tier", args=[team.tier_id]): ({"name": "Tier 1"}, "already"),
    }

    for address, (data, sentence) in refusals.items():
        refused = client.post(address, data)
        assert refused.status_code == 422, address
        assert sentence in refused.text, address
        for name in data:
            for value in NASTY:
                response = client.post(address, data | {name: value})
                assert response.status_code in (302, 422), (address, name, value)


@pytest.mark.parametrize("edit", ["team-1", "tier-1", "team-x", "\x00", "x" * 5000])
def test_no_row_that_is_asked_for_breaks_the_page(client, admin, edit):
    make_team()

    assert client.get(reverse("people:teams"), {"edit": edit}).status_code == 200
