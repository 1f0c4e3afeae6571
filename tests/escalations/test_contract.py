"""The table of the contract: who may do what from where, and that every way ends."""

import pytest

from escalations.contract import (
    ENDINGS,
    MAX_RETURNS,
    STEPS,
    Case,
    ContractAct,
    Party,
    acts_from,
    acts_of,
    after,
    step_for,
)
from escalations.models import EscalationState

FIRST = Case(EscalationState.WAITING)
#: Every act from every state: the parties that may, as letters. m member, s specialist, l lead,
#: a first agent, t first team, f first lead, y system. Nothing where it is not possible.
ALLOWED = {
    "waiting": {"accept": "mly", "send_back": "ml", "withdraw": "lafy"},
    "accepted": {
        "send_back": "sl", "hand_over": "sly", "release": "y", "complete": "sly", "withdraw": "y",
    },
    "sent_back": {"resubmit": "atf", "withdraw": "lafy"},
    "for_decision": {"insist": "lf", "keep": "lf", "withdraw": "lafy"},
    "completed": {},
    "withdrawn": {},
}  # fmt: skip
LETTERS = {
    "m": Party.MEMBER,
    "s": Party.SPECIALIST,
    "l": Party.LEAD,
    "a": Party.FIRST_AGENT,
    "t": Party.FIRST_TEAM,
    "f": Party.FIRST_LEAD,
    "y": Party.SYSTEM,
}
#: What can be repeated: it stops no clock. Each release uses up a specialist, who is gone.
REPEATED = (ContractAct.HAND_OVER, ContractAct.RELEASE)
EVERY = [(state, act, party) for state in EscalationState for act in ContractAct for party in Party]


@pytest.mark.parametrize(("state", "act", "party"), EVERY, ids=lambda each: str(each.value))
def test_who_may_do_what_from_where(state, act, party):
    letters = ALLOWED[state].get(act, "")

    assert (act in acts_of(Case(state), frozenset({party}))) == (party in map(LETTERS.get, letters))


def reachable() -> dict[Case, list[Case]]:
    ways, waiting = {}, [FIRST]
    while waiting:
        case = waiting.pop()
        if case not in ways:
            ways[case] = [after(case, step) for step in acts_from(case)]
            waiting += ways[case]
    return ways


def test_from_every_case_an_ending_can_be_reached():
    ways = reachable()
    ends = {case for case in ways if case.state in ENDINGS}
    while more := {case for case in ways if ends & set(ways[case])} - ends:
        ends |= more

    assert ends == set(ways)


def test_no_way_goes_round_in_a_circle_but_handing_over_and_losing_a_specialist():
    ways = {
        case: {after(case, step) for step in acts_from(case) if step.act not in REPEATED}
        for case in reachable()
    }

    def longest(case, passed=()):
        assert case not in passed, "A case came back to where it had been."
        return max((1 + longest(onward, (*passed, case)) for onward in ways[case]), default=0)

    assert longest(FIRST) == 8


def test_only_an_end_has_no_way_on():
    assert {case.state for case, onward in reachable().items() if not onward} == ENDINGS


def test_every_row_is_reached():
    taken = {step for case in reachable() for step in acts_from(case)}

    assert taken == set(STEPS)


def test_one_act_from_one_case_leads_to_one_place():
    for case in reachable():
        acts = [step.act for step in acts_from(case)]
        assert len(acts) == len(set(acts))


@pytest.mark.parametrize("state", ["waiting", "accepted"])
def test_the_last_return_is_for_a_lead_to_decide(state):
    ends = [step_for(Case(state, returns), "send_back").end for returns in range(MAX_RETURNS)]

    assert ends == ["sent_back", "for_decision"]


@pytest.mark.parametrize("state", ["waiting", "accepted"])
def test_what_is_binding_is_not_sent_back(state):
    assert step_for(Case(state, MAX_RETURNS, is_binding=True), "send_back") is None


def test_a_lead_who_insists_binds():
    case = Case(EscalationState.FOR_DECISION, MAX_RETURNS)

    assert after(case, step_for(case, "insist")) == Case("waiting", MAX_RETURNS, True)


def test_nobody_frees_a_case_but_the_system_and_no_state_is_left_by_it_that_was_not_before():
    (step,) = [step for step in STEPS if step.act == ContractAct.RELEASE]

    assert step.who == {Party.SYSTEM}
    assert after(Case(step.start, 2, True), step) == Case("waiting", 2, True)


def test_the_system_accepts_hands_on_frees_and_ends_and_nothing_else():
    acts = {step.act for step in STEPS if Party.SYSTEM in step.who}

    assert acts == set(ContractAct) - {
        ContractAct.SEND_BACK, ContractAct.RESUBMIT, ContractAct.INSIST, ContractAct.KEEP,
    }  # fmt: skip
