"""One person as the REST door shows them: whole, and at one cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    Role,
)
from accounts.services.hours import set_working_hours
from accounts.services.leave import add_leave
from accounts.services.memberships import Seat, set_teams
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


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
