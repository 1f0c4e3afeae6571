"""Whether fixing it helped: the rate of new cases before and after, written down for good."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.effect_words import effect_words
from escalations.models import Problem
from escalations.problem_matching import opened_between, says_what_matches
from escalations.problem_states import Effect, ProblemAct, step_for
from escalations.rates import Comparison, compare
from escalations.services.problems import locked, refuse_act, write_step

USUAL_DAYS = 28
FEWEST_DAYS, MOST_DAYS = 7, 180


class TooEarlyToVerify(RuleViolation):
    code = "too_early_to_verify"


class NothingToCompare(RuleViolation):
    code = "nothing_to_compare"


@transaction.atomic
def verify_problem(problem_id: int, *, days: int = USUAL_DAYS, by, at: datetime) -> Problem:
    """Compare ``days`` before the fix with as many after it, and write the result down.

    The day of the fix counts for neither. A rate that fell makes the problem verified, one that
    rose confirmed again; one that cannot be told from chance leaves it fixed, for a longer look.

    :raises TooEarlyToVerify: before the second window is over, with the day when it is.
    :raises NothingToCompare: if nothing says which cases are meant, or for no lawful window.
    :raises ProblemStateForbids: unless it is fixed.
    """
    require(by, Act.HANDLE_PROBLEMS)
    problem = locked(problem_id)
    if step_for(problem.state, ProblemAct.VERIFY, Effect.UNCLEAR) is None:
        raise refuse_act(problem, ProblemAct.VERIFY)
    _refuse_windows(problem, days, today=at.date())
    found = compare(
        opened_between(problem, problem.fixed_on - timedelta(days=days), days),
        opened_between(problem, problem.fixed_on + timedelta(days=1), days),
        days=days,
    )
    effect = _effect(found)
    problem.state = step_for(problem.state, ProblemAct.VERIFY, effect).end
    words = effect_words(found)
    said = _as_data(found, effect, problem.fixed_on) | {"words": words, "at": at.isoformat()}
    earlier = problem.verification.get("checks", [])
    problem.verification = {"checks": [*earlier, said]}
    problem.verified_at = at
    problem.save(update_fields=["state", "verification", "verified_at"])
    write_step(problem, words, by=by, at=at)
    return problem


def possible_from(problem: Problem, *, days: int = USUAL_DAYS) -> date | None:
    """Return the first day on which the result of a window can be known."""
    return problem.fixed_on and problem.fixed_on + timedelta(days=days + 1)


def _refuse_windows(problem: Problem, days: int, *, today: date) -> None:
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        limits = {"least": FEWEST_DAYS, "most": MOST_DAYS}
        message = _("A window has %(least)d to %(most)d days.") % limits
        raise NothingToCompare(message, field="days")
    if not says_what_matches(problem):
        message = _("Say first which cases are meant: a SKU, a carrier or a category.")
        raise NothingToCompare(message, field="skus")
    first = possible_from(problem, days=days)
    if today < first:
        message = _("Too early: %(days)d days after the fix are over on %(day)s.")
        raise TooEarlyToVerify(
            message % {"days": days, "day": first.isoformat()},
            field="days",
            possible_on=first.isoformat(),
        )


def _effect(found: Comparison) -> Effect:
    if found.fell:
        return Effect.FELL
    return Effect.ROSE if found.rose else Effect.UNCLEAR


def _as_data(found: Comparison, effect: Effect, fixed_on: date) -> dict:
    """Numbers as text: one way to write them, now and when they are read back."""
    return {
        "effect": effect.value,
        "fixed_on": fixed_on.isoformat(),
        "days": found.days,
        "before": found.before,
        "after": found.after,
        "ratio": _written(found.ratio),
        "low": _written(found.low),
        "high": _written(found.high),
    }


def _written(number: float | None) -> str | None:
    return None if number is None else f"{number:.3f}"
