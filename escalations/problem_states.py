"""What may follow what in the life of a problem. Pure: one table for service, buttons and tests."""

from enum import StrEnum
from typing import NamedTuple

from escalations.models.problem import ProblemState


class ProblemAct(StrEnum):
    CONFIRM = "confirm"
    FIX = "fix"
    REOPEN = "reopen"
    VERIFY = "verify"


class Effect(StrEnum):
    """What the comparison of before and after the fix shows."""

    FELL = "fell"
    UNCLEAR = "unclear"
    ROSE = "rose"


class Step(NamedTuple):
    start: str
    act: ProblemAct
    end: str
    effect: Effect | None = None


SUSPECTED, CONFIRMED = ProblemState.SUSPECTED, ProblemState.CONFIRMED
FIXED, VERIFIED = ProblemState.FIXED, ProblemState.VERIFIED

#: A fix that did not help leaves the problem confirmed; one that cannot be told yet, fixed.
STEPS: tuple[Step, ...] = (
    Step(SUSPECTED, ProblemAct.CONFIRM, CONFIRMED),
    Step(CONFIRMED, ProblemAct.FIX, FIXED),
    Step(FIXED, ProblemAct.REOPEN, CONFIRMED),
    Step(FIXED, ProblemAct.VERIFY, VERIFIED, Effect.FELL),
    Step(FIXED, ProblemAct.VERIFY, FIXED, Effect.UNCLEAR),
    Step(FIXED, ProblemAct.VERIFY, CONFIRMED, Effect.ROSE),
)


def step_for(state: str, act: str, effect: Effect | None = None) -> Step | None:
    """Return the row for an act; None where it is not possible."""
    return next((s for s in STEPS if (s.start, s.act, s.effect) == (state, act, effect)), None)


def acts_from(state: str) -> frozenset[ProblemAct]:
    return frozenset(step.act for step in STEPS if step.start == state)
