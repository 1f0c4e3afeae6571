"""A real process on a real Redis: who is let in, what arrives, how it ends."""

import signal
import subprocess
import time
from contextlib import contextmanager

import pytest
import redis
from django.conf import settings
from django.db import connection

from helpdesk.embedded.redis import _program as redis_program
from helpdesk.live.connection import live_redis
from helpdesk.live.hints import publish
from helpdesk.live.names import PASS_PREFIX, STREAM, Hint, digest
from tests.events import (
    SESSION,
    Stream,
    cookies_with_pass,
    never,
    running_event_server,
    threads_of,
)
from tests.factories import make_note, make_ticket, make_user
from tests.workers import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_act_is_told_once_within_two_seconds_of_its_commit(server, mara, team):
    ticket = make_ticket(team=team)
    stream = server.listen(mara)
    make_note(ticket, by=mara)
    committed = time.monotonic()

    eventually(lambda: stream.hints, seconds=2)
    ticket.refresh_from_db()

    assert stream.told_of(ticket) == [("ticket", ticket.last_event)]
    assert stream.arrived[0] - committed < 2
    stream.close()


def test_an_event_says_which_ticket_and_nothing_about_it(server, mara, team):
    stream = server.listen(mara)
    make_ticket(team=team, text="My card number is 4111 1111 1111 1111.")
    eventually(lambda: stream.hints)

    assert [set(hint) for hint in stream.hints] == [{"topic", "ticket", "version"}]
    kept = live_redis().xrange(STREAM)
    assert "4111" not in str(kept) and "Karen" not in str(kept)
    stream.close()


def test_a_pass_opens_one_stream(server, mara):
    cookies = cookies_with_pass(mara)

    assert server.answer(cookies=cookies) == 200
    assert server.answer(cookies=cookies) == 403


def test_a_stolen_pass_opens_nothing_in_another_session_nor_then_in_its_own(server, mara):
    cookies = cookies_with_pass(mara)
    stolen = cookies | {settings.SESSION_COOKIE_NAME: "the-thief"}

    assert server.answer(cookies=stolen) == 403
    assert server.answer(cookies=cookies) == 403


def test_a_pass_expires_within_a_minute(server, mara):
    cookies = cookies_with_pass(mara)
    key = PASS_PREFIX + digest(cookies[settings.EVENTS_COOKIE_NAME])

    assert 0 < live_redis().ttl(key) <= 60
    live_redis().pexpire(key, 1)
    time.sleep(0.01)
    assert server.answer(cookies=cookies) == 403


def test_redis_does_not_hold_what_would_open_a_stream(mara):
    cookies = cookies_with_pass(mara)

    kept = [
        key + (live_redis().get(key) or "") for key in live_redis().scan_iter(PASS_PREFIX + "*")
    ]
    assert kept
    assert cookies[settings.EVENTS_COOKIE_NAME] not in str(kept)
    assert SESSION not in str(kept)


@pytest.mark.parametrize(
    ("path", "status"), [("/events/", 403), ("/events", 404), ("/", 404), ("/livez", 200)]
)
def test_without_a_pass_there_is_no_stream(server, path, status):
    assert server.answer(cookies={}, path=path) == status


def test_a_page_of_another_site_gets_no_stream(server, mara):
    cookies = cookies_with_pass(mara)

    assert server.answer(cookies=cookies, Origin="https://evil.example") == 403
    assert server.answer(cookies=cookies, Origin=settings.SITE_URL) == 200


def test_whoever_comes_back_is_told_what_they_missed_once_for_each_ticket(server, mara, team):
    ticket, other = make_ticket(team=team), make_ticket(team=team)
    stream = server.listen(mara)
    make_note(ticket, by=mara)
    eventually(lambda: stream.ids)
    stream.close()

    make_note(ticket, by=mara)
    make_note(other, by=mara)
    make_note(ticket, by=mara)
    again = server.listen(mara, since=stream.ids[-1])

    eventually(lambda: len(again.hints) >= 2)
    assert [hint["ticket"] for hint in again.hints] == [other.pk, ticket.pk]
    again.close()


