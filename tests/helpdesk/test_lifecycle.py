from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.models import Status, Ticket, TimelineKind
from helpdesk.rules import MAY_BECOME, statuses_for_choice
from helpdesk.services.lifecycle import (
    SOLVED_STAYS_OPEN_FOR,
    StatusNotPossible,
    change_status,
    close_solved_tickets,
    reopen_ticket,
    solve_ticket,
)
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_solving_says_when_and_by_whom():
    ticket, agent = make_ticket(), make_user()

    solve_ticket(ticket.pk, by=agent, at=MONDAY)

    ticket.refresh_from_db()
    entry = ticket.timeline.in_order().last()
    assert (ticket.status, ticket.solved_at) == (Status.SOLVED, MONDAY)
    assert (entry.kind, entry.actor, entry.before, entry.after) == (
        TimelineKind.SOLVED,
        agent,
        "new",
        "solved",
    )


def test_solving_twice_is_refused_and_says_what_is_possible():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    with pytest.raises(StatusNotPossible, match="possible now: open"):
        solve_ticket(ticket.pk, by=make_user(), at=MONDAY)


def test_reopening_takes_the_solution_back():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    reopen_ticket(ticket.pk, by=make_user(), at=MONDAY)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == (Status.OPEN, None)
    assert ticket.timeline.in_order().last().kind == TimelineKind.REOPENED


def test_what_is_not_solved_cannot_be_reopened():
    with pytest.raises(StatusNotPossible):
        reopen_ticket(make_ticket().pk, by=make_user(), at=MONDAY)


def test_nobody_closes_by_hand():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    with pytest.raises(StatusNotPossible):
        change_status(ticket.pk, status=Status.CLOSED, by=make_user(), at=MONDAY)


def test_a_solved_ticket_closes_when_its_time_is_over_and_not_before():
    early, due = make_ticket(), make_ticket()
    solve_ticket(early.pk, by=make_user(), at=MONDAY + timedelta(seconds=1))
    solve_ticket(due.pk, by=make_user(), at=MONDAY)

    closed = close_solved_tickets(at=MONDAY + SOLVED_STAYS_OPEN_FOR)

    early.refresh_from_db()
    due.refresh_from_db()
    assert closed == 1
    assert (early.status, due.status) == (Status.SOLVED, Status.CLOSED)
    assert due.timeline.in_order().last().actor is None


def test_closing_twice_closes_once():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user(), at=MONDAY)
    later = MONDAY + SOLVED_STAYS_OPEN_FOR

    assert [close_solved_tickets(at=later), close_solved_tickets(at=later)] == [1, 0]


@pytest.mark.parametrize(
    "fields",
    [{"status": "solved"}, {"status": "closed"}, {"status": "odd"}, {"priority": 9}],
    ids=str,
)
def test_the_database_itself_refuses_what_can_never_be(fields):
    ticket = make_ticket()

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_a_second_change_of_status_waits_for_the_first():
    ticket, agent = make_ticket(), make_user()
    solve = partial(solve_ticket, ticket.pk, by=agent, at=MONDAY)

    outcome = while_uncommitted(solve, solve)

    assert isinstance(outcome, StatusNotPossible)
    assert ticket.timeline.filter(kind=TimelineKind.SOLVED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_ticket_reopened_at_the_last_moment_is_not_closed():
    ticket, agent = make_ticket(), make_user()
    solve_ticket(ticket.pk, by=agent, at=MONDAY)

    outcome = while_uncommitted(
        partial(reopen_ticket, ticket.pk, by=agent, at=MONDAY),
        partial(close_solved_tickets, at=MONDAY + SOLVED_STAYS_OPEN_FOR),
    )

    ticket.refresh_from_db()
    assert (outcome, ticket.status) == (0, Status.OPEN)


class RandomWalks(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(Status.values), max_size=8))
    def test_a_ticket_only_ever_takes_steps_of_the_table(self, wanted):
        ticket, agent = make_ticket(), make_user()
        status = Status.NEW.value
        for step in wanted:
            try:
                change_status(ticket.pk, status=step, by=agent, at=MONDAY)
            except StatusNotPossible:
                assert step not in statuses_for_choice(status)
            else:
                assert step in MAY_BECOME[status]
                status = step
        ticket.refresh_from_db()
        assert ticket.status == status
        steps = [e.after for e in ticket.timeline.in_order() if e.after]
        assert (steps[-1] if steps else Status.NEW) == status
