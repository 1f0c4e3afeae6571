"""One person in a browser: shown whole, changed section by section, refused in place."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Leave, Role, Skill, Team
from accounts.services.hours import blocks_of
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.doors.people_at_work import ACTS, NASTY, act, everything_of, page_of
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN, full_name="Noor Haddad")
    client.force_login(user)
    return user


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist", email="mara@northvane.example")


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
