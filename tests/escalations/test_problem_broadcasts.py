"""Telling the customers of a problem: each once, in their own words, none who wrote meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from escalations.services import problems as services
from escalations.services.broadcasts import (
    NobodyToTell,
    TextRefused,
    preview_broadcast,
    tell_customers,
    tell_one,
)
from helpdesk.models import BulkItem, MessageKind
from helpdesk.services.bulk import run_bulk_job
from helpdesk.services.lifecycle import change_status
from tests.concurrency import all_at_once
from tests.escalations.investigating import make_problem
from tests.factories import MONDAY, customer_writes, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lead():
    return make_user(Role.TEAM_LEAD)


@pytest.fixture
def problem(lead):
    return make_problem(by=lead)


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
