"""Whoever claims, assigns or moves an escalated ticket acts on its contract, or is refused."""

from datetime import timedelta

import pytest

from accounts.errors import RuleViolation
from accounts.models import Leave
from escalations.models import EscalationState
from escalations.promises import ASSIGN_TO, LEAD, LevelAct
from escalations.services.accepting import CannotTakeOver
from escalations.services.given_by_hand import EscalationRuns
from escalations.services.level_acts import do_all
from helpdesk.models import Notification, Status, Ticket
from helpdesk.services.assignment import assign_ticket, claim_ticket, move_to_team
from helpdesk.services.bulk import run_bulk_job, start_bulk_job
from tests.escalations.contracts import into, make_stage
from tests.factories import MONDAY, make_team

pytestmark = pytest.mark.django_db

BACK = [EscalationState.SENT_BACK, EscalationState.FOR_DECISION]


@pytest.fixture
def stage():
    return make_stage()


def ticket_of(stage) -> Ticket:
    return Ticket.objects.get(pk=stage.escalation.ticket_id)


def assigned(stage, to, *, by) -> Ticket:
    person = stage[to] if to else None
    return assign_ticket(stage.escalation.ticket_id, assignee=person, by=stage[by], at=stage.at)


def acts(stage) -> list[str]:
    return list(stage.escalation.steps.order_by("pk").values_list("act", flat=True))


# A case that waits


def test_claiming_what_waits_is_accepting_it(stage):
    claim_ticket(stage.escalation.ticket_id, by=stage["specialist"], at=stage.at)

    found = stage.now()
    assert (found.state, found.specialist, found.accepted_at) == (
        "accepted", stage["specialist"], stage.at,
    )  # fmt: skip
    assert (ticket_of(stage).status, acts(stage)) == (Status.OPEN, ["escalated", "accepted"])


@pytest.mark.parametrize("name", ["first_agent", "colleague", "agent_in_tier"])
def test_nobody_else_claims_what_waits_for_specialists(stage, name):
    with pytest.raises(EscalationRuns, match="Withdraw the escalation"):
        claim_ticket(stage.escalation.ticket_id, by=stage[name], at=stage.at)

    assert (ticket_of(stage).assignee, stage.now().state) == (None, "waiting")


def test_assigning_what_waits_accepts_it_for_somebody(stage):
    assigned(stage, "member", by="lead")

    step = stage.escalation.steps.last()
    assert (stage.now().state, stage.now().specialist) == ("accepted", stage["member"])
    assert (step.by, step.to) == (stage["lead"], stage["member"])


def test_whom_it_was_given_to_is_told_once(stage):
    assigned(stage, "member", by="lead")

    lines = Notification.objects.filter(user=stage["member"]).exclude(kind="escalated")
    assert [line.kind for line in lines] == ["assigned"]


@pytest.mark.parametrize(
    ("to", "by"), [("first_agent", "lead"), ("member", "first_agent"), ("gone", "lead")]
)
def test_it_is_not_given_past_the_tier(stage, to, by):
    with pytest.raises(RuleViolation):
        assigned(stage, to, by=by)

    assert (ticket_of(stage).assignee, stage.now().state) == (None, "waiting")


def test_it_is_not_given_to_somebody_on_leave(stage):
    Leave.objects.create(user=stage["member"], starts_on=MONDAY.date(), ends_on=MONDAY.date())

    with pytest.raises(CannotTakeOver, match="on leave"):
        assigned(stage, "member", by="lead")


# A case that was accepted


def test_assigning_what_was_accepted_is_handing_it_over(stage):
    stage.act("accept", "specialist")

    assigned(stage, "other_specialist", by="specialist")

    found, ticket = stage.now(), ticket_of(stage)
    assert (found.state, found.specialist) == ("accepted", stage["other_specialist"])
    assert ticket.team == found.team == stage["other_specialist"].memberships.get().team
    assert acts(stage) == ["escalated", "accepted", "handed_over"]


def test_only_who_has_it_and_leads_hand_it_over(stage):
    stage.act("accept", "specialist")

    with pytest.raises(EscalationRuns, match="only they or a lead"):
        assigned(stage, "member", by="first_agent")


