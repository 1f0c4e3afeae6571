"""Blocks of work: what a week can be, and how it is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.models import PeopleEntry, PeopleKind, Role, User, WorkingHours
from accounts.services.hours import HoursNotPossible, blocks_of, set_working_hours
from accounts.services.values import ValueNotPossible
from accounts.week import Block, difference, first_overlap, read_clock, write_clock
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_user

OFFICE = [Block(0, 480, 720), Block(0, 780, 1020)]


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


@pytest.fixture
def mara(db):
    return make_user(full_name="Mara Lindqvist")


def set_week(user, blocks, *, by):
    return set_working_hours(user.pk, blocks=blocks, by=by, at=MONDAY)


@pytest.mark.parametrize(
    ("text", "minutes"), [("0:00", 0), ("8:30", 510), ("08:30", 510), (" 24:00 ", 1440)]
)
def test_a_clock_is_read(text, minutes):
    assert read_clock(text) == minutes


@pytest.mark.parametrize("text", ["", "8", "24:01", "25:00", "8:60", "-1:00", "８:30", "08:30\x00"])
def test_what_is_no_clock_is_refused_with_what_is(text):
    with pytest.raises(ValueError, match="as 08:30"):
        read_clock(text)


@given(some.integers(0, 1440))
def test_a_clock_that_is_written_is_read_again(minutes):
    assert read_clock(write_clock(minutes)) == minutes


def test_two_weeks_are_told_apart_by_the_days_that_differ():
    same = Block(4, 480, 720)

    before, after = difference([*OFFICE, same], [same, Block(2, 0, 1440)])

    assert before == "Mon 08:00–12:00, 13:00–17:00; Wed off"
    assert after == "Mon off; Wed 00:00–24:00"
    assert difference(OFFICE, reversed(OFFICE)) == ("", "")


_blocks = some.lists(
    some.builds(Block, some.integers(0, 2), some.integers(0, 12), some.integers(1, 13)).filter(
        lambda block: block.is_possible
    ),
    max_size=5,
)


def _share_a_minute(blocks) -> bool:
    minutes = [
        (block.weekday, minute)
        for block in blocks
        for minute in range(block.starts_minute, block.ends_minute)
    ]
    return len(minutes) > len(set(minutes))


@given(_blocks)
def test_an_overlap_is_found_exactly_when_two_blocks_share_a_minute(blocks):
    assert bool(first_overlap(blocks)) == _share_a_minute(blocks)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=40, deadline=None)
@given(_blocks)
def test_a_week_is_accepted_exactly_when_no_blocks_overlap(blocks):
    admin = User.objects.filter(role=Role.ADMIN).first() or make_user(Role.ADMIN)
    mara = User.objects.filter(role=Role.AGENT).first() or make_user()
    set_week(mara, OFFICE, by=admin)

    try:
        set_week(mara, blocks, by=admin)
    except HoursNotPossible:
        assert _share_a_minute(blocks)
        assert blocks_of(mara) == OFFICE
    else:
        assert not _share_a_minute(blocks)
        assert blocks_of(mara) == sorted(blocks)


def test_a_week_replaces_the_one_before_and_is_written_down(admin, mara):
    set_week(mara, OFFICE, by=admin)
    set_week(mara, [Block(6, 1080, 1440)], by=admin)

    assert blocks_of(mara) == [Block(6, 1080, 1440)]
    entry = PeopleEntry.objects.of(mara).newest_first()[0]
    assert (entry.kind, entry.actor) == (PeopleKind.HOURS_CHANGED, admin)
    assert entry.before == "Mon 08:00–12:00, 13:00–17:00; Sun off"
    assert entry.after == "Mon off; Sun 18:00–24:00"


def test_the_same_week_again_leaves_no_entry(admin, mara):
    for _ in range(2):
        set_week(mara, OFFICE, by=admin)

    assert PeopleEntry.objects.of(mara).count() == 1


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        ([Block(1, 840, 720)], "Tuesday 14:00–12:00 ends before it starts"),
        ([Block(1, 600, 600)], "ends later than it starts, at 24:00 at the latest"),
        ([Block(1, 600, 1441)], "at 24:00 at the latest"),
        ([Block(1, 480, 780), Block(1, 750, 840)], "Tuesday 08:00–13:00 and 12:30–14:00 overlap"),
    ],
)
def test_an_impossible_week_is_refused_with_its_day_and_what_is_possible(
    admin, mara, blocks, sentence
):
    with pytest.raises(HoursNotPossible, match=sentence) as refused:
        set_week(mara, [*OFFICE, *blocks], by=admin)

    assert (refused.value.field, refused.value.extra["weekday"]) == ("working_hours", "tuesday")
    assert blocks_of(mara) == []


def test_a_day_that_no_week_has_is_refused(admin, mara):
    with pytest.raises(ValueNotPossible):
        set_week(mara, [Block(7, 480, 720)], by=admin)


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_set_hours(mara, role):
    with pytest.raises(PermissionDenied):
        set_week(mara, OFFICE, by=make_user(role))


@pytest.mark.django_db(transaction=True)
def test_a_block_written_past_the_service_in_the_same_moment_is_a_refusal_not_a_mistake():
    admin, mara = make_user(Role.ADMIN), make_user()

    outcome = while_uncommitted(
        lambda: WorkingHours.objects.create(
            user=mara, weekday=0, starts_minute=500, ends_minute=600
        ),
        lambda: set_week(mara, OFFICE, by=admin),
    )

    assert isinstance(outcome, HoursNotPossible)
    assert "save again" in str(outcome)
