"""What comes back from a marketplace is read once, and a fault of it tells nothing of its words."""

from datetime import UTC, datetime

import httpx
import pytest

from marketplaces.gateways.answers import moment, read, read_each, read_json
from marketplaces.gateways.base import OutcomeUnknown, TryLater

SECRET = "Jane Miller, 1 High Street"


@pytest.mark.parametrize("body", [b"", b"{", b'"text"', b"[1]", b"\xff\xfe", b"<html>"])
@pytest.mark.parametrize(("changed", "error"), [(False, TryLater), (True, OutcomeUnknown)])
def test_a_body_that_is_no_object_is_a_fault_of_the_day(body, changed, error):
    with pytest.raises(error):
        read_json("pull", httpx.Response(200, content=body), changed_something=changed)


def test_the_error_holds_no_word_of_the_answer():
    with pytest.raises(TryLater) as raised:
        read("pull", lambda answer: datetime.fromisoformat(answer["name"]), {"name": SECRET})

    error = raised.value
    while error:
        assert SECRET not in f"{error!s}{error!r}{error.args}"
        error = error.__cause__ or error.__context__


def test_one_that_cannot_be_read_does_not_hold_up_the_others():
    answers = [{"id": 1, "n": "1"}, {"id": 2, "n": None}, {"id": 3, "n": "3"}]

    read_ones, unread = read_each(
        "pull", lambda a: int(a["n"]), answers, reference=lambda a: a["id"]
    )

    assert read_ones == (1, 3)
    assert unread == ("2",)


def test_one_without_even_a_reference_stops_the_page():
    with pytest.raises(TryLater):
        read_each("pull", lambda a: a["n"], [{}], reference=lambda a: a["id"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00.123+02:00", datetime(2026, 3, 2, 7, 0, 0, 123000, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)
def test_a_time_is_read_as_a_moment_in_utc(text, found):
    assert moment(text) == found


def test_a_time_without_its_offset_is_not_guessed():
    with pytest.raises(ValueError, match="offset"):
        moment("2026-03-02T09:00:00")
