from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from helpdesk.models import Status, Ticket, TimelineKind
from helpdesk.services.lifecycle import close_solved_tickets, solve_ticket
from helpdesk.services.merging import (
    CannotMerge,
    conversation_ids,
    living_ticket,
    merge_ticket,
    unmerge_ticket,
)
from tests.concurrency import all_at_once, while_uncommitted
from tests.factories import MONDAY, make_reply, make_ticket, make_user

pytestmark = pytest.mark.django_db


def merge(source, target):
    return merge_ticket(source.pk, into=target.pk, by=make_user(), at=MONDAY)


def test_a_merged_ticket_is_closed_and_both_sides_say_so():
    source, target = make_ticket("Again"), make_ticket("First")

    merge(source, target)

    source.refresh_from_db()
    assert (source.status, source.merged_into, source.merge_root) == (
        Status.CLOSED,
        target,
        target,
    )
    assert [t.timeline.filter(kind=TimelineKind.MERGED).count() for t in (source, target)] == [1, 1]
    assert conversation_ids(target) == [target.pk, source.pk]


def test_a_chain_of_merges_leads_to_the_last_ticket():
    first, second, third = make_ticket(), make_ticket(), make_ticket()
    merge(first, second)
    merge(second, third)

    first.refresh_from_db()
    assert living_ticket(first) == third
    assert first.merged_into == second
    assert sorted(conversation_ids(third)) == sorted([first.pk, second.pk, third.pk])


def test_undoing_a_merge_gives_back_status_and_what_was_merged_before():
    first, second, third = make_ticket(), make_ticket(), make_ticket()
    make_reply(second)
    merge(first, second)
    merge(second, third)

    unmerge_ticket(second.pk, by=make_user(), at=MONDAY)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.status, second.merge_root, second.closed_at) == (Status.OPEN, None, None)
    assert living_ticket(first) == second
    assert conversation_ids(third) == [third.pk]


def test_a_solved_target_opens_again_when_an_open_concern_joins_it():
    source, target = make_ticket(), make_ticket()
    solve_ticket(target.pk, by=make_user(), at=MONDAY)

    merge(source, target)

    target.refresh_from_db()
    assert target.status == Status.OPEN


def test_a_solved_source_leaves_a_solved_target_solved():
    source, target = make_ticket(), make_ticket()
    for ticket in (source, target):
        solve_ticket(ticket.pk, by=make_user(), at=MONDAY)

    merge(source, target)

    target.refresh_from_db()
    assert target.status == Status.SOLVED


def test_impossible_merges_are_refused():
    source, target, closed = make_ticket(), make_ticket(), make_ticket()
    solve_ticket(closed.pk, by=make_user(), at=MONDAY)
    close_solved_tickets(at=MONDAY + timedelta(days=20))
    merge(source, target)

    with pytest.raises(CannotMerge, match="into itself"):
        merge(target, target)
    with pytest.raises(CannotMerge, match="already"):
        merge(source, target)
    with pytest.raises(CannotMerge, match=f"choose {target.pk}"):
        merge(make_ticket(), source)
    with pytest.raises(CannotMerge, match="closed"):
        merge(target, closed)
    with pytest.raises(CannotMerge, match="not merged"):
        unmerge_ticket(target.pk, by=make_user(), at=MONDAY)


def test_the_database_refuses_a_ticket_merged_into_itself():
    ticket = make_ticket()

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(
            merged_into=F("pk"), merge_root=F("pk"), status="closed", closed_at=MONDAY
        )


@pytest.mark.django_db(transaction=True)
def test_two_opposite_merges_at_once_end_with_one_of_them():
    one, two, agent = make_ticket(), make_ticket(), make_user()

    results = all_at_once(
        [
            partial(merge_ticket, one.pk, into=two.pk, by=agent, at=MONDAY),
            partial(merge_ticket, two.pk, into=one.pk, by=agent, at=MONDAY),
        ]
    )

    assert sum(isinstance(r, CannotMerge) for r in results) == 1
    assert Ticket.objects.filter(merged_into=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_merge_into_a_ticket_waits_for_the_one_that_merges_it_away():
    source, middle, target, agent = make_ticket(), make_ticket(), make_ticket(), make_user()

    outcome = while_uncommitted(
        partial(merge_ticket, middle.pk, into=target.pk, by=agent, at=MONDAY),
        partial(merge_ticket, source.pk, into=middle.pk, by=agent, at=MONDAY),
    )

    assert isinstance(outcome, CannotMerge)
    assert f"choose {target.pk}" in str(outcome)
