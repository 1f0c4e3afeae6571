"""What happens around a deadline, and when."""

from escalations.steps import pending_steps
from tests.escalations.test_clockwork import OFFICE
from tests.escalations.timelines import HOUR, in_hours, promised, read


def steps(*words, recorded=(), terms=None, **fields) -> list[tuple[str, float]]:
    terms = terms or (promised(4, **fields),)
    reading = read("first_reply", "opened 0", *words, terms=terms)
    return [(step.name, in_hours(step.at)) for step in pending_steps(reading, recorded=recorded)]


def test_warnings_come_before_and_levels_after_the_deadline():
    found = steps(version_id=5, warnings=(HOUR, 2 * HOUR), levels=(0 * HOUR, HOUR))
    assert found == [
        ("warning:5:1", 2), ("warning:5:0", 3), ("breach", 4), ("level:5:0", 4), ("level:5:1", 5),
    ]  # fmt: skip


def test_what_was_recorded_is_not_pending():
    assert steps(warnings=(HOUR,), recorded={"warning:channel:0"}) == [("breach", 4)]


def test_nothing_is_pending_while_the_clock_rests_or_after_its_end():
    assert steps("pending 1", warnings=(HOUR,)) == []
    assert steps("reply 1", warnings=(HOUR,)) == []


def test_a_warning_from_before_the_promise_is_not_owed():
    assert steps(warnings=(5 * HOUR,)) == [("breach", 4)]
    tightened = (promised(9), promised(4, since=3, warnings=(2 * HOUR, HOUR)))
    assert steps(terms=tightened) == [("warning:channel:1", 3), ("breach", 4)]


def test_after_a_rest_everything_moves_with_the_deadline():
    found = steps("pending 1", "unpending 6", warnings=(HOUR,), levels=(HOUR,))
    assert found == [("warning:channel:0", 8), ("breach", 9), ("level:channel:0", 10)]
    assert steps("pending 3.5", "unpending 6", warnings=(HOUR,))[0] == ("warning:channel:0", 6)


def test_steps_are_counted_in_the_clocks_own_time():
    found = steps(terms=(promised(9, calendar=OFFICE, warnings=(3 * HOUR,), levels=(8 * HOUR,)),))
    assert found == [("warning:channel:0", 6), ("breach", 25), ("level:channel:0", 49)]


def test_a_missed_deadline_is_recorded_at_the_deadline_whatever_came_after():
    assert steps("pending 5", levels=(2 * HOUR,)) == [("breach", 4), ("level:channel:0", 6)]
