"""The clocks of a tier: asked of the tier's policies, never stopped by a change of hands."""

from datetime import timedelta

import pytest

from accounts.services.people import deactivate_person
from escalations.models import EscalationState, SLAClock
from escalations.services.clocks import rebuild
from helpdesk.models import Status, Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import change_status
from helpdesk.services.merging import merge_ticket
from tests.escalations.contracts import into, make_stage, promise
from tests.escalations.making import make_escalation
from tests.factories import MONDAY, make_team, make_ticket

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def stage():
    make_team()
    promise(tier=1, accept=60, solve=60)
    promise(tier=2)
    return make_stage()


def make_executives(stage, *, solve: int) -> None:
    """The other specialist's team goes up a tier, which promises something else."""
    team = stage["other_specialist"].memberships.get().team
    team.tier = make_team(level=3).tier
    team.save(update_fields=["tier"])
    promise(tier=3, accept=60, solve=solve)


def clocks(stage) -> dict[str, SLAClock]:
    rows = SLAClock.objects.filter(reference=stage.escalation.reference)
    assert rebuild(Ticket.objects.get(pk=stage.escalation.ticket_id)) == []
    return {clock.metric: clock for clock in rows}


def acceptance(stage) -> SLAClock:
    return clocks(stage)["tier_acceptance"]


def resolution(stage) -> SLAClock:
    return clocks(stage)["tier_resolution"]


def test_the_promises_are_those_of_the_tier_it_goes_to(stage):
    assert acceptance(stage).due_at == MONDAY + HOUR
    assert resolution(stage).due_at == MONDAY + 8 * HOUR


def test_accepting_fulfils_and_solving_runs_on(stage):
    stage.act("accept", "specialist")

    assert (acceptance(stage).state, resolution(stage).state) == ("fulfilled", "running")
    assert acceptance(stage).stopped_by == stage["specialist"]


def test_what_is_sent_back_keeps_what_is_left(stage):
    stage.act("send_back", "member", at=MONDAY + 20 * MINUTE)

    assert {name: clock.state for name, clock in clocks(stage).items()} == {
        "tier_acceptance": "paused",
        "tier_resolution": "paused",
    }
    assert acceptance(stage).remaining == 40 * MINUTE

    stage.act("resubmit", "first_agent", at=MONDAY + 5 * HOUR)

    assert acceptance(stage).due_at == MONDAY + 5 * HOUR + 40 * MINUTE
    assert resolution(stage).due_at == MONDAY + 5 * HOUR + 8 * HOUR - 20 * MINUTE


def test_accepting_again_has_only_what_was_left_of_accepting(stage):
    stage.act("accept", "specialist", at=MONDAY + 50 * MINUTE)
    stage.act("send_back", "specialist", at=MONDAY + HOUR)

    assert acceptance(stage).state == "fulfilled"

    stage.act("resubmit", "first_agent", at=MONDAY + 2 * HOUR)

    assert acceptance(stage).due_at == MONDAY + 2 * HOUR + 10 * MINUTE


def test_a_lead_who_insists_lets_them_run_again(stage):
    into(stage, EscalationState.FOR_DECISION)
    assert resolution(stage).state == "paused"

    stage.act("insist", "lead")

    assert {clock.state for clock in clocks(stage).values()} == {"running"}


@pytest.mark.parametrize("end", ["keep", "withdraw"])
def test_what_is_withdrawn_ends(stage, end):
    into(stage, EscalationState.FOR_DECISION)

    stage.act(end, "first_lead")

    assert {clock.state for clock in clocks(stage).values()} == {"ended"}


def test_handing_over_stops_nothing(stage):
    stage.act("accept", "specialist")
    before = resolution(stage).due_at

    stage.act("hand_over", "specialist")

    assert (resolution(stage).state, resolution(stage).due_at) == ("running", before)


