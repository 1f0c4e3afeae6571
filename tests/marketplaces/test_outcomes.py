"""What an answer means: final, later, or nobody knows."""

import pytest

from marketplaces.outcomes import Outcome, is_failure, of_failure, of_status


@pytest.mark.parametrize(
    ("status", "reading", "changing"),
    [
        (200, "ok", "ok"),
        (202, "ok", "ok"),
        (304, "ok", "ok"),
        (400, "refused", "refused"),
        (401, "refused", "refused"),
        (404, "refused", "refused"),
        (409, "refused", "refused"),
        (408, "later", "unknown"),
        (425, "later", "later"),
        (429, "later", "later"),
        (500, "later", "unknown"),
        (502, "later", "unknown"),
        (503, "later", "unknown"),
        (504, "later", "unknown"),
    ],
)
def test_a_status_is_sorted_by_what_may_have_happened(status, reading, changing):
    assert of_status(status, changes_something=False) == reading
    assert of_status(status, changes_something=True) == changing


@pytest.mark.parametrize(
    ("may_have_arrived", "changes", "outcome"),
    [
        (False, False, "later"),
        (False, True, "later"),
        (True, False, "later"),
        (True, True, "unknown"),
    ],
)
def test_no_answer_is_unknown_only_where_it_may_have_changed_something(
    may_have_arrived, changes, outcome
):
    assert of_failure(may_have_arrived=may_have_arrived, changes_something=changes) == outcome


@pytest.mark.parametrize(
    ("outcome", "status", "counts"),
    [
        (Outcome.OK, 200, False),
        (Outcome.REFUSED, 400, False),
        (Outcome.LATER, 429, False),
        (Outcome.LATER, 500, True),
        (Outcome.LATER, None, True),
        (Outcome.UNKNOWN, 500, True),
    ],
)
def test_the_breaker_counts_only_what_shows_that_the_other_side_is_unwell(outcome, status, counts):
    assert is_failure(outcome, status) is counts
