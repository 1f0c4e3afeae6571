"""Reading what a policy promises: every refusal names its field and says what is possible."""

import pytest

from escalations.drafts import read_draft, refuse_rings
from escalations.known_rows import Choice, Known
from escalations.promises import (
    Level,
    LevelAct,
    Promise,
    Recipient,
    Target,
    Warning,
    stored_targets,
    targets_from,
)
from escalations.refusals import InvalidInput
from tests.escalations.plans import HOUR, draft, level, target

FRONTLINE, RESOLUTION, SENIORS = 1, 2, 3
KNOWN = Known(
    {
        "channel": (Choice("amazon", "amazon", "Amazon"), Choice("email", "email", "E-mail")),
        "tier": (Choice(1, 11, "Frontline"), Choice(2, 12, "Resolution")),
        "team": tuple(Choice(n, n, f"Team {n}") for n in (FRONTLINE, RESOLUTION, SENIORS)),
        "priority": tuple(Choice(n, n, n.title()) for n in ("normal", "high", "urgent")),
        "severity": (Choice("minor", "minor", "Minor"),),
        "category": (Choice("damaged", 70, "Damaged"),),
        "user": (Choice(5, 5, "Mara"),),
        "calendar": (Choice(9, 9, "Europe"),),
    },
    tier_of_team={FRONTLINE: 11, RESOLUTION: 12, SENIORS: 12},
)


def mistakes(raw) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_draft(raw, known=KNOWN)
    assert all(len(mistake.message) > 10 for mistake in refused.value.mistakes.values())
    return {path: mistake.code for path, mistake in refused.value.mistakes.items()}


def replying(**changes) -> dict:
    return {"targets": {"first_reply": target(**changes)}}


def warned(*warnings) -> dict:
    return replying(warnings=list(warnings))


def warning(**moment) -> dict:
    return moment | {"recipients": ["assignee"]}


def raised(*levels) -> dict:
    return replying(levels=list(levels))


