"""A cursor loses no change: not when a token grows old, not when a page stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.cursors import OVERLAP, Cursor, walk
from marketplaces.gateways.shapes import Page

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_cursor_comes_back_as_it_was():
    cursor = Cursor(since=NINE.isoformat(), token="t=1&x", until=NINE.isoformat())
    assert Cursor.of(cursor.text()) == cursor
    assert Cursor.of("") == Cursor()


def test_a_walk_begins_a_little_before_where_the_last_one_ended():
    assert Cursor(since=NINE.isoformat()).begins() == NINE - OVERLAP
    assert Cursor().begins() is None


def test_the_next_walk_begins_at_the_latest_moment_seen():
    cursor = Cursor().seen(NINE).seen(NINE - timedelta(hours=1)).seen(None)
    assert cursor.onwards("") == Cursor(since=NINE.isoformat())


def test_a_walk_that_saw_nothing_begins_where_it_began():
    assert Cursor(since=NINE.isoformat()).onwards("").since == NINE.isoformat()


def test_while_pages_follow_the_beginning_stays():
    cursor = Cursor(since=NINE.isoformat()).seen(NINE + timedelta(hours=1)).onwards("page 2")
    assert (cursor.since, cursor.token) == (NINE.isoformat(), "page 2")


def test_an_old_token_costs_one_walk_from_the_beginning():
    asked = []

    def fetch(cursor):
        asked.append(cursor)
        if cursor.token:
            raise GatewayRefused("pull", "token expired", status=400)
        return Page((1,), "")

    page = walk(Cursor(since=NINE.isoformat(), token="old", until="x").text(), fetch)

    assert page.items == (1,)
    assert asked[1] == Cursor(since=NINE.isoformat())


def test_who_may_not_ask_is_not_asked_twice():
    def fetch(cursor):
        raise GatewayRefused("pull", "forbidden", status=403)

    with pytest.raises(GatewayRefused):
        walk(Cursor(token="t").text(), fetch)
