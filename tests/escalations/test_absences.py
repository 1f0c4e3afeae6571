"""An accepted case does not wait for somebody who is gone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Leave, Role, User
from accounts.services.people import deactivate_person
from escalations.absence import back_at, is_waited_for
from escalations.models import EscalationState
from escalations.services.absences import release_absent
from escalations.services.assignment import accept_overdue
from helpdesk.models import Notification, Ticket
from helpdesk.notification_times import Reader
from tests.concurrency import while_uncommitted
from tests.escalations.contracts import into, make_stage, promise
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = MONDAY.date()
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def stage():
    return make_stage()


def away(person, days: int, *, first: date = TODAY + DAY) -> None:
    Leave.objects.create(user=person, starts_on=first, ends_on=first + timedelta(days=days - 1))


def ticket_of(stage) -> Ticket:
    return Ticket.objects.get(pk=stage.escalation.ticket_id)


def test_whoever_is_deactivated_leaves_the_case_to_others_at_once(stage):
    into(stage, EscalationState.ACCEPTED)

    deactivate_person(stage["specialist"].pk, by=stage["admin"], at=MONDAY + HOUR)

    found, step = stage.now(), stage.escalation.steps.last()
    assert (found.state, found.specialist, found.accepted_at) == ("waiting", None, None)
    assert (ticket_of(stage).team, ticket_of(stage).assignee) == (stage.tier, None)
    assert (step.act, step.by) == ("released", None)
    assert step.reason == f"{stage['specialist']} is deactivated."


def test_the_others_and_the_first_agent_hear_of_it(stage):
    into(stage, EscalationState.ACCEPTED)

    deactivate_person(stage["specialist"].pk, by=stage["admin"], at=MONDAY + HOUR)

    told = Notification.objects.filter(entry__kind="escalation.released")
    assert set(told.values_list("user", "kind")) == {
        (stage["member"].pk, "escalated"),
        (stage["lead"].pk, "escalated"),
        (stage["first_agent"].pk, "escalation_moved"),
    }


def test_where_nobody_is_left_to_accept_the_managers_hear_of_it(stage):
    into(stage, EscalationState.ACCEPTED)
    for name in ("member", "lead"):
        stage[name].memberships.filter(team=stage.tier).delete()

    deactivate_person(stage["specialist"].pk, by=stage["admin"], at=MONDAY + HOUR)

    told = Notification.objects.filter(entry__kind="escalation.released", kind="escalated")
    assert set(told.values_list("user__role", flat=True)) == {Role.MANAGER}


def test_what_deactivating_forgot_is_found_later(stage):
    into(stage, EscalationState.ACCEPTED)
    User.objects.filter(pk=stage["specialist"].pk).update(is_active=False)

    assert release_absent(at=MONDAY + HOUR) == 1

    assert (stage.now().state, ticket_of(stage).assignee) == ("waiting", None)


def test_a_long_leave_frees_the_case_when_it_begins(stage):
    into(stage, EscalationState.ACCEPTED)
    away(stage["specialist"], 14)

    assert release_absent(at=MONDAY + HOUR) == 0
    assert release_absent(at=MONDAY + DAY) == 1

    assert stage.now().state == "waiting"
    assert "is on leave and back on" in stage.escalation.steps.last().reason
    assert release_absent(at=MONDAY + DAY) == 0


def test_a_short_leave_keeps_the_case_unless_it_is_due_before(stage):
    promise(tier=2, solve=30 * 3600)
    soon = make_stage()
    for each in (stage, soon):
        into(each, EscalationState.ACCEPTED)
        away(each["specialist"], 1)

    assert release_absent(at=MONDAY + DAY) == 1

    assert (stage.now().state, soon.now().state) == ("accepted", "waiting")


def test_a_free_case_is_given_by_itself_where_the_route_says_so():
    promise(tier=2, accept=3600)
    stage = make_stage(accept_after=600)
    into(stage, EscalationState.ACCEPTED)
    deactivate_person(stage["specialist"].pk, by=stage["admin"], at=MONDAY + HOUR)

    accept_overdue(at=MONDAY + 3 * HOUR)

    assert stage.now().state == "accepted"
    assert stage.now().specialist in (stage["member"], stage["lead"])


def test_freeing_waits_for_an_act_before_it_and_sees_what_it_did(transactional_db):
    stage = make_stage()
    stage.act("accept", "specialist")
    away(stage["specialist"], 14, first=TODAY)

    released = while_uncommitted(
        lambda: stage.act("complete", "specialist"), lambda: release_absent(at=MONDAY + DAY)
    )

    assert released == 0
    assert stage.now().state == "completed"


# The rule itself


@pytest.mark.parametrize(
    ("leaves", "back"),
    [
        ([(0, 0)], 1),
        ([(0, 4)], 5),
        ([(0, 1), (2, 3)], 4),
        ([(0, 1), (3, 9)], 2),
        ([(1, 3)], None),
    ],
)
def test_when_somebody_is_back(leaves, back):
    spans = [(TODAY + first * DAY, TODAY + last * DAY) for first, last in leaves]

    found = back_at(Reader(UTC_ZONE, away=spans), at=MONDAY)

    assert found == (None if back is None else MONDAY.replace(hour=0) + back * DAY)


@pytest.mark.parametrize(
    ("days", "due", "is_kept"),
    [(1, None, True), (2, None, True), (3, None, False), (1, 40, True), (1, 10, False)],
    ids=["a day", "two days", "three days", "due after", "due before"],
)
def test_who_is_waited_for(days, due, is_kept):
    reader = Reader(UTC_ZONE, away=[(TODAY, TODAY + (days - 1) * DAY)])
    due_at = due and MONDAY + due * HOUR

    kept = is_waited_for(reader, accepted_at=MONDAY - 9 * DAY, due_at=due_at, at=MONDAY)

    assert kept is is_kept


def test_whoever_accepts_while_on_leave_knows_what_they_do():
    reader = Reader(UTC_ZONE, away=[(TODAY, TODAY + 20 * DAY)])

    assert is_waited_for(reader, accepted_at=MONDAY, due_at=None, at=MONDAY + DAY)
