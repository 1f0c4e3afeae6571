"""Problems: their states, the tickets behind them, whether a fix helped, and telling customers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import InternalError

from accounts.models import Role
from escalations.models import Problem, ProblemState, ProblemTicket
from escalations.problem_matching import matching, suggestions
from escalations.problem_states import STEPS, Effect, ProblemAct, step_for
from escalations.rates import compare
from escalations.services import problems as services
from escalations.services.broadcasts import (
    NobodyToTell,
    TextRefused,
    preview_broadcast,
    tell_customers,
    tell_one,
)
from escalations.services.problem_checks import (
    NothingToCompare,
    TooEarlyToVerify,
    verify_problem,
)
from escalations.services.problems import (
    ProblemFactsNotPossible,
    ProblemStateForbids,
    TicketNotLinked,
    TooManyToLink,
)
from helpdesk.models import BulkItem, MessageKind, TimelineKind
from helpdesk.services.bulk import run_bulk_job
from helpdesk.services.lifecycle import change_status
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.concurrency import all_at_once
from tests.escalations.investigating import make_problem
from tests.factories import MONDAY, customer_writes, make_team, make_ticket, make_user

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


TEXT = "Hello {name}, the tank of your machine is exchanged for free."


def _linked(lead, count=3):
    tickets = [make_ticket() for _ in range(count)]
    return make_problem(by=lead, tickets=[one.pk for one in tickets]), tickets


def _tell(problem, shown, lead, *, tickets=None, at=MONDAY + DAY):
    return tell_customers(
        problem.pk,
        text=shown.text,
        tickets=tickets or [one.pk for one in shown.tickets],
        seen=shown.seen,
        looked_at=shown.looked_at,
        by=lead,
        at=at,
    )


def _replies(ticket):
    return list(
        ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY).values_list("text", flat=True)
    )


def test_every_customer_gets_a_reply_of_their_own_and_who_wrote_meanwhile_is_left_out(lead):
    problem, (one, two, closed) = _linked(lead)
    change_status(closed.pk, status="solved", by=lead, at=MONDAY)
    shown = preview_broadcast(problem, text=TEXT, by=lead, at=MONDAY + DAY)
    customer_writes(two, "Any news?", at=MONDAY + DAY)

    job = _tell(problem, shown, lead)
    run_bulk_job(job.pk, at=MONDAY + DAY)

    assert shown.first == "Hello Karen Whitfield, the tank of your machine is exchanged for free."
    assert _replies(one) == [shown.first]
    assert _replies(two) == []
    refused = BulkItem.objects.get(job=job, ticket=two)
    assert (refused.state, refused.code) == ("refused", "something_was_missed")
    told = problem.links.exclude(told_at=None).values_list("ticket", flat=True)
    assert set(told) == {one.pk, closed.pk}


def test_nobody_is_told_twice_however_often_the_button_is_pressed(lead):
    problem, tickets = _linked(lead)
    shown = preview_broadcast(problem, text=TEXT, by=lead, at=MONDAY + DAY)
    jobs = [_tell(problem, shown, lead) for _ in range(2)]

    for job in jobs:
        run_bulk_job(job.pk, at=MONDAY + DAY)

    assert [len(_replies(ticket)) for ticket in tickets] == [1, 1, 1]
    codes = set(BulkItem.objects.filter(job=jobs[1]).values_list("code", flat=True))
    assert codes == {"already_told"}
    later = MONDAY + 2 * DAY
    assert not preview_broadcast(problem, text=TEXT, by=lead, at=later).tickets
    again = preview_broadcast(problem, text=TEXT, again=True, by=lead, at=later)
    assert len(again.tickets) == 3


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_tell_a_customer_once():
    lead = make_user(Role.TEAM_LEAD)
    problem, (ticket,) = _linked(lead, 1)
    shown = preview_broadcast(problem, text=TEXT, by=lead, at=MONDAY + DAY)
    letter = {
        "problem": problem.pk,
        "text": TEXT,
        "seen": shown.seen,
        "looked_at": shown.looked_at.isoformat(),
    }

    def tell():
        return tell_one(ticket.pk, letter=letter, by=lead, at=MONDAY + DAY)

    outcomes = all_at_once([tell] * 4)

    assert outcomes.count(None) == 1
    assert len(_replies(ticket)) == 1


def test_a_broadcast_is_refused_without_words_recipients_or_rights(lead):
    problem, (ticket, *_rest) = _linked(lead)
    for text in ("", "Hello {nickname}, all is well again."):
        with pytest.raises(TextRefused if "{" in text else Exception):
            preview_broadcast(problem, text=text, by=lead, at=MONDAY)
    shown = preview_broadcast(problem, text=TEXT, by=lead, at=MONDAY)
    with pytest.raises(NobodyToTell):
        _tell(problem, shown, lead, tickets=[make_ticket().pk])
    for role in (Role.AGENT, Role.COMPLIANCE):
        with pytest.raises(PermissionDenied):
            preview_broadcast(problem, text=TEXT, by=make_user(role), at=MONDAY)


def test_tickets_out_of_sight_are_counted_and_not_told(lead):
    problem, tickets = _linked(make_user(Role.MANAGER))
    services.link_tickets(
        problem.pk, tickets=[make_ticket(team=make_team()).pk], by=make_user(Role.ADMIN), at=MONDAY
    )

    shown = preview_broadcast(problem, text=TEXT, by=lead, at=MONDAY + DAY)

    assert (set(shown.tickets), shown.out_of_sight) == (set(tickets), 1)
