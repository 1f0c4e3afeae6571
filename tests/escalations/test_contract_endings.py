"""Handing a case over and ending it, by an act of its own or by the ticket."""

from datetime import timedelta

import pytest

from accounts.models import Leave, Role, TeamMembership
from accounts.services.values import ValueNotPossible
from escalations.models import EscalationState
from escalations.services.accepting import CannotTakeOver, hand_over
from escalations.services.contract import (
    WordsNeeded,
)
from escalations.services.ending import complete, withdraw
from escalations.services.returning import send_back
from helpdesk.models import Notification, Status, Ticket
from helpdesk.services.conversation import reply
from helpdesk.services.lifecycle import reopen_ticket, solve_ticket
from helpdesk.services.merging import merge_ticket, unmerge_ticket
from helpdesk.services.retraction import take_reply_back
from tests.escalations.contracts import WORDS, into, make_stage
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
RESTING = [EscalationState.WAITING, EscalationState.SENT_BACK, EscalationState.FOR_DECISION]


@pytest.fixture
def stage():
    return make_stage()


def ticket_of(stage) -> Ticket:
    return Ticket.objects.get(pk=stage.escalation.ticket_id)


def on_leave(person) -> None:
    Leave.objects.create(user=person, starts_on=MONDAY.date(), ends_on=MONDAY.date())


def told(person, kind: str) -> list[str]:
    rows = Notification.objects.filter(user=person, kind=kind).order_by("pk")
    return list(rows.values_list("entry__kind", flat=True))


def test_another_specialist_of_another_team_of_the_tier_goes_on(stage):
    stage.act("accept", "specialist")

    stage.act("hand_over", "specialist")

    other = stage["other_specialist"]
    assert (stage.now().state, stage.now().specialist) == ("accepted", other)
    assert ticket_of(stage).assignee == other
    assert ticket_of(stage).team == stage.now().team != stage.tier
    assert told(other, "escalated") == ["escalation.handed_over"]


def test_a_team_member_goes_on_in_the_same_team(stage):
    stage.act("accept", "specialist")
    TeamMembership.objects.create(team=make_team(level=3), user=stage["member"])

    hand_over(
        stage.escalation.pk, to=stage["member"], reason=WORDS, by=stage["specialist"], at=MONDAY
    )

    assert (stage.now().team, ticket_of(stage).assignee) == (stage.tier, stage["member"])


def test_who_cannot_take_over(stage):
    stage.act("accept", "specialist")
    on_leave(stage["member"])
    below = make_user(Role.SPECIALIST, team=make_team())
    names = ("specialist", "member", "agent_in_tier", "gone", "compliance")

    for person in [*(stage[name] for name in names), below]:
        with pytest.raises(CannotTakeOver):
            hand_over(
                stage.escalation.pk, to=person, reason=WORDS, by=stage["specialist"], at=MONDAY
            )


def test_the_first_agent_learns_how_it_ended(stage):
    stage.act("accept", "specialist")
    said = "The batch has a cracked tank; they get another model."

    complete(
        stage.escalation.pk, resolution=said, outcome="solved", give_back=True,
        by=stage["specialist"], at=MONDAY,
    )  # fmt: skip

    found = stage.now()
    assert (found.state, found.resolution, found.outcome) == ("completed", said, "solved")
    assert (ticket_of(stage).team, ticket_of(stage).assignee) == (
        stage.front, stage["first_agent"],
    )  # fmt: skip
    assert told(stage["first_agent"], "escalation_moved")[-1] == "escalation.completed"


def test_it_stays_with_the_specialist_unless_it_is_given_back(stage):
    into(stage, EscalationState.COMPLETED)

    assert ticket_of(stage).assignee == stage["specialist"]


def test_an_outcome_is_one_of_the_list(stage):
    stage.act("accept", "specialist")

    with pytest.raises(ValueNotPossible):
        complete(
            stage.escalation.pk, resolution=WORDS, outcome="fine", by=stage["specialist"], at=MONDAY
        )


def test_what_nobody_accepted_comes_back_when_it_is_withdrawn(stage):
    stage.act("withdraw", "first_agent")

    assert ticket_of(stage).team == stage.front
    assert ticket_of(stage).assignee == stage["first_agent"]


@pytest.mark.parametrize("act", ["send_back", "withdraw", "complete"])
def test_every_act_says_why(stage, act):
    if act == "complete":
        stage.act("accept", "specialist")
    said = {"complete": complete, "send_back": send_back, "withdraw": withdraw}[act]
    word = {"resolution": "ok"} if act == "complete" else {"reason": "ok"}

    with pytest.raises(WordsNeeded):
        said(stage.escalation.pk, **word, by=stage["manager"], at=MONDAY)


def test_solving_completes_what_was_accepted(stage):
    stage.act("accept", "specialist")
    ticket = ticket_of(stage)
    reply(
        ticket.pk, text="A new one leaves tomorrow.", seen=ticket.last_event, then="solved",
        by=stage["specialist"], at=MONDAY,
    )  # fmt: skip

    found = stage.now()
    assert (found.state, found.resolution) == ("completed", "A new one leaves tomorrow.")


@pytest.mark.parametrize("state", RESTING)
def test_solving_withdraws_what_was_not(stage, state):
    into(stage, state)

    solve_ticket(stage.escalation.ticket_id, by=stage["manager"], at=stage.at)

    assert stage.now().state == "withdrawn"
    assert ticket_of(stage).team == stage.front


@pytest.mark.parametrize("state", [*RESTING, EscalationState.ACCEPTED])
def test_merging_away_withdraws_and_parting_starts_nothing(stage, state):
    into(stage, state)
    manager = stage["manager"]

    merge_ticket(stage.escalation.ticket_id, into=make_ticket().pk, by=manager, at=stage.at)
    unmerge_ticket(stage.escalation.ticket_id, by=manager, at=stage.at)

    assert stage.now().state == "withdrawn"


def test_reopening_starts_nothing(stage):
    into(stage, EscalationState.ACCEPTED)
    solve_ticket(stage.escalation.ticket_id, by=stage["specialist"], at=stage.at)

    reopen_ticket(stage.escalation.ticket_id, by=stage["specialist"], at=stage.at)

    assert stage.now().state == "completed"


def test_a_reply_that_solved_it_can_still_be_taken_back(stage, settings):
    settings.UNDO_SEND_SECONDS = 120
    stage.act("accept", "specialist")
    ticket = ticket_of(stage)
    said = reply(
        ticket.pk, text="A new one leaves tomorrow.", seen=ticket.last_event, then="solved",
        by=stage["specialist"], at=stage.at,
    )  # fmt: skip

    take_reply_back(said.pk, by=stage["specialist"], at=stage.at + timedelta(seconds=5))

    assert ticket_of(stage).status == Status.OPEN
