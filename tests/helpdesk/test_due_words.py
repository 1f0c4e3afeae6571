"""Deadlines in words: in the search, in the filters of a list, as conditions of a kept view."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.condition_queries import conditions_as_q
from helpdesk.conditions import read_conditions
from helpdesk.due_words import EXAMPLES, Between, between, due_in_words, read_due, read_dues
from helpdesk.filters import InvalidFilter, filter_tickets
from helpdesk.finding import find_tickets
from helpdesk.models import Ticket
from helpdesk.search_query import read_search
from helpdesk.views.due_conditions import due_conditions
from tests.factories import MONDAY, make_ticket, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROME = ZoneInfo("Europe/Rome")
values = st.one_of(
    st.sampled_from(EXAMPLES),
    st.builds(
        "{}{}{}".format, st.sampled_from("<>"), st.integers(0, 9999), st.sampled_from("mhdw")
    ),
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "<", ">"]),
        st.dates(date(1970, 1, 1), date(2199, 12, 31)),
    ),
)


def lies(value: str, *, zone=UTC) -> Between:
    return between(read_due(value), at=MONDAY, zone=zone)


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("overdue", None, MONDAY),
        ("<2h", MONDAY, MONDAY + 2 * HOUR),
        ("< 30 M", MONDAY, MONDAY + HOUR / 2),
        (">3d", MONDAY + 3 * DAY, None),
        ("today", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        ("<2026-01-31", None, datetime(2026, 1, 31, tzinfo=UTC)),
        (">2026-01-31", datetime(2026, 2, 1, tzinfo=UTC), None),
    ],
)
def test_a_deadline_lies_where_it_is_said_to(value, since, until):
    assert lies(value) == (since, until)


def test_a_day_is_the_readers_and_may_have_23_hours():
    since, until = between(read_due("2026-03-29"), at=MONDAY, zone=ROME)

    assert (since.tzinfo, until.astimezone(UTC) - since.astimezone(UTC)) == (ROME, 23 * HOUR)


@settings(deadline=None)
@given(values)
def test_what_is_read_lies_somewhere_and_ends_after_it_begins(value):
    due = read_due(value)
    assert due is not None
    if due.value not in ("none", "paused"):
        since, until = between(due, at=MONDAY, zone=ROME)
        assert since is None or until is None or since <= until
        assert (since, until) != (None, None)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_named(text):
    read, wrong = read_dues(text)

    assert all(due.value for due in read)
    assert wrong == "" or read_due(wrong) is None


BAD = [
    "banana",
    "<",
    "<2",
    "2h",
    "<2y",
    "<-2h",
    "=2h",
    "<99999h",
    "2026-02-31",
    "0001-01-01",
    "9999-12-31",
]


@pytest.mark.parametrize("value", BAD)
def test_what_is_none_is_refused_with_everything_that_is_possible(value):
    (problem,) = read_search(f"due:{value}").problems
    with pytest.raises(InvalidFilter) as refused:
        filter_tickets(Ticket.objects.all(), QueryDict(f"due={value}"), at=MONDAY)

    ((named, (sentence,)),) = refused.value.errors.items()
    assert named == "due"
    for said in (problem, sentence):
        assert value in said
        assert all(example in said for example in EXAMPLES)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (">1h", "more than 1 h left"),
        ("<30m", "less than 30 m left"),
        ("<2026-01-31", "before 2026-01-31"),
        (">2026-01-31", "after 2026-01-31"),
        ("2026-01-31", "2026-01-31"),
        ("banana", "banana"),
    ],
)
def test_what_is_no_usual_choice_is_said_in_words(value, words):
    assert due_in_words(value) == words


@pytest.mark.parametrize("value", [",", " , ,", "overdue,banana"])
def test_a_list_of_nothing_or_of_a_wrong_one_is_refused(value):
    with pytest.raises(InvalidFilter):
        filter_tickets(Ticket.objects.all(), {"due": value}, at=MONDAY)


@pytest.fixture
def tickets(db):
    """A ticket for each time until its deadline, in hours; one has none."""
    made = {hours: make_ticket() for hours in (-30, -1, 0, 1, 2, 20, 100, None)}
    for hours, ticket in made.items():
        due_at = None if hours is None else MONDAY + hours * HOUR
        Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at)
    return made


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("overdue", {-30, -1}),
        ("<1h", {0}),
        ("<2h", {0, 1}),
        (">2h", {2, 20, 100}),
        ("today", {-1, 0, 1, 2}),
        ("tomorrow", {20}),
        ("none", {None}),
        ("paused", set()),
        ("overdue,<2h", {-30, -1, 0, 1}),
        ("<2026-03-02", {-30}),
        ("2026-03-02", {-1, 0, 1, 2}),
        (">2026-03-02", {20, 100}),
        ("2026-03-02,none", {-1, 0, 1, 2, None}),
    ],
)
def test_search_filter_and_kept_view_find_the_same(tickets, words, hours):
    meant = {tickets[each].pk for each in hours}
    with timezone.override(UTC):
        searched = find_tickets(Ticket.objects.all(), f"due:{words}", at=MONDAY)
        filtered = filter_tickets(Ticket.objects.all(), QueryDict(f"due={words}"), at=MONDAY)
        conditions = due_conditions(QueryDict(f"due={words}"))
    reader = make_user(time_zone="UTC")
    kept = conditions_as_q(read_conditions({"all": conditions}), reader=reader, at=MONDAY)

    for found in (searched, filtered, Ticket.objects.filter(kept)):
        assert set(found.values_list("pk", flat=True)) == meant


def test_what_is_ruled_out_may_have_no_deadline(tickets):
    found = find_tickets(Ticket.objects.all(), "-due:>0m -due:overdue", at=MONDAY)

    assert [ticket.pk for ticket in found] == [tickets[None].pk]


def test_the_moments_of_a_filter_are_both_among_what_is_found(tickets):
    asked = {"due_after": "2026-03-02T09:00:00Z", "due_until": "2026-03-02T11:00:00Z"}
    params = QueryDict(mutable=True)
    params.update(asked)
    (after, until) = due_conditions(params)
    kept = read_conditions({"all": [after, until]})
    q = conditions_as_q(kept, reader=make_user(time_zone="UTC"), at=MONDAY)
    filtered = filter_tickets(Ticket.objects.all(), params, at=MONDAY)

    meant = {tickets[hours].pk for hours in (0, 1, 2)}
    assert {ticket.pk for ticket in filtered} == {t.pk for t in Ticket.objects.filter(q)} == meant
