from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.models import Ticket
from helpdesk.paging import InvalidCursor, page_of
from helpdesk.queue import SORTS
from tests.factories import MONDAY, make_ticket

pytestmark = pytest.mark.django_db
URGENCY = SORTS["urgency"][1]


def walk(keys, size):
    """Page forward to the end, then back to the start; return both journeys."""
    forward, page = [], page_of(Ticket.objects.all(), keys=keys, size=size)
    forward.append([t.pk for t in page.rows])
    while page.next_cursor:
        page = page_of(Ticket.objects.all(), keys=keys, size=size, cursor=page.next_cursor)
        forward.append([t.pk for t in page.rows])
    backward = [forward[-1]]
    while page.previous_cursor:
        page = page_of(Ticket.objects.all(), keys=keys, size=size, cursor=page.previous_cursor)
        backward.append([t.pk for t in page.rows])
    return forward, backward


class Walks(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(st.tuples(st.none() | st.integers(0, 3), st.integers(1, 4)), max_size=9),
        st.integers(1, 4),
        st.sampled_from(sorted(SORTS)),
    )
    def test_every_ticket_is_met_once_in_order_there_and_back(self, plan, size, sort):
        for hours, priority in plan:
            ticket = make_ticket(priority=priority)
            due_at = None if hours is None else MONDAY + timedelta(hours=hours)
            Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at)
        keys = SORTS[sort][1]

        forward, backward = walk(keys, size)

        everything = [t.pk for t in Ticket.objects.order_by(*(key.order(False) for key in keys))]
        assert [pk for page in forward for pk in page] == everything
        assert sorted(pk for page in backward for pk in page) == sorted(everything)
        assert all(len(page) == size for page in forward[:-1])


def test_a_ticket_that_arrives_between_two_pages_shifts_nothing():
    first, second, third = (make_ticket() for _ in range(3))
    newest = SORTS["newest"][1]
    page = page_of(Ticket.objects.all(), keys=newest, size=2)

    make_ticket()
    rest = page_of(Ticket.objects.all(), keys=newest, size=2, cursor=page.next_cursor)

    assert (page.rows, rest.rows) == ([third, second], [first])


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "☃", "x" * 5000])
def test_a_cursor_not_made_here_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        page_of(Ticket.objects.all(), keys=URGENCY, size=2, cursor=cursor)


def test_a_cursor_of_another_order_is_refused():
    for _ in range(3):
        make_ticket()
    page = page_of(Ticket.objects.all(), keys=SORTS["newest"][1], size=1)

    with pytest.raises(InvalidCursor, match="another order"):
        page_of(Ticket.objects.all(), keys=URGENCY, size=1, cursor=page.next_cursor)
