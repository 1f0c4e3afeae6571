"""Accepting a case and sending it back."""

import pytest

from accounts.models import Leave
from accounts.services.values import ValueNotPossible
from escalations.contract import MAX_RETURNS
from escalations.models import EscalationState
from escalations.refusals import InvalidInput
from escalations.services.accepting import accept
from escalations.services.contract import (
    AlreadyAccepted,
    EscalationIsBinding,
    EscalationNotPossible,
)
from escalations.services.escalating import resubmit
from escalations.services.returning import decide, send_back
from helpdesk.models import Notification, Status, Ticket
from tests.concurrency import all_at_once, while_uncommitted
from tests.escalations.contracts import WORDS, into, make_stage
from tests.escalations.making import make_specialist
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db


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


def test_whoever_accepts_has_the_case_and_the_ticket(stage):
    stage.act("accept", "specialist")

    found, ticket = stage.now(), ticket_of(stage)
    assert (found.state, found.specialist, found.accepted_at) == (
        "accepted", stage["specialist"], stage.at,
    )  # fmt: skip
    assert (ticket.assignee, ticket.status) == (stage["specialist"], Status.OPEN)
    assert told(stage["first_agent"], "escalation_moved") == ["escalation.accepted"]


def test_the_second_learns_who_was_first(stage):
    stage.act("accept", "specialist")

    with pytest.raises(AlreadyAccepted, match=str(stage["specialist"])):
        stage.act("accept", "member")


def test_an_act_waits_for_the_one_before_it_and_sees_what_it_did(transactional_db):
    stage = make_stage()

    def accepted_by(name):
        return accept(stage.escalation.pk, by=stage[name], at=MONDAY)

    second = while_uncommitted(lambda: accepted_by("member"), lambda: accepted_by("specialist"))

    assert isinstance(second, AlreadyAccepted)
    assert stage.now().specialist == stage["member"]


def test_of_twenty_who_accept_at_once_one_has_it(transactional_db):
    stage = make_stage()
    people = [make_specialist(stage.tier) for _ in range(20)]
    acts = [
        lambda person=person: accept(stage.escalation.pk, by=person, at=MONDAY) for person in people
    ]

    outcomes = all_at_once(acts)

    winners = [one.specialist for one in outcomes if not isinstance(one, Exception)]
    assert winners == [stage.now().specialist]
    assert sum(isinstance(one, AlreadyAccepted) for one in outcomes) == 19
    assert stage.escalation.steps.filter(act="accepted").count() == 1
    assert ticket_of(stage).assignee == winners[0]


def test_a_case_goes_back_to_whom_it_came_from(stage):
    stage.act("accept", "specialist")
    send_back(
        stage.escalation.pk, reason=WORDS, missing="The serial number.", by=stage["specialist"],
        at=MONDAY,
    )  # fmt: skip

    found, ticket = stage.now(), ticket_of(stage)
    assert (found.state, found.returns, found.specialist) == ("sent_back", 1, None)
    assert (ticket.team, ticket.assignee) == (stage.front, stage["first_agent"])
    assert found.steps.last().facts["missing"] == "The serial number."
    assert told(stage["first_agent"], "escalation_moved")[-1] == "escalation.sent_back"


def test_nobody_has_it_while_the_first_agent_is_away(stage):
    on_leave(stage["first_agent"])

    stage.act("send_back", "member")

    assert (ticket_of(stage).team, ticket_of(stage).assignee) == (stage.front, None)


def test_it_comes_again_with_what_was_missing(stage):
    stage.act("send_back", "member")

    stage.act("resubmit", "colleague")

    assert (stage.now().state, ticket_of(stage).team) == ("waiting", stage.tier)
    assert told(stage["member"], "escalated") == ["escalation.escalated", "escalation.resubmitted"]


def test_a_fact_that_is_missing_still_is_named():
    stage = make_stage(questions=[{"key": "photo", "label": "Photo?", "is_required": False}])
    stage.act("send_back", "member")

    with pytest.raises(InvalidInput) as refused:
        resubmit(
            stage.escalation.pk, reason=WORDS, facts={"foto": 1}, by=stage["first_agent"], at=MONDAY
        )

    assert list(refused.value.mistakes) == ["facts.foto"]


def test_the_second_return_needs_a_lead(stage):
    into(stage, EscalationState.FOR_DECISION)

    assert stage.now().returns == MAX_RETURNS
    with pytest.raises(EscalationNotPossible):
        stage.act("resubmit", "first_agent")
    for lead in ("lead", "first_lead"):
        assert told(stage[lead], "escalated")[-1:] == ["escalation.sent_back"]
        assert Ticket.objects.visible_to(stage[lead]).filter(pk=ticket_of(stage).pk).exists()


def test_a_lead_who_insists_binds_the_tier(stage):
    into(stage, EscalationState.FOR_DECISION)

    stage.act("insist", "first_lead")

    assert (stage.now().state, stage.now().is_binding) == ("waiting", True)
    assert ticket_of(stage).team == stage.tier
    stage.act("accept", "member")
    for by in ("member", "lead", "manager"):
        with pytest.raises(EscalationIsBinding):
            stage.act("send_back", by)


def test_a_lead_who_keeps_it_ends_it_at_the_front_line(stage):
    into(stage, EscalationState.FOR_DECISION)

    stage.act("keep", "lead")

    assert (stage.now().state, ticket_of(stage).team) == ("withdrawn", stage.front)
    assert told(stage["first_agent"], "escalation_moved")[-1] == "escalation.decided"


def test_a_decision_is_one_of_two(stage):
    into(stage, EscalationState.FOR_DECISION)

    with pytest.raises(ValueNotPossible):
        decide(stage.escalation.pk, decision="maybe", reason=WORDS, by=stage["lead"], at=MONDAY)
