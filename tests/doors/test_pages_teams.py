"""Inviting people, and making teams and tiers, in a browser."""

import pytest
from django.urls import reverse

from accounts.models import Role, Team, Tier, User
from tests.doors.people_at_work import NASTY
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN, full_name="Noor Haddad")
    client.force_login(user)
    return user


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
