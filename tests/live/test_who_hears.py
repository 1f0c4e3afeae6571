"""A hint reaches those who may see the ticket, and nobody else."""

import pytest

from accounts.models import Role
from accounts.services.memberships import Seat, set_teams
from accounts.services.people import change_role, deactivate_person
from helpdesk.live.audience import audience_of, topics_of
from helpdesk.models import Ticket
from helpdesk.services.assignment import assign_ticket, claim_ticket, move_to_team
from helpdesk.services.linking import follow_ticket, unfollow_ticket
from tests.events import never
from tests.factories import MONDAY, make_note, make_team, make_ticket, make_user
from tests.workers import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


@pytest.fixture
def elsewhere(db):
    return make_team("Garden")


def test_topics_say_the_same_as_the_rule_of_who_sees_which_ticket(team, elsewhere):
    people = [make_user(role, team=t) for role in Role.values for t in (team, elsewhere, None)]
    people.append(make_user(team=team, is_active=False))
    tickets = [make_ticket(team=t) for t in (team, elsewhere, None, elsewhere, elsewhere)]
    assign_ticket(tickets[3].pk, assignee=people[0], by=people[4], at=MONDAY)
    follow_ticket(tickets[4].pk, by=people[0], at=MONDAY)

    for person in people:
        sees = set(Ticket.objects.visible_to(person).values_list("pk", flat=True))
        hears = {t.pk for t in tickets if {*topics_of(person)} & {*audience_of(t.pk).topics}}
        assert hears == sees, person.role


def test_nobody_hears_of_a_ticket_they_may_not_see(server, mara, elsewhere):
    stream = server.listen(mara)
    hidden, open_to_all = make_ticket(team=elsewhere), make_ticket()
    make_note(hidden)

    eventually(lambda: stream.told_of(open_to_all))
    assert stream.told_of(hidden) == []
    stream.close()


def test_whoever_loses_a_ticket_hears_that_lists_changed_and_not_by_which(
    server, mara, team, elsewhere
):
    ticket = make_ticket(team=team)
    stream = server.listen(mara)
    move_to_team(ticket.pk, team=elsewhere, by=make_user(team=team), at=MONDAY)
    make_note(ticket)

    eventually(lambda: stream.hints)
    assert never(lambda: stream.told_of(ticket))
    assert [hint["topic"] for hint in stream.hints] == ["lists"]
    stream.close()


def test_whoever_stops_following_hears_no_more(server, mara, elsewhere):
    ticket = make_ticket(team=elsewhere)
    follow_ticket(ticket.pk, by=mara, at=MONDAY)
    stream = server.listen(mara)
    unfollow_ticket(ticket.pk, by=mara, at=MONDAY)
    make_note(ticket)

    eventually(lambda: stream.hints)
    assert never(lambda: stream.told_of(ticket))
    stream.close()


def test_a_new_assignee_hears_it_as_theirs_and_the_others_as_a_change(server, mara, team):
    tomasz = make_user(team=team)
    ticket = make_ticket(team=team)
    hers, his = server.listen(mara), server.listen(tomasz)
    assign_ticket(ticket.pk, assignee=mara, by=tomasz, at=MONDAY)

    eventually(lambda: len(hers.told_of(ticket)) == 2 and his.told_of(ticket))
    assert [topic for topic, _ in hers.told_of(ticket)] == ["assigned", "ticket"]
    assert [topic for topic, _ in his.told_of(ticket)] == ["ticket"]
    hers.close()
    his.close()


def test_an_act_of_two_entries_is_told_once(server, mara, team):
    ticket = make_ticket(team=team)
    stream = server.listen(mara)
    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    ticket.refresh_from_db()

    eventually(lambda: stream.hints)
    assert never(lambda: len(stream.hints) > 1)
    assert stream.told_of(ticket) == [("ticket", ticket.last_event)]
    stream.close()


def test_an_act_that_is_rolled_back_is_not_told(server, mara, team):
    ticket = make_ticket(team=team)
    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    stream = server.listen(mara)
    with pytest.raises(Exception, match="already"):
        claim_ticket(ticket.pk, by=make_user(team=team), at=MONDAY)

    assert never(lambda: stream.hints)
    stream.close()


def test_the_stream_of_somebody_taken_out_of_a_team_ends_and_comes_back_without_it(
    server, mara, team, admin
):
    stream = server.listen(mara)
    set_teams(mara.pk, seats=[], by=admin, at=MONDAY)
    eventually(lambda: stream.has_ended)
    again = server.listen(mara, since="1-0")
    ticket, open_to_all = make_ticket(team=team), make_ticket()

    eventually(lambda: again.told_of(open_to_all))
    assert again.told_of(ticket) == []
    again.close()


def test_what_was_told_before_somebody_joined_is_told_by_who_may_see_it_now(
    server, mara, team, elsewhere, admin
):
    stream = server.listen(mara)
    marker = make_ticket()
    eventually(lambda: stream.told_of(marker))
    stream.close()
    moved = make_ticket(team=elsewhere)
    move_to_team(moved.pk, team=make_team(), by=admin, at=MONDAY)
    stayed = make_ticket(team=elsewhere)
    set_teams(mara.pk, seats=[Seat(elsewhere)], by=admin, at=MONDAY)

    again = server.listen(mara, since=stream.ids[-1])
    eventually(lambda: again.told_of(stayed))
    assert again.told_of(moved) == []
    again.close()


@pytest.mark.parametrize("change", ["role", "deactivation"])
def test_other_rights_end_the_stream(server, mara, admin, change):
    stream = server.listen(mara)
    if change == "role":
        change_role(mara.pk, role=Role.MANAGER, by=admin, at=MONDAY)
    else:
        deactivate_person(mara.pk, by=admin, at=MONDAY)

    eventually(lambda: stream.has_ended)