def test_whoever_was_away_for_longer_than_hints_are_kept_is_told_to_load_the_lists(server, mara):
    publish(Hint("ticket", 1, 1), to=["all"])

    stream = server.listen(mara, since="1-0")

    eventually(lambda: stream.hints)
    assert [hint["topic"] for hint in stream.hints] == ["lists"]
    stream.close()


def test_a_since_that_is_no_id_is_ignored(server, mara, team):
    for since in ("x", "1-", "9" * 40 + "-0", "-1--1"):
        stream = server.listen(mara, since=since)
        publish(Hint("ticket", 7, 1), to=["team:none"])
        eventually(lambda: any(hint["ticket"] == 7 for hint in stream.hints))  # noqa: B023
        stream.close()


def test_two_hundred_streams_hold_no_database_connection_and_no_thread_each(team):
    users = [make_user(team=team) for _ in range(4)]
    with running_event_server() as server:
        before = _database_connections()
        passes = [cookies_with_pass(users[number % 4]) for number in range(200)]
        asked = [server.ask(cookies=cookies) for cookies in passes]  # all at once
        streams = [Stream(connection) for connection in asked]
        threads = threads_of(server.process)
        ticket = make_ticket(team=team)

        eventually(lambda: all(stream.told_of(ticket) for stream in streams), seconds=10)

        assert _database_connections() == before
        assert threads < 10
        for stream in streams:
            stream.close()


def test_it_ends_within_two_seconds_of_sigterm_and_ends_its_streams_well(mara):
    with running_event_server() as server:
        streams = [server.listen(mara) for _ in range(20)]
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(timeout=5) in (0, -signal.SIGTERM)
        assert time.monotonic() - begun < 2
        eventually(lambda: all(stream.has_ended for stream in streams))


def test_it_survives_a_restart_of_redis_and_has_everybody_catch_up(mara, tmp_path, monkeypatch):
    url = f"unix://{tmp_path}/r"
    monkeypatch.setattr(settings, "REDIS_URL", url)
    with own_redis(tmp_path / "r") as first, running_event_server(REDIS_URL=url) as server:
        stream = server.listen(mara)
        first.kill()
        first.wait()
        publish(Hint("ticket", 1, 1), to=["all", "team:none"])  # lost, and nothing fails
        with own_redis(tmp_path / "r"):
            eventually(lambda: {"topic": "lists", "ticket": 0, "version": 0} in stream.hints)
            publish(Hint("ticket", 2, 1), to=["team:none"])

            eventually(lambda: stream.hints[-1]["ticket"] == 2)
            assert server.answer(cookies=cookies_with_pass(mara)) == 200
        stream.close()


def test_with_redis_away_there_are_no_streams_and_the_process_lives(mara, tmp_path):
    cookies = cookies_with_pass(mara)
    with running_event_server(REDIS_URL=f"unix://{tmp_path}/nothing") as server:
        assert server.answer(cookies=cookies) == 503
        assert server.answer(cookies={}, path="/livez") == 200


def test_what_comes_while_a_stream_catches_up_is_not_told_twice(server, mara, team):
    ticket = make_ticket(team=team)
    stream = server.listen(mara, since="1-0")
    make_note(ticket, by=mara)
    ticket.refresh_from_db()

    eventually(lambda: ("ticket", ticket.last_event) in stream.told_of(ticket))
    assert never(lambda: len(set(stream.ids)) != len(stream.ids))
    stream.close()


@contextmanager
def own_redis(address):
    process = subprocess.Popen(
        [redis_program(), "--port", "0", "--unixsocket", str(address), "--save", ""],
        cwd=address.parent,
        stdout=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _answers(address))
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(address) -> bool:
    try:
        return redis.Redis(unix_socket_path=str(address)).ping()
    except redis.RedisError:
        return False


def _database_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]
