"""Whether a fix helped: equal windows around it, compared with their uncertainty."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import InternalError

from accounts.models import Role
from escalations.models import Problem
from escalations.rates import compare
from escalations.services import problems as services
from escalations.services.problem_checks import (
    NothingToCompare,
    TooEarlyToVerify,
    verify_problem,
)
from escalations.services.problems import (
    ProblemFactsNotPossible,
    ProblemStateForbids,
)
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.escalations.investigating import make_problem
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIXED = date(2026, 3, 2)


@pytest.fixture
def lead():
    return make_user(Role.TEAM_LEAD)


@pytest.fixture
def problem(lead):
    return make_problem(by=lead)


def make_sold(number: int, sku="CM-9", *, carrier="", asin="", **fields):
    order = make_order(f"order {number}")
    OrderLine.objects.create(
        order=order, number=1, sku=sku, asin=asin, title="Maker", item_minor=4900
    )
    if carrier:
        Shipment.objects.create(order=order, carrier=carrier, tracking_number=f"1Z{number}")
    return make_ticket(order=order, **fields)


def _fixed(lead, *, before: int, after: int) -> Problem:
    for number in range(before):
        make_sold(number, at=MONDAY - (1 + number % 14) * DAY)
    for number in range(after):
        make_sold(100 + number, at=MONDAY + (1 + number % 14) * DAY)
    make_sold(999, at=MONDAY)
    problem = make_problem(by=lead, skus=["CM-9"])
    services.confirm_problem(problem.pk, by=lead, at=MONDAY)
    return services.fix_problem(problem.pk, fixed_on=FIXED, by=lead, at=MONDAY)


@pytest.mark.parametrize(
    ("before", "after", "state", "effect"),
    [(9, 0, "verified", "fell"), (2, 1, "fixed", "unclear"), (0, 9, "confirmed", "rose")],
)
def test_equal_windows_around_the_fix_are_compared_and_written_down(
    lead, before, after, state, effect
):
    problem = _fixed(lead, before=before, after=after)

    done = verify_problem(problem.pk, days=14, by=lead, at=MONDAY + 15 * DAY)

    check = done.verification["checks"][0]
    assert (done.state, check["effect"]) == (state, effect)
    assert (check["days"], check["before"], check["after"]) == (14, before, after)
    assert str(before) in check["words"]
    assert done.steps.order_by("pk").last().words == check["words"]


def test_a_second_look_is_added_to_the_first(lead):
    problem = _fixed(lead, before=2, after=1)
    first = verify_problem(problem.pk, days=14, by=lead, at=MONDAY + 15 * DAY).verification

    second = verify_problem(problem.pk, days=20, by=lead, at=MONDAY + 30 * DAY).verification

    assert second["checks"][:1] == first["checks"]
    assert len(second["checks"]) == 2


def test_too_early_is_refused_with_the_day_when_it_is_possible(lead):
    problem = _fixed(lead, before=1, after=0)

    with pytest.raises(TooEarlyToVerify) as refused:
        verify_problem(problem.pk, days=14, by=lead, at=MONDAY + 14 * DAY)
    assert refused.value.extra == {"possible_on": "2026-03-17"}
    for days in (6, 181):
        with pytest.raises(NothingToCompare):
            verify_problem(problem.pk, days=days, by=lead, at=MONDAY + 400 * DAY)


def test_a_verified_problem_never_changes(lead):
    problem = _fixed(lead, before=9, after=0)
    verify_problem(problem.pk, days=14, by=lead, at=MONDAY + 15 * DAY)

    with pytest.raises(ProblemStateForbids):
        services.change_problem(problem.pk, title="Other", by=lead, at=MONDAY)
    with pytest.raises(InternalError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(verification={})


def test_a_problem_that_says_nothing_comparable_is_not_verified(lead, problem):
    services.confirm_problem(problem.pk, by=lead, at=MONDAY)
    services.fix_problem(problem.pk, fixed_on=FIXED, by=lead, at=MONDAY)

    with pytest.raises(NothingToCompare, match="SKU"):
        verify_problem(problem.pk, by=lead, at=MONDAY + 60 * DAY)
    with pytest.raises(ProblemFactsNotPossible):
        services.fix_problem(problem.pk, fixed_on=date(2027, 1, 1), by=lead, at=MONDAY)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    # Clopper and Pearson's interval of after / (before + after), as odds.
    [(0, 0, 0, None), (6, 0, 0, 0.849), (21, 4, 0.048, 0.565), (10, 10, 0.374, 2.678)],
)
def test_the_interval_of_a_ratio_is_exact_for_small_counts(before, after, low, high):
    found = compare(before, after, days=28)

    assert found.low == pytest.approx(low, abs=0.001)
    assert found.high == (None if high is None else pytest.approx(high, abs=0.001))


def test_large_counts_meet_the_exact_interval():
    exact, near = compare(2500, 2400, days=28), compare(2600, 2496, days=28)

    assert (exact.low, exact.high) == pytest.approx((near.low, near.high), abs=0.005)
