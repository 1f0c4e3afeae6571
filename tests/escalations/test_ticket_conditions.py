"""What the search, the filters and kept views find by deadlines, breaches and escalations."""

import pytest
from django.http import QueryDict

from accounts.models import Role
from escalations.models import ClockState, EscalationState, Metric, SLAClock
from escalations.ticket_conditions import CASES, PROMISES, STANDS, UNDER_WAY
from helpdesk.condition_queries import conditions_as_q
from helpdesk.conditions import FIELDS, InvalidConditions, read_conditions
from helpdesk.filters import filter_tickets
from helpdesk.finding import find_tickets
from helpdesk.models import Ticket
from tests.escalations.contracts import into, make_stage
from tests.escalations.making import HOUR, make_clock
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets():
    """A ticket for each way a promise can stand."""
    made = {name: make_ticket() for name in ("none", "running", "overdue", "paused", "met", "kept")}
    make_clock(made["running"], due_at=MONDAY + HOUR)
    make_clock(made["overdue"], due_at=MONDAY - HOUR, metric=Metric.FIRST_REPLY)
    make_clock(made["overdue"], due_at=MONDAY + HOUR)
    resting = {"state": ClockState.PAUSED, "due_at": None, "remaining": HOUR}
    SLAClock.objects.filter(pk=make_clock(made["paused"]).pk).update(**resting)
    over = {"state": ClockState.FULFILLED, "stopped_at": MONDAY}
    missed = make_clock(made["met"], due_at=MONDAY - HOUR)
    SLAClock.objects.filter(pk=missed.pk).update(**over, breached_at=MONDAY - HOUR)
    SLAClock.objects.filter(pk=make_clock(made["kept"]).pk).update(**over)
    owed = make_clock(made["none"], due_at=MONDAY - HOUR, metric=Metric.INQUIRY)
    assert owed.state == ClockState.RUNNING
    return made


def kept(field: str, operator: str, value=None) -> set[int]:
    condition = {"field": field, "operator": operator}
    tree = {"all": [condition if value is None else condition | {"value": value}]}
    q = conditions_as_q(read_conditions(tree), reader=make_user(Role.ADMIN), at=MONDAY)
    return {ticket.pk for ticket in Ticket.objects.filter(q)}


def searched(text: str) -> set[int]:
    return {ticket.pk for ticket in find_tickets(Ticket.objects.all(), text, at=MONDAY)}


def filtered(query: str) -> set[int]:
    params = QueryDict(query)
    return {ticket.pk for ticket in filter_tickets(Ticket.objects.all(), params, at=MONDAY)}


def numbers(tickets, *names) -> set[int]:
    return {tickets[name].pk for name in names}


@pytest.mark.parametrize("name", STANDS)
def test_a_promise_stands_as_the_view_says(tickets, name):
    assert kept("deadline", "is", name) == numbers(tickets, name)
    assert kept("deadline", "in", [name]) == numbers(tickets, name)
    assert kept("deadline", "is_not", name) == numbers(tickets, *tickets) - numbers(tickets, name)


def test_what_stands_nowhere_has_no_promise_that_is_open(tickets):
    assert kept("deadline", "empty") == numbers(tickets, "none", "met", "kept")
    assert kept("deadline", "not_empty") == numbers(tickets, *STANDS)


def test_what_was_missed_is_found_before_and_after_anybody_noticed(tickets):
    missed = numbers(tickets, "overdue", "met")

    assert kept("breached", "not_empty") == searched("is:breached") == missed
    assert filtered("breached=true") == missed
    assert filtered("breached=false") == searched("-is:breached") == kept("breached", "empty")
    assert kept("breached", "empty") == numbers(tickets, *tickets) - missed


def test_a_missed_promise_is_found_by_what_was_promised(tickets):
    assert kept("breached", "is", "first_reply") == numbers(tickets, "overdue")
    assert kept("breached", "in", ["approval", "resolution"]) == numbers(tickets, "met")
    assert kept("breached", "not_in", ["approval"]) == numbers(tickets, *tickets) - numbers(
        tickets, "met"
    )


def test_what_rests_is_found_in_all_three(tickets):
    assert searched("due:paused") == filtered("due=paused") == numbers(tickets, "paused")


def test_what_departments_owe_is_no_promise_and_never_asked(tickets):
    assert Metric.INQUIRY not in PROMISES
    with pytest.raises(InvalidConditions, match="Possible: channel_reply, first_reply"):
        kept("breached", "is", "inquiry")


@pytest.mark.parametrize("state", EscalationState.values)
def test_an_escalation_is_found_by_its_state(state):
    stage, other = into(make_stage(), state), make_ticket()
    ticket = {stage.escalation.ticket_id}
    is_running = state not in (EscalationState.COMPLETED, EscalationState.WITHDRAWN)

    assert kept("escalation", "is", state) == kept("escalation", "not_empty") == ticket
    assert kept("escalation", "empty") == {other.pk}
    found = [kept("escalation", "is", UNDER_WAY), searched("is:escalated")]
    assert [*found, filtered("escalated=true")] == [ticket if is_running else set()] * 3
    assert filtered("escalated=false") == {other.pk} | (set() if is_running else ticket)


def test_every_value_has_words_for_people():
    for name in ("deadline", "breached", "escalation"):
        assert all(str(words) for words in FIELDS[name].words.values())
    assert set(CASES) == {UNDER_WAY, *EscalationState.values}
