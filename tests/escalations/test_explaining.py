"""Why a deadline is where it is: lines that leave no gap and count the target."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.deadline_lines import LineKind
from escalations.explaining import RestKind, explain, missing
from escalations.opening_hours import Block, Calendar
from tests.escalations.test_clockwork import OFFICE
from tests.escalations.timelines import HOUR, in_hours, promised, read


def lines(*words, terms=()) -> list[tuple]:
    found = explain(read("first_reply", "opened 0", *words, terms=terms))
    return [
        (line.kind, in_hours(line.start), in_hours(line.end), line.counted / HOUR, line.name)
        for line in found
    ]


def test_every_hour_is_counted_and_every_rest_says_why():
    assert lines("pending 1", "unpending 6") == [
        (LineKind.COUNTED, 0, 1, 1, ""),
        (RestKind.RESTED, 1, 6, 0, "pending"),
        (LineKind.COUNTED, 6, 9, 3, ""),
    ]


def test_closed_time_is_told():
    assert lines(terms=(promised(8, calendar=OFFICE),)) == [
        (LineKind.COUNTED, 0, 7, 7, ""),
        (LineKind.CLOSED, 7, 23, 0, ""),
        (LineKind.COUNTED, 23, 24, 1, ""),
    ]


def test_a_deadline_that_new_terms_would_put_before_the_change_is_moved_to_it():
    assert lines(terms=(promised(4), promised(1, since=3))) == [
        (LineKind.COUNTED, 0, 1, 1, ""),
        (RestKind.MOVED, 1, 3, 0, ""),
    ]


def test_an_answer_does_not_shorten_the_explanation():
    assert lines("reply 2") == lines()


BLOCKS = st.builds(
    Block, st.integers(0, 6), st.sampled_from([0, 480, 540]), st.sampled_from([720, 1020, 1440])
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "UTC"])
CALENDARS = st.none() | st.builds(
    lambda zone, blocks: Calendar(zone, tuple(blocks)),
    ZONES,
    st.lists(BLOCKS, min_size=1, max_size=5, unique_by=lambda block: block.weekday),
)
TERMS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 90), CALENDARS), max_size=2)
RESTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3)
STOPS = st.sampled_from([None, "reply", "solved"])


@settings(max_examples=300, deadline=None)
@given(RESTS, STOPS, st.booleans(), st.integers(1, 90), CALENDARS, TERMS)
def test_the_lines_reach_the_deadline_without_gaps_and_sum_to_the_target(
    rests, stop, is_resumed, hours, calendar, changes
):
    words, at = ["opened 0"], 0
    for after, length in rests:
        words += [f"pending {at + after}", f"unpending {at + after + length}"]
        at += after + length
    if not is_resumed and rests:
        words.pop()
    words += [f"{stop} {at + 1}"] if stop else []
    later = sorted(changes, key=lambda change: change[0])
    terms = [promised(more, since=since, calendar=each) for since, more, each in later]

    reading = read("resolution", *words, terms=(promised(hours, calendar=calendar), *terms))
    found = explain(reading)

    assert all(a.end == b.start for a, b in zip(found, found[1:], strict=False))
    counted = sum((line.counted for line in found), timedelta())
    assert counted + missing(reading) == reading.terms.target
    if reading.due_at is not None:
        assert not missing(reading)
        assert (found[0].start, found[-1].end) == (reading.started_at, reading.due_at)