def acting(act) -> dict:
    return raised(level(acts=[act]))


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        pytest.param(replying(seconds=0), "targets.first_reply.seconds", "not_positive",
                     id="zero target"),
        pytest.param(replying(seconds=-60), "targets.first_reply.seconds", "not_positive",
                     id="negative target"),
        pytest.param(replying(seconds=True), "targets.first_reply.seconds", "not_a_whole_number",
                     id="a boolean for seconds"),
        pytest.param(replying(seconds=10**9), "targets.first_reply.seconds", "out_of_range",
                     id="astronomic target"),
        pytest.param(replying(time="sidereal"), "targets.first_reply.time", "unknown_value",
                     id="unknown time"),
        pytest.param(replying(time="business"), "calendar", "calendar_needed",
                     id="business target without calendar"),
        pytest.param(draft(calendar=99), "calendar", "unknown_value", id="unknown calendar"),
        pytest.param({"targets": {}}, "targets", "nothing_promised", id="no target"),
        pytest.param({"targets": [1]}, "targets", "not_an_object", id="targets as a list"),
        pytest.param({"targets": {"praise": {}}}, "targets.praise", "unknown_field",
                     id="unknown metric"),
        pytest.param({"targets": {"channel_reply": {"seconds": HOUR}}},
                     "targets.channel_reply.seconds", "unknown_field",
                     id="the marketplace's own promise"),
        pytest.param(warned(warning(percent=100)), "targets.first_reply.warnings.0.percent",
                     "out_of_range", id="100 per cent"),
        pytest.param(warned(warning(percent=0)), "targets.first_reply.warnings.0.percent",
                     "out_of_range", id="0 per cent"),
        pytest.param(warned(warning(before=4 * HOUR)), "targets.first_reply.warnings.0.before",
                     "out_of_range", id="warning at the start"),
        pytest.param(warned(warning(before=60, percent=50)), "targets.first_reply.warnings.0",
                     "before_or_percent", id="warning with two moments"),
        pytest.param(warned(warning()), "targets.first_reply.warnings.0", "before_or_percent",
                     id="warning without a moment"),
        pytest.param(warned(warning(before=60), warning(before=60)),
                     "targets.first_reply.warnings.1", "same_moment", id="the same warning twice"),
        pytest.param(warned({"before": 60}), "targets.first_reply.warnings.0.recipients",
                     "list_not_possible", id="warning to nobody"),
        pytest.param(warned({"before": 60, "recipients": ["boss"]}),
                     "targets.first_reply.warnings.0.recipients.0", "unknown_value",
                     id="unknown recipient"),
        pytest.param(warned({"before": 60, "recipients": [{"user": 99}]}),
                     "targets.first_reply.warnings.0.recipients.0.user", "unknown_value",
                     id="unknown user"),
        pytest.param(raised(level(60), level(60)), "targets.first_reply.levels.1.after",
                     "same_offset", id="two levels at the same offset"),
        pytest.param(raised(level(60), level(0)), "targets.first_reply.levels.1.after",
                     "out_of_order", id="levels out of order"),
        pytest.param(raised(level(-1)), "targets.first_reply.levels.0.after", "out_of_range",
                     id="level before the deadline"),
        pytest.param(raised({"after": 0}), "targets.first_reply.levels.0", "level_without_effect",
                     id="level without effect"),
        pytest.param(acting({"move_to_team": 99}),
                     "targets.first_reply.levels.0.acts.0.move_to_team", "unknown_value",
                     id="unknown team"),
        pytest.param(acting({"assign_to": 99}), "targets.first_reply.levels.0.acts.0.assign_to",
                     "unknown_value", id="assigned to an unknown user"),
        pytest.param(acting({"assign_to": "boss"}),
                     "targets.first_reply.levels.0.acts.0.assign_to", "unknown_value",
                     id="assigned to an unknown word"),
        pytest.param(acting({"raise_priority": "huge"}),
                     "targets.first_reply.levels.0.acts.0.raise_priority", "unknown_value",
                     id="unknown priority"),
        pytest.param(acting({"sing": 1}), "targets.first_reply.levels.0.acts.0", "unknown_value",
                     id="unknown act"),
        pytest.param(draft(conditions={"category": ["lost"]}), "conditions.category.0",
                     "unknown_value", id="unknown category"),
        pytest.param(draft(conditions={"team": [True]}), "conditions.team.0", "unknown_value",
                     id="a boolean for a team"),
        pytest.param(draft(conditions={"tier": []}), "conditions.tier", "list_not_possible",
                     id="empty condition"),
        pytest.param(draft(conditions={"mood": ["bad"]}), "conditions.mood", "unknown_field",
                     id="unknown condition"),
        pytest.param(draft(conditions={"customer_tags": ["x" * 51]}),
                     "conditions.customer_tags.0", "text_not_possible", id="endless tag"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_what_is_possible(raw, path, code):
    assert mistakes(raw) == {path: code}


def test_every_mistake_is_named_at_once():
    raw = {"targets": {"first_reply": target(0), "resolution": target(60, "never")}}

    assert set(mistakes(raw)) == {"targets.first_reply.seconds", "targets.resolution.time"}


def test_what_is_possible_is_read_and_kept_by_key():
    raw = {
        "calendar": 9,
        "conditions": {"tier": [2], "category": ["damaged"], "customer_tags": ["  VIP "]},
        "targets": {
            "first_reply": target(
                4 * HOUR,
                "business",
                warnings=[{"percent": 75, "recipients": ["assignee", {"team": 3}]}],
                levels=[level(HOUR, acts=[{"assign_to": "nobody"}, {"move_to_team": 3}])],
            ),
            "channel_reply": {"warnings": [{"before": 3600, "recipients": ["lead"]}]},
        },
    }

    read = read_draft(raw, known=KNOWN)

    assert read.conditions == {"tier": [12], "category": [70], "customer_tags": ["vip"]}
    assert read.targets["first_reply"] == Target(
        "first_reply",
        4 * HOUR,
        "business",
        (Warning((Recipient("assignee"), Recipient("team", 3)), percent=75),),
        (
            Level(
                HOUR,
                (Recipient("lead"),),
                (LevelAct("assign_to", "nobody"), LevelAct("move_to_team", 3)),
            ),
        ),
    )
    assert read.targets["channel_reply"].seconds is None
    assert targets_from(stored_targets(read.targets)) == read.targets


def moving(team: int, target_team: int, *, number: int = 0) -> Promise:
    read = read_draft(
        acting({"move_to_team": target_team}) | {"conditions": {"team": [team]}}, known=KNOWN
    )
    return Promise(number, number, f"Policy {number}", 1, None, None, read.conditions, read.targets)


def ring(promise, *others) -> str:
    with pytest.raises(InvalidInput) as refused:
        refuse_rings(promise, others, known=KNOWN)
    ((path, mistake),) = refused.value.mistakes.items()
    assert path == "targets.first_reply.levels.0.acts.0.move_to_team"
    assert mistake.code == "cyclic_level"
    return mistake.message


def test_a_level_may_not_move_to_the_team_the_policy_is_for():
    assert "Team 1 → Team 1" in ring(moving(FRONTLINE, FRONTLINE))


def test_two_policies_may_not_move_a_ticket_to_and_fro():
    there, back = moving(FRONTLINE, RESOLUTION), moving(RESOLUTION, FRONTLINE)

    assert "Team 1 → Team 2 → Team 1" in ring(there, back)


def test_a_longer_circle_is_found_too():
    ways = moving(RESOLUTION, SENIORS), moving(SENIORS, FRONTLINE)

    assert "Team 1 → Team 2 → Team 3 → Team 1" in ring(moving(FRONTLINE, RESOLUTION), *ways)


def test_a_policy_for_a_tier_is_for_all_its_teams():
    raw = acting({"move_to_team": FRONTLINE}) | {"conditions": {"tier": [2]}}
    read = read_draft(raw, known=KNOWN)
    back = Promise(8, 8, "Resolution tier", 1, None, None, read.conditions, read.targets)

    assert "Team 1 → Team 3 → Team 1" in ring(moving(FRONTLINE, SENIORS), back)


def test_ways_that_lead_out_are_no_circle():
    ways = moving(RESOLUTION, SENIORS), moving(FRONTLINE, SENIORS)

    refuse_rings(moving(FRONTLINE, RESOLUTION), ways, known=KNOWN)
