"""Counts of saved views: bounded, remembered where they were slow, never behind one's own acts."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk import view_counts
from helpdesk.queue import View, saved_as_view
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.saved_views import change_view, save_view
from helpdesk.view_counts import count_draft, count_saved_views
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

OPEN = {"all": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
MINE = {"all": [{"field": "assignee", "operator": "is", "value": "me"}]}


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def agent(team):
    return make_user(team=team)


@pytest.fixture
def slow(monkeypatch):
    """Every count is slow enough to be remembered, for a minute at least."""
    monkeypatch.setattr(view_counts, "QUICK", timedelta(0))
    monkeypatch.setattr(view_counts, "REMEMBERED_TIMES", 1_000_000)


def kept(agent, conditions=OPEN):
    return save_view(name="Kept", conditions=conditions, by=agent, at=MONDAY)


def sleeping(name: str) -> View:
    """A view whose tickets PostgreSQL finds only after two seconds each."""
    return View(
        name, name, lambda tickets, _: tickets.extra(where=["pg_sleep(2) IS NOT NULL"]), saved_id=1
    )


def test_a_slow_count_is_remembered_until_one_acts_oneself(slow, agent, team):
    ticket = make_ticket(team=team)
    view = saved_as_view(kept(agent, MINE), at=MONDAY)
    assert count_saved_views(agent, [view]) == {view.name: 0}
    with CaptureQueriesContext(connection) as captured:
        assert count_saved_views(agent, [view]) == {view.name: 0}
    assert len(captured) == 1

    claim_ticket(ticket.pk, by=agent, at=MONDAY)

    assert count_saved_views(agent, [view]) == {view.name: 1}


def test_what_others_do_may_be_counted_a_little_later(slow, agent, team):
    view = saved_as_view(kept(agent), at=MONDAY)
    assert count_saved_views(agent, [view]) == {view.name: 0}

    make_ticket(team=team)

    assert count_saved_views(agent, [view]) == {view.name: 0}


def test_a_changed_view_is_counted_anew(slow, agent, team):
    make_ticket(team=team)
    saved = kept(agent, MINE)
    before = saved_as_view(saved, at=MONDAY)
    assert count_saved_views(agent, [before]) == {before.name: 0}

    changed = change_view(saved.pk, conditions=OPEN, by=agent, at=MONDAY + timedelta(minutes=1))

    assert count_saved_views(agent, [saved_as_view(changed, at=MONDAY)]) == {before.name: 1}


def test_a_count_that_is_quick_is_not_remembered(monkeypatch, agent, team):
    monkeypatch.setattr(view_counts, "QUICK", timedelta(minutes=1))
    view = saved_as_view(kept(agent), at=MONDAY)
    assert count_saved_views(agent, [view]) == {view.name: 0}

    make_ticket(team=team)

    assert count_saved_views(agent, [view]) == {view.name: 1}


def test_a_view_that_takes_too_long_has_no_count_and_takes_no_other_its_own(agent, team):
    make_ticket(team=team)
    quick = saved_as_view(kept(agent), at=MONDAY)

    assert count_saved_views(agent, [sleeping("slow"), quick]) == {quick.name: 1}


def test_a_draft_is_counted_or_given_up_in_time(agent, team):
    make_ticket(team=team)

    assert count_draft(agent, saved_as_view(kept(agent), at=MONDAY)) == 1
    assert count_draft(agent, sleeping("slow")) is None


def test_the_bound_ends_with_the_counting(agent):
    view = saved_as_view(kept(agent), at=MONDAY)
    count_saved_views(agent, [view])

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
