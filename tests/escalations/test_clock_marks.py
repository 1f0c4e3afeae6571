"""What starts, rests and stops which clock."""

import pytest

from tests.escalations.timelines import AGENT, SOURCE, hour, in_hours, story, told


def summary(*words, **how) -> dict[str, list[str]]:
    """Every clock, in order: its marks with their hours."""
    found: dict[str, list[str]] = {}
    for each in told(*words, **how):
        marks = " ".join(f"{mark.kind} {in_hours(mark.at):g}" for mark in each.marks)
        found.setdefault(each.metric, []).append(marks)
    return found


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (["reply 2"], "start 0 fulfil 2"),
        (["note 1", "automatic 2", "autoreply 3"], "start 0"),
        (["customer 1", "reply 2"], "start 0 fulfil 2"),
        (["reply 1 9", "takeback 2 9"], "start 0"),
        (["reply 1 9", "takeback 2 9", "reply 3"], "start 0 fulfil 3"),
        (["pending 1", "unpending 3", "reply 4"], "start 0 pause 1 resume 3 fulfil 4"),
        (["hold 1", "reply 4"], "start 0 fulfil 4"),
        (["solved 1"], "start 0 end 1"),
        (["solved 1", "reopened 3", "reply 4"], "start 0 end 1 resume 3 fulfil 4"),
        (["solved 1", "customer 3", "reopened 3"], "start 0 end 1 resume 3"),
        (["solved 1", "reply 2"], "start 0 end 1 fulfil 2"),
        (["solved 1", "closed 9"], "start 0 end 1"),
        (["exempt 1", "reply 2"], "start 0 exempt 1"),
    ],
)
def test_the_first_reply_clock(words, marks):
    assert summary("opened 0", *words)["first_reply"] == [marks]


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        ([], []),
        (["customer 2", "customer 3"], ["start 2"]),
        (["customer 2", "customer 3", "reply 4"], ["start 2 fulfil 4"]),
        (["customer 2", "reply 4", "customer 5"], ["start 2 fulfil 4", "start 5"]),
        (["automatic 2"], []),
        (["customer 2", "exempt 3", "customer 4"], ["start 2 exempt 3", "start 4"]),
        (["solved 2", "customer 3", "reopened 3"], ["start 3"]),
        (["customer 2", "solved 3", "customer 4", "reopened 4"], ["start 2 end 3 resume 4"]),
        (["pending 2", "customer 3", "unpending 3"], ["start 3"]),
    ],
)
def test_the_next_reply_clock(words, marks):
    assert summary("opened 0", "reply 1", *words).get("next_reply", []) == marks


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (["solved 2"], "start 0 fulfil 2"),
        (["pending 1", "solved 2"], "start 0 pause 1 fulfil 2"),
        (["solved 2", "reopened 3", "solved 4"], "start 0 fulfil 2 resume 3 fulfil 4"),
        (["reply 1", "exempt 2"], "start 0"),
    ],
)
def test_the_resolution_clock(words, marks):
    assert summary("opened 0", *words)["resolution"] == [marks]


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (["pending 1", "unpending 2", "hold 3", "solved 4"], ["start 0"]),
        (["reply 1", "customer 2", "customer 3"], ["start 0 fulfil 1", "start 2"]),
        (["autoreply 1"], ["start 0"]),
        (["exempt 1", "customer 2"], ["start 0 exempt 1", "start 2"]),
        (["solved 1", "closed 9"], ["start 0 end 9"]),
        (["into 1", "outof 2"], ["start 0 end 1 resume 2"]),
    ],
)
def test_the_marketplaces_clock_rests_for_nothing(words, marks):
    assert summary("opened 0", *words, channel="amazon")["channel_reply"] == marks


def test_only_some_channels_promise_a_reply():
    assert "channel_reply" in summary("opened 0", channel="walmart")
    assert "channel_reply" not in summary("opened 0", channel="ebay")


MERGED = ("opened 0", "2:opened 1", "reply 2", "2:into 3", "from 3")


def test_who_waits_on_a_merged_ticket_waits_on_the_other_from_their_own_start():
    assert summary(*MERGED)["next_reply"] == ["start 1"]
    assert summary(*MERGED, "reply 4")["next_reply"] == ["start 1 fulfil 4"]
    ended = {"first_reply": ["start 1 end 3"], "resolution": ["start 1 end 3"]}
    assert summary(*MERGED, of=SOURCE) == ended


def test_who_was_answered_before_the_merge_waits_nowhere():
    words = ("opened 0", "2:opened 1", "2:reply 2", "reply 2", "2:into 3", "from 3")
    assert "next_reply" not in summary(*words)


def test_undoing_a_merge_gives_the_clocks_back():
    undone = (*MERGED, "2:outof 5", "without 5")
    assert summary(*undone)["next_reply"] == ["start 1 end 5"]
    assert summary(*undone, of=SOURCE)["first_reply"] == ["start 1 end 3 resume 5"]


def test_of_two_who_wait_the_longer_wait_counts_and_the_other_comes_back():
    words = ("opened 0", "2:opened 1", "reply 2", "customer 3", "2:into 4", "from 4")
    assert summary(*words)["next_reply"] == ["start 1", "start 3 end 4"]
    undone = summary(*words, "2:outof 5", "without 5")
    assert undone["next_reply"] == ["start 1 end 5", "start 3 end 4 resume 5"]


def test_a_marketplaces_clock_moves_with_the_message_it_is_about():
    moved = story("channel_reply", *MERGED, other="amazon")
    assert (moved.channel, moved.started_at, moved.known_at) == ("amazon", hour(1), hour(3))


def test_a_clock_that_a_taken_back_reply_made_room_for_ends_with_it():
    words = ("opened 0", "reply 1 9", "customer 2", "takeback 3 9")
    assert summary(*words)["next_reply"] == ["start 2 end 3"]
    assert summary(*words)["first_reply"] == ["start 0"]


def test_who_and_why_stand_on_the_mark():
    last = story("first_reply", "opened 0", "exempt 2").marks[-1]
    assert (last.actor_id, last.reason) == (AGENT, "Only thanks")
