"""What an answer means for what we do next. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """``refused`` is final, ``later`` did nothing, ``unknown`` may have had its effect."""

    OK = "ok"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


#: Too early, too many: nothing was looked at.
_NOTHING_HAPPENED = frozenset({425, 429})
_REQUEST_TIMEOUT = 408


def of_status(status: int, *, changes_something: bool) -> Outcome:
    if status < 400:
        return Outcome.OK
    if status in _NOTHING_HAPPENED:
        return Outcome.LATER
    if status >= 500 or status == _REQUEST_TIMEOUT:
        return of_failure(may_have_arrived=True, changes_something=changes_something)
    return Outcome.REFUSED


def of_failure(*, may_have_arrived: bool, changes_something: bool) -> Outcome:
    return Outcome.UNKNOWN if may_have_arrived and changes_something else Outcome.LATER


def is_failure(outcome: Outcome, status: int | None) -> bool:
    """Test whether the other side is unwell, as the breaker counts it."""
    return outcome in {Outcome.LATER, Outcome.UNKNOWN} and status not in _NOTHING_HAPPENED
