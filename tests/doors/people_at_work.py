"""A person with everything, the acts on them, and input that is none."""

from django.urls import reverse

from accounts.services.hours import set_working_hours
from accounts.services.memberships import Seat, set_teams
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.factories import MONDAY, make_team

NASTY = ["\x00", "a\x00b", "x" * 5000, "-1", "9" * 5000, "'; --", "😀" * 200, "１２"]


def page_of(client, person, **params):
    return client.get(reverse("people:person", args=[person.pk]), params)


def act(client, person, verb, data=None, **extra):
    return client.post(reverse("people:act", args=[person.pk, verb]), data or {}, **extra)


def everything_of(user, admin, *, team=None) -> None:
    set_teams(user.pk, seats=[Seat(team or make_team(), is_lead=True)], by=admin, at=MONDAY)
    set_skills(user.pk, skills=[("Refunds", 4)], by=admin, at=MONDAY)
    week = [Block(day, 480, 720) for day in range(7)]
    set_working_hours(user.pk, blocks=week, by=admin, at=MONDAY)


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
