"""Corrective actions: who does what until when, and that they are reminded once a day at most."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from escalations.action_days import is_reminder_owed, last_reminder_day
from escalations.models import CorrectiveAction
from escalations.services.action_reminders import remind_of_actions
from escalations.services.actions import (
    ActionIsDone,
    DayNotPossible,
    OwnerSeesNothing,
    change_action,
    finish_action,
)
from helpdesk.models import Notification, NotificationKind, TimelineKind
from tests.concurrency import all_at_once
from tests.escalations.investigating import investigate, make_action, make_problem
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = date(2026, 3, 2)


@pytest.fixture
def specialist():
    return make_user(Role.SPECIALIST)


@pytest.fixture
def investigation(specialist):
    return investigate(make_ticket(), by=specialist)


def told(user) -> int:
    return Notification.objects.filter(user=user, kind=NotificationKind.ACTION_DUE).count()


@pytest.mark.parametrize(
    ("late", "last"),
    [(-1, None), (0, 0), (1, 1), (2, 1), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (22, 21)],
)
def test_one_is_reminded_on_the_due_day_and_then_rarer(late, last):
    day = last_reminder_day(DUE, today=DUE + late * DAY)
    assert day == (None if last is None else DUE + last * DAY)


def test_a_reminder_day_that_was_missed_is_made_up_for_once():
    today = DUE + 5 * DAY
    assert is_reminder_owed(DUE, DUE, today=today)
    assert not is_reminder_owed(DUE, today, today=today)


def test_the_owner_is_told_once_a_day_through_the_ticket(investigation, specialist):
    owner = make_user()
    action = make_action(investigation=investigation, owner=owner, by=specialist)

    counts = [remind_of_actions(at=MONDAY + late * DAY) for late in (0, 0, 1, 2, 3)]

    assert counts == [1, 0, 1, 0, 1]
    assert told(owner) == 3
    entry = investigation.ticket.timeline.filter(kind=TimelineKind.ACTION_DUE).first()
    assert (entry.after, entry.facts) == (action.text, {"action": action.pk})
    finish_action(action.pk, note="Claimed", by=owner, at=MONDAY + 4 * DAY)
    assert remind_of_actions(at=MONDAY + 30 * DAY) == 0


def test_it_is_due_when_the_day_begins_where_the_owner_is(investigation, specialist):
    far = make_user(time_zone="Pacific/Auckland")
    make_action(investigation=investigation, owner=far, due_on=date(2026, 3, 3), by=specialist)

    assert remind_of_actions(at=MONDAY) == 0
    assert remind_of_actions(at=MONDAY + timedelta(hours=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_tell_once():
    specialist = make_user(Role.SPECIALIST)
    make_action(investigation=investigate(make_ticket(), by=specialist), by=specialist)

    assert sorted(all_at_once([lambda: remind_of_actions(at=MONDAY)] * 4)) == [0, 0, 0, 1]
    assert told(specialist) == 1


def test_an_action_of_a_problem_is_told_through_its_newest_ticket_or_by_letter():
    lead = make_user(Role.TEAM_LEAD)
    old, new = make_ticket(), make_ticket()
    make_action(problem=make_problem(by=lead, tickets=[old.pk, new.pk]), by=lead)
    make_action(problem=make_problem(by=lead), by=lead)

    assert remind_of_actions(at=MONDAY) == 2

    assert new.timeline.filter(kind=TimelineKind.ACTION_DUE).count() == 1
    assert [letter.to for letter in mail.outbox] == [[lead.email]]
    assert "Claim the parcel" in mail.outbox[0].subject


def test_an_owner_sees_the_ticket_and_the_day_is_to_come(specialist):
    team = make_team()
    boss = make_user(Role.MANAGER)
    investigation = investigate(make_ticket(team=team), by=boss)
    with pytest.raises(OwnerSeesNothing):
        make_action(investigation=investigation, owner=make_user(team=make_team()), by=boss)
    for day in (DUE - DAY, DUE + 2000 * DAY):
        with pytest.raises(DayNotPossible):
            make_action(investigation=investigation, due_on=day, by=boss)


def test_the_owner_finishes_their_action_and_nobody_below_the_rights(investigation, specialist):
    owner = make_user()
    action = make_action(investigation=investigation, owner=owner, by=specialist)

    with pytest.raises(PermissionDenied):
        finish_action(action.pk, by=make_user(), at=MONDAY)
    assert finish_action(action.pk, by=owner, at=MONDAY).done_at == MONDAY
    for act in (finish_action, change_action):
        with pytest.raises(ActionIsDone):
            act(action.pk, by=specialist, at=MONDAY)


def test_another_day_begins_the_reminders_anew(investigation, specialist):
    action = make_action(investigation=investigation, by=specialist)
    remind_of_actions(at=MONDAY)

    change_action(action.pk, due_on=DUE + 2 * DAY, by=specialist, at=MONDAY)

    assert CorrectiveAction.objects.get(pk=action.pk).reminded_on is None
    assert remind_of_actions(at=MONDAY + DAY) == 0
    assert remind_of_actions(at=MONDAY + 2 * DAY) == 1
