"""Whatever happens, in whatever order: a contract ends, and nobody loses time or sight by it.

Everything goes through the services. After every act the promises of the contract are looked at;
at the end of every history it is brought to its end by who may. Sixty histories here;
`make histories` draws as many as HISTORIES says.
"""

import os
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.errors import RuleViolation
from accounts.models import Leave
from escalations.contract import ENDINGS, ContractAct
from escalations.models import Escalation, EscalationState, SLAClock
from escalations.services.absences import release_absent
from escalations.services.assignment import accept_overdue, pull_next
from escalations.services.clocks import rebuild
from escalations.services.contract import acts_possible
from helpdesk.models import Status, Ticket
from helpdesk.services.assignment import assign_ticket, claim_ticket
from helpdesk.services.conversation import add_note
from helpdesk.services.lifecycle import change_status
from tests.escalations.contracts import ACTS, make_stage, promise
from tests.escalations.making import make_escalation
from tests.factories import MONDAY, customer_writes

HISTORIES = int(os.environ.get("HISTORIES", "60"))
PEOPLE = (
    "member", "specialist", "lead", "first_agent", "colleague", "first_lead", "manager",
    "other_specialist", "other_agent", "compliance",
)  # fmt: skip


def change_to(status: str):
    return lambda stage, by: change_status(
        stage.escalation.ticket_id, status=status, by=by, at=stage.at
    )


def go_on_leave(stage, by) -> None:
    """Whoever it is is away for a month from the next day on, and then it is that day."""
    first = (stage.at + timedelta(days=1)).date()
    if not by.leaves.exists():
        Leave.objects.create(user=by, starts_on=first, ends_on=first + timedelta(days=30))
    stage.at += timedelta(days=1)
    release_absent(at=stage.at)


BESIDES = {
    "claim": lambda stage, by: claim_ticket(stage.escalation.ticket_id, by=by, at=stage.at),
    "assign": lambda stage, by: assign_ticket(
        stage.escalation.ticket_id, assignee=by, by=stage["manager"], at=stage.at
    ),
    "leave": go_on_leave,
    "escalate": lambda stage, by: make_escalation(
        stage.escalation.ticket, route=stage.escalation.version.route, by=by, at=stage.at
    ),
    "pull": lambda stage, by: pull_next(by=by, at=stage.at),
    "overdue": lambda stage, by: accept_overdue(at=stage.at),
    "ask": change_to(Status.PENDING),
    "go_on": change_to(Status.OPEN),
    "solve": change_to(Status.SOLVED),
    "write": lambda stage, by: customer_writes(
        Ticket.objects.get(pk=stage.escalation.ticket_id), at=stage.at
    ),
    "note": lambda stage, by: add_note(
        stage.escalation.ticket_id, text="Looked at it.", by=by, at=stage.at
    ),
}
EVERYTHING = ACTS | BESIDES
#: Acts on the contract come more often than what happens besides.
acts = st.sampled_from([*ACTS, *ACTS, *BESIDES])
moves = st.tuples(acts, st.sampled_from(PEOPLE), st.integers(0, 90))
histories = st.lists(moves, min_size=1, max_size=14)


