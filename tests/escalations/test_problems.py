"""Problems: their states, and the tickets behind them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from escalations.models import Problem, ProblemState, ProblemTicket
from escalations.problem_matching import matching, suggestions
from escalations.problem_states import STEPS, Effect, ProblemAct, step_for
from escalations.services import problems as services
from escalations.services.problem_checks import (
    verify_problem,
)
from escalations.services.problems import (
    ProblemFactsNotPossible,
    ProblemStateForbids,
    TicketNotLinked,
    TooManyToLink,
)
from helpdesk.models import TimelineKind
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.concurrency import all_at_once
from tests.escalations.investigating import make_problem
from tests.factories import MONDAY, make_team, make_ticket, make_user

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


ACTS = {
    ProblemAct.CONFIRM: lambda pk, by: services.confirm_problem(pk, by=by, at=MONDAY),
    ProblemAct.FIX: lambda pk, by: services.fix_problem(pk, fixed_on=FIXED, by=by, at=MONDAY),
    ProblemAct.REOPEN: lambda pk, by: services.reopen_problem(
        pk, reason="It cracks again.", by=by, at=MONDAY
    ),
    ProblemAct.VERIFY: lambda pk, by: verify_problem(pk, by=by, at=MONDAY + 40 * DAY),
}


@pytest.mark.parametrize("act", ProblemAct)
@pytest.mark.parametrize("state", ProblemState.values)
def test_every_act_does_in_every_state_what_the_table_says(lead, state, act):
    problem = make_problem(by=lead, skus=["CM-9"])
    Problem.objects.filter(pk=problem.pk).update(state=state, fixed_on=FIXED)
    effect = Effect.UNCLEAR if act == ProblemAct.VERIFY else None
    step = step_for(state, act, effect)

    if step is None:
        with pytest.raises(ProblemStateForbids):
            ACTS[act](problem.pk, lead)
    else:
        assert ACTS[act](problem.pk, lead).state == step.end


def test_from_every_state_but_the_last_a_problem_can_be_verified():
    reached = {ProblemState.VERIFIED}
    for _round in STEPS:
        reached |= {step.start for step in STEPS if step.end in reached}
    assert reached == set(ProblemState.values)
    assert not [step for step in STEPS if step.start == ProblemState.VERIFIED]


def test_a_problem_is_described_and_every_step_is_kept(lead):
    problem = make_problem(by=lead, skus=[" CM-9 ", "CM-9", "B0C7"], carrier="UPS")

    services.change_problem(problem.pk, title="Tanks crack", by=lead, at=MONDAY)

    problem.refresh_from_db()
    assert (problem.title, problem.skus, problem.owner) == ("Tanks crack", ["CM-9", "B0C7"], lead)
    words = list(problem.steps.order_by("pk").values_list("words", flat=True))
    assert words == ["opened", "changed what is known"]
    with pytest.raises(ProblemFactsNotPossible):
        services.change_problem(problem.pk, skus=["x" * 65], by=lead, at=MONDAY)
    with pytest.raises(ProblemFactsNotPossible):
        services.change_problem(problem.pk, owner=make_user(), by=lead, at=MONDAY)
    with pytest.raises(PermissionDenied):
        make_problem(by=make_user(Role.AGENT))


def test_tickets_are_linked_once_and_taken_off_again(lead, problem):
    one, two = make_ticket(), make_ticket()
    link = {"by": lead, "at": MONDAY}

    assert services.link_tickets(problem.pk, tickets=[one.pk, two.pk, one.pk], **link) == 2
    assert services.link_tickets(problem.pk, tickets=[one.pk], **link) == 0
    services.unlink_ticket(problem.pk, ticket=one.pk, **link)

    assert list(problem.links.values_list("ticket", flat=True)) == [two.pk]
    kinds = list(one.timeline.in_order().values_list("kind", flat=True))
    assert kinds[-2:] == [TimelineKind.PROBLEM_LINKED, TimelineKind.PROBLEM_UNLINKED]
    with pytest.raises(TicketNotLinked):
        services.unlink_ticket(problem.pk, ticket=one.pk, **link)


def test_tickets_out_of_sight_or_too_many_are_not_linked(lead, problem):
    hidden = make_ticket(team=make_team())
    for numbers in ([hidden.pk], [10**9], [], list(range(1, 202))):
        with pytest.raises(TooManyToLink):
            services.link_tickets(problem.pk, tickets=numbers, by=lead, at=MONDAY)
    assert not ProblemTicket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_linking_the_same_ticket_at_once_links_it_once():
    lead = make_user(Role.TEAM_LEAD)
    problem, ticket = make_problem(by=lead), make_ticket()

    def link():
        return services.link_tickets(problem.pk, tickets=[ticket.pk], by=lead, at=MONDAY)

    assert sorted(all_at_once([link] * 5)) == [0, 0, 0, 0, 1]


def test_what_matches_is_what_the_tickets_are_about(lead):
    by_sku = make_sold(1)
    by_asin = make_sold(2, "CM-9-EU", asin="B0C7")
    shipped = make_sold(3, carrier="ups")
    make_sold(4, "KT-1")
    problem = make_problem(by=lead, skus=["CM-9", "B0C7"], warehouse="Dallas")

    assert set(matching(problem)) == {by_sku, by_asin, shipped}
    services.change_problem(problem.pk, carrier="UPS", by=lead, at=MONDAY)
    problem.refresh_from_db()
    assert set(matching(problem)) == {shipped}


def test_suggestions_are_recent_in_sight_and_not_linked(lead):
    linked, seen = make_sold(1), make_sold(2)
    make_sold(3, team=make_team())
    make_sold(4, at=MONDAY - 91 * DAY)
    problem = make_problem(by=lead, skus=["CM-9"], tickets=[linked.pk])

    assert list(suggestions(problem, user=lead, at=MONDAY)) == [seen]
    nothing_said = make_problem(by=lead)
    assert not suggestions(nothing_said, user=lead, at=MONDAY)
