"""Who is at a ticket: three states, gone when the heartbeat stops, seen by who sees the ticket."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.live.connection import live_redis
from helpdesk.live.names import LEAVING, STREAM
from helpdesk.live.presence import DROPPED_AFTER, note_heartbeat, who_is_at
from tests.events import running_event_server
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.workers import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    mara = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(mara)
    return mara


@pytest.fixture
def tomasz(team):
    return make_user(team=team, full_name="Tomasz Wójcik")


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


def at(ticket) -> str:
    return f"/api/v1/tickets/{ticket.pk}/presence/"


def be_there(client, ticket, state="viewing", **facts):
    return client.post(at(ticket), {"state": state} | facts, content_type="application/json")


def shown(answer) -> list[tuple[str, str, bool]]:
    assert answer.status_code == 200
    people = answer.json()["people"]
    return [(p["user"]["full_name"], p["state"], p["is_you"]) for p in people]


def heartbeat(ticket, user, state="viewing", *, tab="0", moment=None):
    moment = moment or timezone.now()
    return note_heartbeat(ticket.pk, state=state, tab=tab, audience=["all"], by=user, at=moment)


def test_whoever_is_there_is_seen_with_what_they_do(client, mara, tomasz, ticket):
    heartbeat(ticket, tomasz, "writing")

    assert shown(be_there(client, ticket)) == [
        ("Tomasz Wójcik", "writing", False),
        ("Mara Lindqvist", "viewing", True),
    ]
    assert shown(be_there(client, ticket, "idle"))[1] == ("Mara Lindqvist", "idle", True)
    assert shown(client.get(at(ticket)))[1] == ("Mara Lindqvist", "idle", True)


def test_whoever_leaves_is_gone_at_once(client, mara, ticket):
    be_there(client, ticket, tab="a")

    assert client.delete(at(ticket) + "?tab=a").status_code == 204
    assert shown(client.get(at(ticket))) == []


def test_a_window_that_goes_to_another_ticket_says_so_in_one_word(client, mara, team, ticket):
    be_there(client, ticket, tab="a")
    be_there(client, ticket, tab="b")
    there = make_ticket(team=team)

    assert shown(be_there(client, there, tab="a", left=ticket.pk)) == [
        ("Mara Lindqvist", "viewing", True)
    ]
    assert shown(client.get(at(ticket))) == [("Mara Lindqvist", "viewing", True)]
    be_there(client, there, tab="b", left=ticket.pk)
    assert shown(client.get(at(ticket))) == []


def test_nobody_is_sent_away_by_somebody_else(client, mara, tomasz, team, ticket):
    heartbeat(ticket, tomasz, tab="a")
    told = live_redis().xlen(STREAM)

    be_there(client, ticket, tab="a", left=ticket.pk)
    assert len(shown(client.get(at(ticket)))) == 2
    be_there(client, make_ticket(team=team), tab="a", left=make_ticket(team=make_team()).pk)
    assert live_redis().xlen(STREAM) == told + 2
    assert be_there(client, ticket, left=0).status_code == 400


def test_of_two_windows_the_stronger_counts_and_leaving_one_leaves_the_other(client, mara, ticket):
    be_there(client, ticket, "writing", tab="a")
    assert shown(be_there(client, ticket, "idle", tab="b")) == [("Mara Lindqvist", "writing", True)]

    client.delete(at(ticket) + "?tab=a")
    assert shown(client.get(at(ticket))) == [("Mara Lindqvist", "idle", True)]


def test_a_heartbeat_counts_for_twenty_five_seconds(tomasz, ticket):
    heartbeat(ticket, tomasz, moment=MONDAY)

    just, over = (MONDAY + timedelta(seconds=DROPPED_AFTER + extra) for extra in (0, 0.1))
    assert list(who_is_at([ticket.pk], at=just)) == [ticket.pk]
    assert who_is_at([ticket.pk], at=over) == {}


def test_since_is_when_they_came_and_begins_anew_when_they_come_back(tomasz, ticket):
    def since(seconds):
        moment = MONDAY + timedelta(seconds=seconds)
        heartbeat(ticket, tomasz, moment=moment)
        (presence,) = who_is_at([ticket.pk], at=moment)[ticket.pk]
        return (presence.since - MONDAY).total_seconds()

    assert [since(0), since(10), since(20), since(60), since(70)] == [0, 0, 0, 60, 60]


def test_only_a_change_is_news(tomasz, ticket):
    states = ["viewing", "viewing", "writing", "writing", "idle"]

    assert [heartbeat(ticket, tomasz, state) for state in states] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_nobody_is_seen_at_a_ticket_one_may_not_see(client, mara, ticket):
    hidden = make_ticket(team=make_team())
    heartbeat(hidden, make_user())
    heartbeat(ticket, make_user(full_name="Ines Carvalho"))

    assert client.get(at(hidden)).status_code == 404
    assert be_there(client, hidden).status_code == 404
    assert client.delete(at(hidden)).status_code == 404
    answer = client.get("/api/v1/presence/", {"ticket": [ticket.pk, hidden.pk, 999_999]})
    assert [entry["ticket"] for entry in answer.json()] == [ticket.pk]


@pytest.mark.parametrize("tickets", [1, 50])
def test_a_list_asks_once_for_all_its_tickets(
    client, mara, team, tickets, django_assert_max_num_queries
):
    made = [make_ticket(team=team) for _ in range(tickets)]
    for one in made:
        heartbeat(one, make_user())

    # Session, person, visible tickets, names.
    with django_assert_max_num_queries(4):
        answer = client.get("/api/v1/presence/", {"ticket": [one.pk for one in made]})
    assert len(answer.json()) == tickets


@pytest.mark.parametrize("wrong", [["x"], ["0"], ["-1"], ["9" * 19], ["1"] * 101])
def test_numbers_that_are_none_and_too_many_are_refused(client, mara, wrong):
    answer = client.get("/api/v1/presence/", {"ticket": wrong})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "ticket")


@pytest.mark.parametrize("facts", [{"state": "asleep"}, {"state": "idle", "tab": "a b"}, {}])
def test_a_heartbeat_that_says_nothing_known_is_refused(client, mara, ticket, facts):
    answer = client.post(at(ticket), facts, content_type="application/json")

    assert answer.status_code == 400


def test_without_redis_nobody_is_seen_and_nothing_fails(client, mara, ticket, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    assert shown(be_there(client, ticket)) == []
    assert shown(client.get(at(ticket))) == []
    assert client.delete(at(ticket)).status_code == 204
    assert client.get("/api/v1/presence/", {"ticket": ticket.pk}).json() == []


@pytest.mark.django_db(transaction=True)
def test_who_may_see_the_ticket_is_told_when_somebody_comes_and_when_their_heartbeat_stops(
    client, mara, tomasz, ticket
):
    outsider = make_user(team=make_team())
    with running_event_server() as server:
        his, outside = server.listen(tomasz), server.listen(outsider)
        be_there(client, ticket)
        be_there(client, ticket)
        eventually(lambda: his.told_of(ticket))
        assert his.told_of(ticket) == [("presence", 0)]

        live_redis().zadd(LEAVING, {f"{ticket.pk}:{mara.pk}:0": 1})
        eventually(lambda: len(his.told_of(ticket)) == 2)
        assert outside.told_of(ticket) == []
        his.close()
        outside.close()
