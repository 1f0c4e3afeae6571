"""Who may see which ticket; both doors load through visible_to."""

import pytest

from accounts.models import Role
from helpdesk.models import Attachment, Message, Ticket, TimelineEntry
from helpdesk.queue import COUNT_CAP, VIEWS, count_views, tickets_in
from helpdesk.services.assignment import assign_ticket, move_to_team
from helpdesk.services.lifecycle import change_status
from helpdesk.services.linking import follow_ticket
from helpdesk.services.merging import merge_ticket
from tests.factories import MONDAY, customer_writes, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COMPLIANCE, Role.ADMIN])
def test_those_who_watch_over_all_see_all(role):
    ticket = make_ticket(team=make_team())

    assert list(Ticket.objects.visible_to(make_user(role))) == [ticket]


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD])
def test_others_see_their_teams_and_what_has_no_team(role):
    mine, other = make_team(), make_team()
    seen = [make_ticket(team=mine), make_ticket()]
    hidden = make_ticket(team=other)
    user = make_user(role, team=mine)

    assert set(Ticket.objects.visible_to(user)) == set(seen)
    assert not TimelineEntry.objects.visible_to(user).filter(ticket=hidden).exists()
    assert not Message.objects.visible_to(user).filter(ticket=hidden).exists()
    assert not Attachment.objects.visible_to(user).filter(message__ticket=hidden).exists()


@pytest.mark.parametrize("kept", [Message, TimelineEntry])
def test_what_was_merged_into_a_ticket_is_seen_with_it_and_not_without(kept):
    mine, other = make_team(), make_team()
    source, target = make_ticket(team=other), make_ticket(team=mine)
    merge_ticket(source.pk, into=target.pk, by=make_user(Role.MANAGER), at=MONDAY)

    inside, outside = make_user(team=mine), make_user(team=make_team())
    assert kept.objects.visible_to(inside).filter(ticket=source).exists()
    assert not kept.objects.visible_to(outside).filter(ticket=source).exists()


def test_who_follows_a_ticket_keeps_sight_of_it_when_it_moves_on():
    agent, lead = make_user(team=make_team()), make_user(Role.MANAGER)
    ticket = make_ticket()
    follow_ticket(ticket.pk, by=agent, at=MONDAY)

    move_to_team(ticket.pk, team=make_team(level=2), by=lead, at=MONDAY)

    assert Ticket.objects.visible_to(agent).filter(pk=ticket.pk).exists()


def test_an_assignee_sees_the_ticket_whatever_its_team():
    agent, ticket = make_user(), make_ticket(team=make_team())
    assign_ticket(ticket.pk, assignee=agent, by=make_user(Role.MANAGER), at=MONDAY)

    assert Ticket.objects.visible_to(agent).filter(pk=ticket.pk).exists()


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_not_sign_in_sees_nothing(role):
    make_ticket()

    assert not Ticket.objects.visible_to(make_user(role, is_active=False)).exists()


def test_every_view_holds_what_its_name_says():
    team = make_team()
    user, lead = make_user(team=team), make_user(Role.MANAGER)
    mine = make_ticket(team=team)
    assign_ticket(mine.pk, assignee=user, by=lead, at=MONDAY)
    free, homeless = make_ticket(team=team), make_ticket()
    waiting, held, solved = (make_ticket(team=team) for _ in range(3))
    for ticket, status in ((waiting, "pending"), (held, "on_hold"), (solved, "solved")):
        change_status(ticket.pk, status=status, by=lead, at=MONDAY)
    follow_ticket(solved.pk, by=user, at=MONDAY)
    Ticket.objects.filter(pk=free.pk).update(due_at=MONDAY)
    customer_writes(mine)

    found = {name: set(tickets_in(view, user)) for name, view in VIEWS.items()}

    assert found == {
        "mine": {mine},
        "unassigned": {free, waiting, held},
        "due": {free},
        "unread": {mine},
        "triage": {homeless},
        "open": {mine, free, homeless, waiting, held},
        "pending": {waiting},
        "on_hold": {held},
        "followed": {solved},
        "escalated": set(),
        "solved": {solved},
        "all": {mine, free, homeless, waiting, held, solved},
    }


def test_what_is_over_stands_by_its_last_change_and_the_rest_by_urgency():
    assert {name for name, view in VIEWS.items() if view.sort == "updated"} == {"solved", "all"}
    assert {view.sort for view in VIEWS.values()} == {"updated", "urgency"}


def test_counts_are_those_of_the_views_in_one_query(django_assert_num_queries):
    user = make_user()
    make_ticket()
    make_ticket()

    with django_assert_num_queries(1):
        counts = count_views(user)

    expected = {n: tickets_in(v, user).count() for n, v in VIEWS.items() if v.is_counted}
    assert counts == expected
    assert counts["triage"] == 2


def test_a_count_stops_at_its_cap(monkeypatch):
    monkeypatch.setattr("helpdesk.queue.COUNT_CAP", 2)
    for _ in range(4):
        make_ticket()

    assert count_views(make_user())["open"] == 3
    assert COUNT_CAP == 999


def test_merged_tickets_are_only_in_the_view_of_all():
    user = make_user()
    source, target = make_ticket(), make_ticket()
    merge_ticket(source.pk, into=target.pk, by=user, at=MONDAY)

    assert set(tickets_in(VIEWS["open"], user)) == {target}
    assert set(tickets_in(VIEWS["all"], user)) == {source, target}
