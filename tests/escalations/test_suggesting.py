"""What criteria suggest of a case, who decides on it, and that it happens exactly once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from escalations.models import (
    Escalation,
    RouteSuggestion,
)
from escalations.services.deciding import ReasonNotPossible, SuggestionIsOver, dismiss
from escalations.services.escalating import escalate
from escalations.services.routes import change_route
from escalations.services.suggesting import evaluate, evaluate_owed
from helpdesk.models import Priority
from helpdesk.services.lifecycle import reopen_ticket, solve_ticket
from helpdesk.services.triage import change_financial_impact
from marketplaces.money import Money
from tests.concurrency import all_at_once
from tests.escalations.cases import condition, euros
from tests.escalations.making import make_route
from tests.factories import (
    MONDAY,
    customer_writes,
    make_reply,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OVER_250 = {"all": [condition("amount", "at_least", euros("250.00"))]}


def a_ticket(amount: int | None = 31_200, **said):
    ticket = make_ticket(team=make_team(), **said)
    if amount is not None:
        at_stake(ticket, amount)
    return ticket


def at_stake(ticket, minor: int, *, at=MONDAY):
    change_financial_impact(ticket.pk, impact=Money(minor, "EUR"), by=make_user(), at=at)


def states(ticket) -> list[str]:
    rows = RouteSuggestion.objects.filter(ticket=ticket).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_a_route_is_suggested_with_what_met_its_criteria():
    route, ticket = make_route(criteria=OVER_250), a_ticket()

    assert evaluate(ticket.pk, at=MONDAY)

    (made,) = RouteSuggestion.objects.all()
    assert (made.route_id, made.version_id, made.state) == (route.pk, route.current_id, "open")
    (why,) = made.because
    assert why["found"] == euros("312.00")
    assert why["path"] == "all.0"


def test_looking_twice_suggests_once_and_the_table_refuses_a_second():
    make_route(criteria=OVER_250)
    ticket = a_ticket()

    evaluate(ticket.pk, at=MONDAY)
    evaluate(ticket.pk, at=MONDAY)

    (made,) = RouteSuggestion.objects.all()
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_suggest_once():
    make_route(criteria=OVER_250)
    ticket = a_ticket()

    outcomes = all_at_once([lambda: evaluate(ticket.pk, at=MONDAY)] * 10)

    assert all(outcome is True for outcome in outcomes)
    assert states(ticket) == ["open"]


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_escalate_once():
    make_route(criteria=OVER_250, mode="at_once")
    ticket = a_ticket()

    all_at_once([lambda: evaluate(ticket.pk, at=MONDAY)] * 10)

    assert Escalation.objects.get().ticket_id == ticket.pk
    assert states(ticket) == ["taken"]


def test_what_is_no_longer_met_is_withdrawn():
    make_route(criteria=OVER_250)
    ticket = a_ticket()
    evaluate(ticket.pk, at=MONDAY)

    at_stake(ticket, 5_000)
    evaluate(ticket.pk, at=MONDAY + HOUR)

    assert states(ticket) == ["withdrawn"]


def test_solving_withdraws_and_a_solved_case_is_not_suggested():
    make_route(criteria=OVER_250)
    ticket = a_ticket()
    evaluate(ticket.pk, at=MONDAY)
    make_reply(ticket)
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    evaluate_owed(at=MONDAY)

    assert states(ticket) == ["withdrawn"]
    assert evaluate_owed(at=MONDAY) == 0


def test_a_route_to_the_tickets_own_team_is_not_suggested():
    team = make_team(level=2)
    make_route(criteria=OVER_250, team=team)
    ticket = make_ticket(team=team, by=make_user())
    at_stake(ticket, 31_200)

    evaluate(ticket.pk, at=MONDAY)

    assert states(ticket) == []


def test_escalating_by_a_suggested_route_takes_the_suggestion_and_ends_the_others():
    route, other = make_route(criteria=OVER_250), make_route(criteria=OVER_250)
    ticket, agent = a_ticket(), make_user()
    evaluate(ticket.pk, at=MONDAY)

    escalate(ticket.pk, route_id=route.pk, reason="The claim is large.", by=agent, at=MONDAY)
    evaluate(ticket.pk, at=MONDAY)

    taken = RouteSuggestion.objects.get(route=route)
    assert (taken.state, taken.decided_by) == ("taken", agent)
    assert RouteSuggestion.objects.get(route=other).state == "withdrawn"


def test_a_dismissed_suggestion_stays_away_until_the_ticket_is_reopened():
    make_route(criteria=OVER_250)
    ticket, agent = a_ticket(), make_user()
    evaluate(ticket.pk, at=MONDAY)

    dismiss(RouteSuggestion.objects.get().pk, reason="A typing error", by=agent, at=MONDAY)
    customer_writes(ticket)
    evaluate(ticket.pk, at=MONDAY)
    assert states(ticket) == ["dismissed"]

    make_reply(ticket)
    solve_ticket(ticket.pk, by=agent, at=MONDAY + HOUR)
    reopen_ticket(ticket.pk, by=agent, at=MONDAY + 2 * HOUR)
    evaluate(ticket.pk, at=MONDAY + 2 * HOUR)
    assert states(ticket) == ["dismissed", "open"]


def test_changed_criteria_are_a_new_suggestion():
    route = make_route(criteria=OVER_250)
    ticket = a_ticket()
    evaluate(ticket.pk, at=MONDAY)
    dismiss(RouteSuggestion.objects.get().pk, by=make_user(), at=MONDAY)

    manager = make_user(Role.MANAGER)
    change_route(route.pk, priority=Priority.HIGH, by=manager, at=MONDAY)
    evaluate_owed(at=MONDAY)
    assert states(ticket) == ["dismissed"]

    over_300 = {"all": [condition("amount", "at_least", euros("300.00"))]}
    change_route(route.pk, criteria=over_300, by=manager, at=MONDAY)
    assert evaluate_owed(at=MONDAY) == 1
    assert states(ticket) == ["dismissed", "open"]


def test_what_is_over_cannot_be_dismissed_and_a_reason_is_short():
    make_route(criteria=OVER_250)
    ticket, agent = a_ticket(), make_user()
    evaluate(ticket.pk, at=MONDAY)
    suggestion = RouteSuggestion.objects.get()

    with pytest.raises(ReasonNotPossible):
        dismiss(suggestion.pk, reason="x" * 251, by=agent, at=MONDAY)
    dismiss(suggestion.pk, by=agent, at=MONDAY)
    with pytest.raises(SuggestionIsOver, match="should not have been suggested"):
        dismiss(suggestion.pk, by=agent, at=MONDAY)
