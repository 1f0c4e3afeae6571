"""How much time a story makes."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.clock_marks import stories
from escalations.clockwork import fold
from escalations.models import ClockState
from escalations.opening_hours import Calendar
from escalations.steps import pending_steps
from tests.escalations.timelines import HOUR, entries, hour, in_hours, promised, read
from tests.escalations.wall_clock import every

#: Monday is in winter: 09:00 UTC is 10:00 there.
OFFICE = Calendar("Europe/Berlin", every(range(5), "09:00-17:00"))


@pytest.mark.parametrize(
    ("words", "state", "due", "left"),
    [
        ([], "running", 4, None),
        (["pending 1"], "paused", None, 3),
        (["pending 1", "unpending 6"], "running", 9, None),
        (["pending 1", "unpending 2", "pending 3", "unpending 4"], "running", 6, None),
        (["hold 1"], "running", 4, None),
        (["reply 3"], "fulfilled", 4, 1),
        (["pending 1", "reply 2"], "fulfilled", None, 3),
        (["solved 1"], "ended", 4, 3),
        (["solved 1", "reopened 11"], "running", 14, None),
        (["exempt 1"], "exempt", 4, 3),
    ],
)
def test_where_a_clock_of_four_hours_stands(words, state, due, left):
    reading = read("first_reply", "opened 0", *words)

    assert reading.state == state
    assert in_hours(reading.due_at) == due
    assert (reading.remaining and reading.remaining / HOUR) == left
    assert reading.breached_at is None


@pytest.mark.parametrize(
    ("words", "state", "late"),
    [
        (["reply 5"], "fulfilled", 1),
        (["pending 5", "reply 7"], "fulfilled", 3),
        (["pending 5", "unpending 6"], "running", None),
        (["solved 5"], "ended", None),
        (["solved 5", "reopened 6", "reply 7"], "fulfilled", 3),
        (["exempt 5"], "exempt", None),
    ],
)
def test_a_missed_deadline_stays_missed(words, state, late):
    reading = read("first_reply", "opened 0", *words)

    assert (reading.state, in_hours(reading.breached_at)) == (state, 4)
    assert (reading.late_by and reading.late_by / HOUR) == late


def test_an_answer_at_the_deadline_is_in_time_and_one_just_after_is_late():
    assert read("first_reply", "opened 0", "reply 4").breached_at is None
    late = read("first_reply", "opened 0", f"reply {4 + 1e-9}")
    assert late.breached_at == hour(4)


def test_an_answer_counts_by_its_own_moment_though_it_is_written_late():
    reading = read("first_reply", "opened 0", "pending 5", "reply 3")
    assert (reading.breached_at, reading.stopped_at) == (None, hour(3))


def test_time_never_runs_backwards():
    reading = read("resolution", "opened 0", "pending 3", "unpending 2")
    assert in_hours(reading.due_at) == 4


def test_business_time_waits_for_the_office():
    terms = (promised(8, calendar=OFFICE),)
    assert in_hours(read("first_reply", "opened 0", terms=terms).due_at) == 24
    resumed = read("first_reply", "opened 0", "pending 6", "unpending 25", terms=terms)
    assert in_hours(resumed.due_at) == 27
    assert read(
        "first_reply", "opened -5", terms=(promised(8, since=-5, calendar=OFFICE),)
    ).started_out_of_hours


@pytest.mark.parametrize(
    ("words", "changes", "due"),
    [
        ([], [(1, 2)], 2),
        ([], [(3, 2)], 3),
        ([], [(1, 9)], 9),
        ([], [(1, 2), (1.5, 6)], 6),
        (["pending 1", "unpending 3"], [(2, 2)], 4),
        (["pending 1", "unpending 3"], [(3.5, 1)], 3.5),
        (["pending 5"], [(6, 99)], 4),
    ],
)
def test_new_terms_count_from_the_start_but_not_before_the_change(words, changes, due):
    terms = (promised(4), *(promised(hours, since=since) for since, hours in changes))
    assert in_hours(read("first_reply", "opened 0", *words, terms=terms).due_at) == due


def test_terms_of_another_calendar_measure_what_ran_before_the_change_too():
    terms = (promised(40), promised(8, since=5, calendar=OFFICE))
    assert in_hours(read("first_reply", "opened 0", terms=terms).due_at) == 24


ANSWERS = ("customer", "reply", "note", "exempt")
STEPS = ("pending", "unpending", "hold", "solved", "reopened")
acts = st.lists(st.tuples(st.sampled_from(ANSWERS + STEPS), st.integers(-1, 9)), max_size=14)


@settings(max_examples=400, deadline=None)
@given(acts, st.sampled_from(["email", "amazon"]), st.sampled_from([None, OFFICE]))
def test_any_history_leaves_clocks_that_make_sense(history, channel, calendar):
    words, at = ["opened 0"], 0
    for word, later in history:
        at = max(0, at + later)
        words.append(f"{word} {at}")
    terms = (promised(4, calendar=calendar, warnings=(HOUR,), levels=(HOUR,)),)

    for length in range(1, len(words) + 1):
        told = stories(entries(*words[:length]), ticket_id=1, channels={1: channel})
        readings = [(each, fold(each, terms)) for each in told]
        still_open = [each.metric for each, _ in readings if each.is_open]
        assert len(still_open) == len(set(still_open))
        for each, reading in readings:
            is_open = reading.state in (ClockState.RUNNING, ClockState.PAUSED)
            assert is_open == each.is_open == (reading.stopped_at is None)
            assert (reading.state == ClockState.RUNNING) == bool(pending_steps(reading))
            assert each.metric != "channel_reply" or reading.state != ClockState.PAUSED
            assert reading.remaining is None or reading.remaining >= timedelta()
            if reading.breached_at and reading.stopped_at and reading.late_by is not None:
                assert reading.stopped_at > reading.breached_at
