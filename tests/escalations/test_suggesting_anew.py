"""Cases that go up at once, and cases that are looked at again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from escalations.models import (
    Escalation,
    EvaluatedTicket,
    RouteSuggestion,
)
from escalations.services.case_facts import facts_of_case, facts_of_cases
from escalations.services.ending import withdraw
from escalations.services.problems import open_problem
from escalations.services.suggesting import evaluate, evaluate_owed
from helpdesk.models import Category
from helpdesk.services.customers import set_tags
from helpdesk.services.triage import add_tag, change_financial_impact
from marketplaces.money import Money
from tests.escalations.cases import condition, euros
from tests.escalations.making import make_route
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
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


QUESTIONS = [
    {"key": "amount", "label": "How much?", "kind": "money", "source": "amount"},
    {"key": "customer", "label": "Who?", "kind": "text", "source": "customer"},
]


def test_at_once_escalates_when_the_ticket_answers_what_is_required():
    make_route(criteria=OVER_250, mode="at_once", questions=QUESTIONS)
    ticket = a_ticket()

    evaluate(ticket.pk, at=MONDAY)

    escalation = Escalation.objects.get()
    assert escalation.facts == {
        "amount": {"minor": 31_200, "currency": "EUR"},
        "customer": "Karen Whitfield",
    }
    assert escalation.first_agent is None
    assert "€312.00" in escalation.reason
    taken = RouteSuggestion.objects.get()
    assert (taken.state, taken.decided_by) == ("taken", None)


def test_at_once_only_suggests_when_somebody_must_be_asked():
    asked = [*QUESTIONS, {"key": "claim", "label": "Which claim?"}]
    make_route(criteria=OVER_250, mode="at_once", questions=asked)
    ticket = a_ticket()

    evaluate(ticket.pk, at=MONDAY)

    assert states(ticket) == ["open"]
    assert not Escalation.objects.exists()


def test_a_case_that_was_kept_at_the_front_line_does_not_go_up_at_once_again():
    make_route(criteria=OVER_250, mode="at_once")
    ticket = a_ticket()
    evaluate(ticket.pk, at=MONDAY)
    withdraw(Escalation.objects.get().pk, reason="We solve it here ourselves.",
             by=make_user(Role.MANAGER), at=MONDAY)  # fmt: skip

    evaluate_owed(at=MONDAY)

    assert Escalation.objects.running().count() == 0
    assert states(ticket) == ["taken"]


def test_the_sweep_finds_what_a_lost_nudge_forgot_and_then_nothing():
    make_route(criteria=OVER_250)
    ticket = a_ticket()

    assert evaluate_owed(at=MONDAY) == 1
    assert states(ticket) == ["open"]
    assert evaluate_owed(at=MONDAY) == 0

    at_stake(ticket, 4_000)
    assert evaluate_owed(at=MONDAY) == 1
    assert states(ticket) == ["withdrawn"]


def test_a_case_is_looked_at_again_when_time_has_come():
    make_route(criteria={"all": [condition("age", "at_least", 48)]})
    ticket = a_ticket(None)
    evaluate_owed(at=MONDAY)

    assert EvaluatedTicket.objects.get().look_again_at == MONDAY + 48 * HOUR
    assert evaluate_owed(at=MONDAY + 47 * HOUR) == 0
    assert evaluate_owed(at=MONDAY + 48 * HOUR) == 1
    assert states(ticket) == ["open"]


def test_a_message_on_one_case_is_a_contact_on_all_of_the_customers():
    make_route(criteria={"all": [condition("contacts", "at_least", {"count": 3, "days": 7})]})
    identity = make_identity()
    first, second = a_ticket(None, identity=identity), a_ticket(None, identity=identity)
    evaluate_owed(at=MONDAY)
    evaluate_owed(at=MONDAY)
    assert states(first) == states(second) == []

    customer_writes(second)
    evaluate(second.pk, at=MONDAY)
    evaluate_owed(at=MONDAY)

    assert states(first) == states(second) == ["open"]
    assert evaluate_owed(at=MONDAY) == 0


def test_a_tagged_customer_is_noticed_by_the_sweep():
    make_route(criteria={"all": [condition("customer_tags", "contains_any", ["vip"])]})
    ticket = a_ticket(None)
    evaluate_owed(at=MONDAY)

    set_tags(ticket.requester_id, tags=["vip"], by=make_user(), at=MONDAY)
    evaluate_owed(at=MONDAY)

    assert states(ticket) == ["open"]


def test_facts_are_read_off_the_ticket():
    ticket = a_ticket(
        text="I will call my lawyer.", category=Category.objects.create(slug="claim", name="Claim")
    )
    agent = make_user(Role.MANAGER)
    add_tag(ticket.pk, name="Press", by=agent, at=MONDAY)
    open_problem(title="Cracked tanks", by=agent, at=MONDAY, tickets=[ticket.pk])

    facts = facts_of_case(ticket.pk, at=MONDAY + HOUR)

    assert (facts.category, facts.channel, facts.amount) == ("claim", "email", Money(31_200, "EUR"))
    assert (facts.tags, facts.contacts, facts.tickets) == ({"press"}, (MONDAY,), (MONDAY,))
    assert facts.problem is not None
    assert facts.writing.has(("my", "lawyer"))
    assert facts.age == HOUR


@pytest.mark.parametrize("count", [1, 50])
def test_the_facts_of_many_cases_cost_as_many_queries_as_of_one(count):
    identity = make_identity()
    numbers = [make_ticket(identity=identity).pk for _ in range(count)]

    with CaptureQueriesContext(connection) as queries:
        found = facts_of_cases(numbers, at=MONDAY)

    assert len(queries) == 9
    assert set(found) == set(numbers)
    assert all(len(each.tickets) == count for each in found.values())


def test_looking_at_a_case_costs_as_much_with_fifty_routes_as_with_one():
    ticket = a_ticket(5_000)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            evaluate(ticket.pk, at=MONDAY)
        return len(queries)

    make_route(criteria=OVER_250)
    one = cost()
    team = make_team(level=2)
    for _ in range(49):
        make_route(criteria=OVER_250, team=team)

    assert cost() == one
    assert one <= 12
