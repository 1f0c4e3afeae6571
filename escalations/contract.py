"""The contract between who hands a case up and who takes it on: what may follow what. Pure.

One table drives the services, the buttons, the REST door and the tests. Reading it from
``waiting``: every way ends completed or withdrawn, because a case is sent back at most twice and
then decided by a lead. Two things can be repeated: handing over, and that a case is free again
because its specialist is gone, which uses up a specialist each time; neither stops a clock.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from escalations.models.escalation import EscalationState

MAX_RETURNS = 2

WAITING, ACCEPTED = EscalationState.WAITING, EscalationState.ACCEPTED
SENT_BACK, FOR_DECISION = EscalationState.SENT_BACK, EscalationState.FOR_DECISION
COMPLETED, WITHDRAWN = EscalationState.COMPLETED, EscalationState.WITHDRAWN
ENDINGS = frozenset({COMPLETED, WITHDRAWN})


class ContractAct(StrEnum):
    """What can be done to a running contract. ``insist`` and ``keep`` are a lead's decision."""

    ACCEPT = "accept"
    SEND_BACK = "send_back"
    RESUBMIT = "resubmit"
    INSIST = "insist"
    KEEP = "keep"
    HAND_OVER = "hand_over"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"


class Party(StrEnum):
    """What somebody is to a contract. A manager leads every team."""

    MEMBER = "member"
    SPECIALIST = "specialist"
    LEAD = "lead"
    FIRST_AGENT = "first_agent"
    FIRST_TEAM = "first_team"
    FIRST_LEAD = "first_lead"
    SYSTEM = "system"


class Case(NamedTuple):
    """What of an escalation decides which way it can go."""

    state: str
    returns: int = 0
    is_binding: bool = False


class Step(NamedTuple):
    """One row: from a state, by an act, to a state, by whom, and on which cases."""

    start: str
    act: ContractAct
    end: str
    who: frozenset[Party]
    when: Callable[[Case], bool] = lambda case: True

    def fits(self, case: Case, act: str) -> bool:
        return (self.start, self.act) == (case.state, act) and self.when(case)


def _has_a_return_left(case: Case) -> bool:
    return not case.is_binding and case.returns + 1 < MAX_RETURNS


def _is_the_last_return(case: Case) -> bool:
    return not case.is_binding and case.returns + 1 >= MAX_RETURNS


_TAKERS = frozenset({Party.MEMBER, Party.LEAD})
_HOLDERS = frozenset({Party.SPECIALIST, Party.LEAD})
_FIRST = frozenset({Party.FIRST_AGENT, Party.FIRST_TEAM, Party.FIRST_LEAD})
_LEADS = frozenset({Party.LEAD, Party.FIRST_LEAD})
_OWNERS = _LEADS | {Party.FIRST_AGENT, Party.SYSTEM}
_ALONE = frozenset({Party.SYSTEM})

#: The system accepts when nobody did in time, hands over where a level of the clock says so,
#: frees a case whose specialist is gone, and ends what was solved, closed or merged away.
STEPS: tuple[Step, ...] = (
    Step(WAITING, ContractAct.ACCEPT, ACCEPTED, _TAKERS | _ALONE),
    Step(WAITING, ContractAct.SEND_BACK, SENT_BACK, _TAKERS, _has_a_return_left),
    Step(WAITING, ContractAct.SEND_BACK, FOR_DECISION, _TAKERS, _is_the_last_return),
    Step(WAITING, ContractAct.WITHDRAW, WITHDRAWN, _OWNERS),
    Step(ACCEPTED, ContractAct.SEND_BACK, SENT_BACK, _HOLDERS, _has_a_return_left),
    Step(ACCEPTED, ContractAct.SEND_BACK, FOR_DECISION, _HOLDERS, _is_the_last_return),
    Step(ACCEPTED, ContractAct.HAND_OVER, ACCEPTED, _HOLDERS | _ALONE),
    Step(ACCEPTED, ContractAct.RELEASE, WAITING, _ALONE),
    Step(ACCEPTED, ContractAct.COMPLETE, COMPLETED, _HOLDERS | _ALONE),
    Step(ACCEPTED, ContractAct.WITHDRAW, WITHDRAWN, _ALONE),
    Step(SENT_BACK, ContractAct.RESUBMIT, WAITING, _FIRST),
    Step(SENT_BACK, ContractAct.WITHDRAW, WITHDRAWN, _OWNERS),
    Step(FOR_DECISION, ContractAct.INSIST, WAITING, _LEADS),
    Step(FOR_DECISION, ContractAct.KEEP, WITHDRAWN, _LEADS),
    Step(FOR_DECISION, ContractAct.WITHDRAW, WITHDRAWN, _OWNERS),
)


def step_for(case: Case, act: str) -> Step | None:
    """Return the row for an act on a case as it stands; None where it is not possible."""
    return next((step for step in STEPS if step.fits(case, act)), None)


def acts_from(case: Case) -> Iterator[Step]:
    """Yield the rows that a case as it stands can take."""
    return (step for step in STEPS if step.fits(case, step.act))


def acts_of(case: Case, parties: frozenset[Party]) -> frozenset[ContractAct]:
    """Return what somebody who is these parties may do to a case as it stands."""
    return frozenset(step.act for step in acts_from(case) if step.who & parties)


def after(case: Case, step: Step) -> Case:
    """Return the case as the step leaves it."""
    returns = case.returns + (step.act == ContractAct.SEND_BACK)
    is_binding = case.is_binding or step.act == ContractAct.INSIST
    return Case(step.end, returns, is_binding)


class Outcome(StrEnum):
    """How a completed contract ended, for those who improve the routes."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_POSSIBLE = "not_possible"
    WRONG_ROUTE = "wrong_route"
