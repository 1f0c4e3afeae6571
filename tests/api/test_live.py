"""The pass to the events, and the polling that is right without them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.services.tokens import create_token
from helpdesk.live import changes as live_changes
from helpdesk.live.changes import InvalidSince, Since, changes_for
from helpdesk.services.assignment import assign_ticket, move_to_team
from tests.factories import MONDAY, make_note, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
CHANGES, PASS = "/api/v1/changes/", "/api/v1/events/ticket/"


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    mara = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(mara)
    return mara


def now(client) -> str:
    return client.get(CHANGES).json()["since"]


def told(client, since: str) -> list[tuple[str, int, int]]:
    answer = client.get(CHANGES, {"since": since})
    assert answer.status_code == 200
    return [tuple(hint.values()) for hint in answer.json()["changes"]]


def test_a_pass_is_a_cookie_for_the_event_server_alone(client, mara):
    answer = client.post(PASS, {}, content_type="application/json")
    cookie = answer.cookies[settings.EVENTS_COOKIE_NAME]

    assert answer.status_code == 201
    assert answer.json() == {"url": "/events/", "expires_in": 60}
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/events/", "Strict", 60)
    assert cookie["httponly"] and cookie.value not in answer.content.decode()


def test_a_token_gets_no_pass(client, team):
    _, text = create_token(make_user(), name="x", scopes=["write"], at=timezone.now())
    headers = {"authorization": f"Bearer {text}"}

    answer = client.post(PASS, {}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "session_required")


def test_with_redis_away_there_is_no_pass_and_the_client_is_told_to_poll(client, mara, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    answer = client.post(PASS, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_events_now")


@pytest.mark.django_db(transaction=True)
def test_with_redis_away_acts_go_on_and_polling_tells_of_them(client, mara, team, settings):
    since = now(client)
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    ticket = make_ticket(team=team)

    assert told(client, since) == [("ticket", ticket.pk, ticket.last_event)]


def test_polling_tells_each_visible_ticket_once_with_its_last_event(client, mara, team):
    before = make_ticket(team=team)
    since = now(client)
    ticket, hidden = make_ticket(team=team), make_ticket(team=make_team())
    make_note(ticket)
    make_note(hidden)
    ticket.refresh_from_db()

    assert told(client, since) == [("ticket", ticket.pk, ticket.last_event)]
    assert before.pk not in [number for _, number, _ in told(client, since)]


def test_a_ticket_given_to_the_reader_is_told_as_theirs(client, mara, team):
    ticket = make_ticket(team=team)
    since = now(client)
    assign_ticket(ticket.pk, assignee=mara, by=make_user(team=team), at=MONDAY)
    ticket.refresh_from_db()

    assert told(client, since) == [
        ("ticket", ticket.pk, ticket.last_event),
        ("assigned", ticket.pk, ticket.last_event),
    ]


def test_a_ticket_lost_from_sight_is_told_as_a_change_of_lists(client, mara, team):
    ticket = make_ticket(team=team)
    since = now(client)
    move_to_team(ticket.pk, team=make_team(), by=make_user(), at=MONDAY)

    assert told(client, since) == [("lists", 0, 0)]


def test_what_others_lose_is_no_change_for_the_reader(client, mara):
    ticket = make_ticket(team=make_team())
    since = now(client)
    move_to_team(ticket.pk, team=make_team(), by=make_user(), at=MONDAY)

    assert told(client, since) == []


def test_unchanged_answers_304(client, mara, team):
    since = now(client)
    make_ticket(team=team)
    first = client.get(CHANGES, {"since": since})
    again = client.get(CHANGES, {"since": since}, headers={"if-none-match": first["ETag"]})
    make_ticket(team=team)
    changed = client.get(CHANGES, {"since": since}, headers={"if-none-match": first["ETag"]})

    assert [first.status_code, again.status_code, changed.status_code] == [200, 304, 200]
    assert again.content == b""


@pytest.mark.parametrize("tickets", [1, 40])
def test_polling_costs_the_same_however_much_changed(
    client, mara, team, tickets, django_assert_max_num_queries
):
    since = now(client)
    for _ in range(tickets):
        make_ticket(team=team)
    ticket = make_ticket(team=team)
    assign_ticket(ticket.pk, assignee=mara, by=make_user(team=team), at=MONDAY)

    # Session and person, entries, visible tickets, and the reader's teams.
    with django_assert_max_num_queries(5):
        assert len(told(client, since)) == tickets + 2


def test_too_much_to_tell_is_said_instead(client, mara, team, monkeypatch):
    monkeypatch.setattr(live_changes, "MOST", 3)
    since = now(client)
    for _ in range(4):
        make_ticket(team=team)

    answer = client.get(CHANGES, {"since": since}).json()
    assert (answer["changes"], answer["everything"]) == ([], True)
    assert told(client, answer["since"]) == []


@pytest.mark.parametrize("since", ["x", "1-2", "1-2-x", "-1-2-3", "9" * 30 + "-1-1", "12", "٣-1-1"])
def test_a_since_of_nobody_is_refused(client, mara, since):
    answer = client.get(CHANGES, {"since": since})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "since")


def test_a_page_asks_from_the_time_it_was_drawn(client, mara, team):
    moment = timezone.now()
    make_ticket(team=team, at=moment - timedelta(minutes=10))
    late = make_ticket(team=team, at=moment)

    assert told(client, str(int(moment.timestamp()))) == [("ticket", late.pk, late.last_event)]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_committed_after_a_later_one_is_not_missed(mara, team):
    slow, quick = make_ticket(team=team), make_ticket(team=team)
    author = make_user(team=team)
    begin = live_changes.now_in_the_timeline(at=MONDAY)
    with transaction.atomic():
        make_note(slow, by=author)
        _in_a_thread(lambda: make_note(quick, by=author))
        seen = _in_a_thread(lambda: changes_for(mara, begin, at=MONDAY))
    later = MONDAY + timedelta(seconds=30)
    after = changes_for(mara, seen.since, at=later)

    assert [hint.ticket for hint in seen.hints] == [quick.pk]
    assert slow.pk in [hint.ticket for hint in after.hints]


def test_the_place_moves_on_once_nothing_below_it_can_appear(mara, team):
    place = Since(10, 20, 1000)
    at = MONDAY.fromtimestamp(1059, MONDAY.tzinfo)

    assert place.moved_on(30, at=at) == place
    assert place.moved_on(30, at=at + timedelta(seconds=1)) == Since(20, 30, 1060)
    assert Since(20, 20, 0).moved_on(20, at=at) == Since(20, 20, 0)
    assert Since.read(str(place)) == place
    with pytest.raises(InvalidSince):
        Since.read("1-2-3-4")


def test_changes_say_nothing_but_numbers(client, mara, team):
    since = now(client)
    make_ticket(team=team, subject="Second coffee maker")
    answer = client.get(CHANGES, {"since": since})

    assert "coffee" not in answer.content.decode()
    assert set(answer.json()["changes"][0]) == {"topic", "ticket", "version"}


def _in_a_thread(act):
    """Act in another connection, which sees only what is committed."""

    def alone():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()