@pytest.mark.parametrize("to", ["first_agent", "agent_in_tier", "compliance_in_front"])
def test_it_is_handed_only_to_who_could_take_it_over(stage, to):
    stage.act("accept", "specialist")

    with pytest.raises(RuleViolation) as refused:
        assigned(stage, to, by="lead")

    assert refused.value.field == "assignee"
    assert ticket_of(stage).assignee == stage.now().specialist == stage["specialist"]


def test_what_was_accepted_is_not_left_to_nobody(stage):
    stage.act("accept", "specialist")

    with pytest.raises(EscalationRuns, match="Hand it over, send it back or complete it"):
        assigned(stage, None, by="lead")


# A case that was sent back


@pytest.mark.parametrize("state", BACK)
def test_those_it_came_from_go_on_giving_it_to_each_other(stage, state):
    into(stage, state)

    assigned(stage, "colleague", by="first_lead")
    assigned(stage, None, by="first_lead")

    assert stage.now().state == state


@pytest.mark.parametrize("state", BACK)
def test_what_was_sent_back_is_not_taken_without_being_escalated_again(stage, state):
    into(stage, state)

    with pytest.raises(EscalationRuns, match="sent back"):
        assigned(stage, "member", by="first_lead")


# Moving


@pytest.mark.parametrize(
    ("state", "instead"),
    [
        (EscalationState.WAITING, "Withdraw the escalation"),
        (EscalationState.ACCEPTED, "Hand it over"),
        (EscalationState.SENT_BACK, "Escalate it again"),
        (EscalationState.FOR_DECISION, "A lead decides"),
    ],
)
def test_an_escalated_ticket_is_not_moved_and_it_is_said_what_is_possible(stage, state, instead):
    into(stage, state)
    where = ticket_of(stage).team

    with pytest.raises(EscalationRuns, match=instead):
        move_to_team(stage.escalation.ticket_id, team=make_team(), by=stage["manager"], at=stage.at)

    assert ticket_of(stage).team == where


@pytest.mark.parametrize("state", [EscalationState.COMPLETED, EscalationState.WITHDRAWN])
def test_what_is_over_is_moved_and_given_as_ever(stage, state):
    into(stage, state)

    move_to_team(stage.escalation.ticket_id, team=make_team(), by=stage["manager"], at=stage.at)
    assigned(stage, "other_agent", by="manager")

    assert ticket_of(stage).assignee == stage["other_agent"]


# By many at once, and by the clock


def test_a_bulk_act_says_which_tickets_their_contracts_keep(stage):
    free = make_stage()
    into(free, EscalationState.WITHDRAWN)
    numbers = [stage.escalation.ticket_id, free.escalation.ticket_id]
    team = make_team()
    job = start_bulk_job(
        act="move", arguments={"team": team.pk}, tickets=numbers, by=stage["manager"], at=stage.at
    )

    run_bulk_job(job.pk, at=stage.at)

    refused, done = job.items.order_by("ticket_id")
    assert (refused.code, "Withdraw the escalation" in refused.reason) == ("escalation_runs", True)
    assert (done.state, ticket_of(free).team) == ("done", team)


def test_a_level_of_the_clock_gives_the_case_to_the_lead(stage):
    outcome = do_all([LevelAct(ASSIGN_TO, LEAD)], ticket_id=stage.escalation.ticket_id, at=stage.at)

    assert outcome[0]["done"], outcome
    assert (stage.now().state, stage.now().specialist) == ("accepted", stage["lead"])


def test_a_level_of_the_clock_hands_an_accepted_case_on(stage):
    stage.act("accept", "specialist")

    outcome = do_all(
        [LevelAct(ASSIGN_TO, stage["member"].pk)], ticket_id=stage.escalation.ticket_id, at=stage.at
    )

    assert outcome[0]["done"], outcome
    assert stage.now().specialist == ticket_of(stage).assignee == stage["member"]
    assert stage.now().steps.last().by is None


def test_a_manager_may_take_what_waits(stage):
    claim_ticket(stage.escalation.ticket_id, by=stage["manager"], at=stage.at + timedelta(1))

    assert stage.now().specialist == stage["manager"]