class Watch:
    """What must hold of the contract after every act."""

    def __init__(self, stage):
        self.stage = stage
        self.left = self._left()

    def look(self) -> None:
        ticket = Ticket.objects.get(pk=self.stage.escalation.ticket_id)
        self.nobody_got_more_time()
        self.the_first_agent_sees_it(ticket)
        assert Escalation.objects.running().filter(ticket=ticket).count() <= 1
        assert rebuild(ticket) == []
        self.no_clock_stopped_because_it_changed_hands()

    def nobody_got_more_time(self) -> None:
        left = self._left()
        for pk, before in self.left.items():
            assert left[pk] <= before
        self.left = left

    def the_first_agent_sees_it(self, ticket) -> None:
        agent = self.stage["first_agent"]
        assert Ticket.objects.visible_to(agent).filter(pk=ticket.pk).exists()
        seen = Escalation.objects.visible_to(agent).filter(ticket=ticket)
        assert seen.count() == Escalation.objects.filter(ticket=ticket).count()

    def no_clock_stopped_because_it_changed_hands(self) -> None:
        """They stand where the state says, whoever has the case."""
        for escalation in Escalation.objects.filter(ticket=self.stage.escalation.ticket_id):
            clocks = SLAClock.objects.filter(reference=escalation.reference)
            states = {clock.metric: clock for clock in clocks}
            asked = escalation.ticket.status == Status.PENDING
            for metric, allowed in _STAND[escalation.state].items():
                clock = states[metric]
                is_asked = asked and metric == "tier_resolution"
                rests = {"paused"} if is_asked and "running" in allowed else set()
                missed = {"running"} if clock.breached_at else set()
                assert clock.state in allowed | rests | missed, (escalation.state, metric)

    def _left(self) -> dict[int, timedelta]:
        """How much time each clock has left now; what is over has what it had then."""
        clocks = SLAClock.objects.filter(reference__startswith="escalation:")
        now = self.stage.at
        return {
            clock.pk: clock.remaining
            if clock.remaining is not None
            else max(timedelta(), clock.due_at - now)
            for clock in clocks
        }


_RUN, _OVER = {"running"}, {"fulfilled", "ended"}
_STAND = {
    "waiting": {"tier_acceptance": _RUN, "tier_resolution": _RUN},
    "accepted": {"tier_acceptance": {"fulfilled"}, "tier_resolution": _RUN},
    "sent_back": {"tier_acceptance": {"paused", "fulfilled"}, "tier_resolution": {"paused"}},
    "for_decision": {"tier_acceptance": {"paused", "fulfilled"}, "tier_resolution": {"paused"}},
    "completed": {"tier_acceptance": _OVER, "tier_resolution": _OVER},
    "withdrawn": {"tier_acceptance": _OVER, "tier_resolution": _OVER},
}


def tried(stage, act: str, name: str) -> None:
    try:
        EVERYTHING[act](stage, stage[name])
    except (PermissionDenied, RuleViolation):
        return


def bring_to_its_end(stage, watch: Watch) -> None:
    """From wherever it stands: everybody does the first thing they may that leads on."""
    onward = [act for act in ContractAct if act != ContractAct.HAND_OVER]
    for _ in range(9):
        found = Escalation.objects.filter(ticket=stage.escalation.ticket_id).last()
        if found.state in ENDINGS:
            return
        stage.escalation = found
        act, name = next(
            (act, name)
            for act in onward
            for name in PEOPLE
            if act in acts_possible(found, stage[name])
        )
        stage.at += timedelta(minutes=1)
        ACTS[act](stage, stage[name])
        watch.look()
    raise AssertionError("It did not end.")


class Histories(TestCase):
    @classmethod
    def setUpTestData(cls):
        promise(tier=1, accept=900, solve=3600)
        promise(tier=2)
        cls.stage = make_stage(accept_after=600)

    @settings(
        max_examples=HISTORIES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # A short history costs a second: making it shorter still would take minutes.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(histories)
    def test_every_history_keeps_the_promises_and_ends(self, moves):
        stage = self.stage
        stage.at = MONDAY
        stage.escalation = Escalation.objects.get(pk=stage.escalation.pk)
        watch = Watch(stage)
        for act, name, minutes in moves:
            stage.at += timedelta(minutes=minutes)
            tried(stage, act, name)
            stage.escalation = Escalation.objects.filter(ticket=stage.escalation.ticket_id).last()
            watch.look()
        bring_to_its_end(stage, watch)
        assert stage.now().state in {EscalationState.COMPLETED, EscalationState.WITHDRAWN}


pytestmark = pytest.mark.django_db