def test_giving_the_ticket_to_another_specialist_stops_nothing(stage):
    stage.act("accept", "specialist")
    before = resolution(stage).due_at

    assign_ticket(
        stage.escalation.ticket_id, assignee=stage["member"], by=stage["lead"], at=stage.at
    )

    assert (resolution(stage).state, resolution(stage).due_at) == ("running", before)
    assert acceptance(stage).state == "fulfilled"


def test_a_case_that_is_free_again_is_accepted_in_what_was_left(stage):
    stage.act("accept", "specialist", at=MONDAY + 20 * MINUTE)
    before = resolution(stage).due_at

    deactivate_person(stage["specialist"].pk, by=stage["admin"], at=MONDAY + 2 * HOUR)

    assert (acceptance(stage).state, resolution(stage).state) == ("running", "running")
    assert acceptance(stage).due_at == MONDAY + 2 * HOUR + 40 * MINUTE
    assert resolution(stage).due_at == before


def test_a_policy_that_matches_later_gives_no_more_time(stage):
    stage.act("accept", "specialist")
    before = resolution(stage).due_at
    make_executives(stage, solve=48 * 3600)

    stage.act("hand_over", "specialist")

    assert stage.now().to_tier.level == 3
    assert resolution(stage).due_at == before


def test_a_policy_that_matches_later_may_give_less(stage):
    stage.act("accept", "specialist")
    make_executives(stage, solve=3600)

    stage.act("hand_over", "specialist")

    assert resolution(stage).due_at == MONDAY + HOUR


def test_only_solving_rests_while_the_customer_is_asked(stage):
    number, manager_ = stage.escalation.ticket_id, stage["manager"]
    change_status(number, status=Status.PENDING, by=manager_, at=MONDAY + MINUTE)

    assert (acceptance(stage).state, resolution(stage).state) == ("running", "paused")

    change_status(number, status=Status.OPEN, by=manager_, at=MONDAY + HOUR / 2)

    assert resolution(stage).due_at == MONDAY + 8 * HOUR + 29 * MINUTE


def test_what_was_sent_back_does_not_run_because_the_customer_answers(stage):
    number, manager_ = stage.escalation.ticket_id, stage["manager"]
    stage.act("send_back", "member")
    change_status(number, status=Status.PENDING, by=manager_, at=stage.at)
    change_status(number, status=Status.OPEN, by=manager_, at=stage.at + MINUTE)

    assert resolution(stage).state == "paused"


def test_what_comes_again_while_the_customer_is_asked_rests_on(stage):
    number, manager_ = stage.escalation.ticket_id, stage["manager"]
    stage.act("send_back", "member")
    change_status(number, status=Status.PENDING, by=manager_, at=stage.at)

    stage.act("resubmit", "first_agent")

    assert (acceptance(stage).state, resolution(stage).state) == ("running", "paused")


def test_completing_while_the_customer_is_asked_is_completing(stage):
    stage.act("accept", "specialist")
    change_status(
        stage.escalation.ticket_id, status=Status.PENDING, by=stage["manager"], at=stage.at
    )

    stage.act("complete", "specialist")

    assert resolution(stage).state == "fulfilled"


def test_merging_away_ends_them(stage):
    stage.act("accept", "specialist")

    merge_ticket(
        stage.escalation.ticket_id, into=make_ticket().pk, by=stage["manager"], at=stage.at
    )

    assert resolution(stage).state == "ended"


def test_a_second_escalation_has_clocks_of_its_own(stage):
    into(stage, EscalationState.WITHDRAWN)

    again = make_escalation(
        Ticket.objects.get(pk=stage.escalation.ticket_id),
        route=stage.escalation.version.route,
        by=stage["first_agent"],
        at=stage.at + HOUR,
    )

    found = SLAClock.objects.filter(reference=again.reference)
    assert {clock.due_at for clock in found} == {stage.at + 2 * HOUR, stage.at + 9 * HOUR}
