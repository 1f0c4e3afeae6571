"""Policies in versions and in order; who did what stays written down."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from accounts.services.values import NameIsTaken, NothingChanged
from escalations.matching import Facts, first_match
from escalations.models import SLAPolicy
from escalations.refusals import InvalidInput
from escalations.services.calendars import change_calendar
from escalations.services.policies import (
    activate_policy,
    change_policy,
    create_policy,
    deactivate_policy,
    move_policy,
    promises_in_force,
)
from escalations.services.versions import ChangedMeanwhile, NoteNotPossible, PositionNotPossible
from tests.concurrency import while_uncommitted
from tests.escalations.plans import (
    HOUR,
    JUNE,
    draft,
    level,
    make_calendar,
    make_policy,
    manager,
    target,
)
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return [promise.policy_name for promise in promises_in_force()]


def moving(team, to) -> dict:
    levels = [level(acts=[{"move_to_team": to.pk}])]
    return {
        "conditions": {"team": [team.pk]},
        "targets": {"first_reply": target(levels=levels)},
    }


def test_a_new_policy_is_in_force_with_its_first_version():
    mara = make_user("manager", full_name="Mara Lindqvist")

    policy = make_policy("Marketplaces", by=mara, note="Agreed in June")

    (promise,) = promises_in_force()
    assert (promise.policy_id, promise.version_id) == (policy.pk, policy.current_id)
    assert promise.targets["first_reply"].seconds == 4 * HOUR
    version = policy.current
    assert (version.number, version.note, version.created_by) == (1, "Agreed in June", mara)


def test_what_is_promised_is_read_in_one_select(django_assert_num_queries):
    calendar = make_calendar(country="DE")
    for number in range(5):
        make_policy(f"Policy {number}", calendar=calendar.pk,
                    targets={"resolution": target(time="business")})  # fmt: skip

    with django_assert_num_queries(1):
        promises = promises_in_force()

    assert {promise.calendar_version_id for promise in promises} == {calendar.current_id}
    assert promises[0].calendar.zone == "Europe/Berlin"


def test_a_promise_has_its_calendar_as_it_is_now():
    calendar = make_calendar()
    make_policy(calendar=calendar.pk, targets={"resolution": target(time="business")})

    changed = change_calendar(calendar.pk, plan={"zone": "UTC"}, by=manager(), at=JUNE)

    (promise,) = promises_in_force()
    assert (promise.calendar.zone, promise.calendar_version_id) == ("UTC", changed.current_id)


def test_a_change_makes_a_version_and_what_is_left_out_stays():
    policy = make_policy(conditions={"priority": ["urgent"]})
    first = policy.current

    changed = change_policy(
        policy.pk, draft={"targets": {"first_reply": target(HOUR)}}, note="Faster", seen=1,
        by=manager(), at=JUNE,
    )  # fmt: skip

    assert (changed.current.number, changed.current.note) == (2, "Faster")
    assert changed.current.conditions == {"priority": ["urgent"]}
    first.refresh_from_db()
    assert first.targets["first_reply"]["seconds"] == 4 * HOUR


def test_a_version_is_never_changed():
    version = make_policy().current

    version.note = "Rewritten"
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        version.save()


def test_a_change_that_changes_nothing_is_refused():
    policy = make_policy()

    with pytest.raises(NothingChanged):
        change_policy(policy.pk, draft=draft(), by=manager(), at=JUNE)


def test_whoever_saw_an_older_version_is_told():
    policy = make_policy()
    change_policy(policy.pk, draft=draft(conditions={"channel": ["email"]}), by=manager(), at=JUNE)

    with pytest.raises(ChangedMeanwhile, match="version 2"):
        change_policy(policy.pk, draft=draft(), seen=1, by=manager(), at=JUNE)


def test_a_new_name_alone_is_a_change():
    policy = make_policy("Everybody")

    assert change_policy(policy.pk, name="All", by=manager(), at=JUNE).name == "All"


def test_policies_stand_in_the_order_they_are_put():
    first, second, third = (make_policy(name) for name in ("A", "B", "C"))

    moved = move_policy(third.pk, position=1, by=manager(), at=JUNE)

    assert names() == ["C", "A", "B"]
    assert moved.current.note == "Moved from place 3 to 1."
    assert list(SLAPolicy.objects.in_order().values_list("position", flat=True)) == [1, 2, 3]
    create_policy(name="D", draft=draft(), position=2, by=manager(), at=JUNE)
    assert names() == ["C", "D", "A", "B"]


@pytest.mark.parametrize("position", [0, -1, 3])
def test_a_place_that_is_none_is_refused(position):
    policy = make_policy("A")
    make_policy("B")

    with pytest.raises(PositionNotPossible, match="1 to 2") as refused:
        move_policy(policy.pk, position=position, by=manager(), at=JUNE)
    assert refused.value.field == "position"


def test_the_first_in_order_decides():
    make_policy("Everybody")
    urgent = make_policy("Urgent", conditions={"priority": ["urgent"]})
    facts = Facts(priority="urgent")

    assert first_match(promises_in_force(), facts).promise.policy_name == "Everybody"
    move_policy(urgent.pk, position=1, by=manager(), at=JUNE)
    assert first_match(promises_in_force(), facts).promise.policy_name == "Urgent"


def test_out_of_force_and_in_force_again():
    policy = make_policy("Everybody")

    deactivated = deactivate_policy(policy.pk, note="Summer", by=manager(), at=JUNE)
    assert names() == []
    assert deactivated.current.note == "Taken out of force. Summer"
    with pytest.raises(NothingChanged):
        deactivate_policy(policy.pk, by=manager(), at=JUNE)
    activate_policy(policy.pk, by=manager(), at=JUNE)
    assert names() == ["Everybody"]
    with pytest.raises(NothingChanged):
        activate_policy(policy.pk, by=manager(), at=JUNE)


def test_levels_of_two_policies_may_not_close_a_circle():
    frontline, seniors = make_team("Frontline"), make_team("Seniors", level=2)
    make_policy("There", **moving(frontline, seniors))

    with pytest.raises(InvalidInput) as refused:
        make_policy("Back", **moving(seniors, frontline))

    ((path, mistake),) = refused.value.mistakes.items()
    assert path == "targets.first_reply.levels.0.acts.0.move_to_team"
    assert "Seniors → Frontline → Seniors" in mistake.message


def test_a_circle_is_closed_by_putting_a_policy_in_force_too():
    frontline, seniors = make_team("Frontline"), make_team("Seniors", level=2)
    there = make_policy("There", **moving(frontline, seniors))
    deactivate_policy(there.pk, by=manager(), at=JUNE)
    make_policy("Back", **moving(seniors, frontline))

    with pytest.raises(InvalidInput):
        activate_policy(there.pk, by=manager(), at=JUNE)


def test_two_policies_are_not_called_the_same():
    make_policy("Everybody")

    with pytest.raises(NameIsTaken) as refused:
        make_policy("everybody")
    assert refused.value.field == "name"


def test_a_note_has_an_end():
    with pytest.raises(NoteNotPossible) as refused:
        make_policy(note="x" * 251)
    assert refused.value.field == "note"


@pytest.mark.parametrize("role", ["agent", "specialist", "team_lead", "compliance"])
def test_only_managers_write_policies(role):
    policy, other = make_policy(), make_user(role)

    for act in (
        lambda: make_policy("Mine", by=other),
        lambda: change_policy(policy.pk, name="Mine", by=other, at=JUNE),
        lambda: move_policy(policy.pk, position=1, by=other, at=JUNE),
        lambda: deactivate_policy(policy.pk, by=other, at=JUNE),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_leave_one_order():
    policies = [make_policy(name) for name in "ABC"]
    boss = manager()

    moved = while_uncommitted(
        lambda: move_policy(policies[0].pk, position=3, by=boss, at=JUNE),
        lambda: move_policy(policies[1].pk, position=3, by=boss, at=JUNE),
    )

    assert moved.name == "B"
    assert names() == ["C", "A", "B"]
    assert list(SLAPolicy.objects.in_order().values_list("position", flat=True)) == [1, 2, 3]
