"""What a draft would do: to a ticket arriving then, and to those that are open."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from escalations.refusals import InvalidInput
from escalations.services.policy_trials import open_tickets_that_would_differ, try_out
from escalations.wording import duration_words, line_words
from helpdesk.models import Priority
from helpdesk.services.lifecycle import solve_ticket
from tests.escalations.plans import HOUR, draft, make_calendar, make_policy, manager, target
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY_16_40 = datetime(2026, 6, 5, 16, 40, tzinfo=BERLIN)


def tried(raw, **more):
    return try_out(raw, moment=FRIDAY_16_40, by=manager(), **more)


def test_a_ticket_arriving_on_friday_is_due_on_monday():
    calendar = make_calendar()
    raw = draft(
        calendar=calendar.pk,
        targets={
            "first_reply": target(
                2 * HOUR, "business",
                warnings=[{"percent": 50, "recipients": ["assignee"]},
                          {"before": 1800, "recipients": ["lead"]}],
                levels=[{"after": 0, "recipients": ["lead"]}],
            )
        },
    )  # fmt: skip

    (due,) = tried(raw).dues

    assert due.due_at == datetime(2026, 6, 8, 10, 40, tzinfo=BERLIN)
    assert sum((line.working for line in due.lines), timedelta()) == timedelta(hours=2)
    assert due.warned_at == (
        datetime(2026, 6, 8, 9, 40, tzinfo=BERLIN),
        datetime(2026, 6, 8, 10, 10, tzinfo=BERLIN),
    )
    assert due.levels_at == (due.due_at,)
    assert [line_words(line, zone=BERLIN) for line in due.lines] == [
        "Fri 5 Jun, 16:40 – 17:00: 20 min counted",
        "Fri 5 Jun, 17:00 – Mon 8 Jun, 09:00: closed",
        "Mon 8 Jun, 09:00 – 10:40: 1 h 40 min counted",
    ]


def test_calendar_time_runs_through_the_weekend():
    (due,) = tried(draft()).dues

    assert due.due_at == FRIDAY_16_40 + timedelta(hours=4)


def test_the_marketplaces_promise_stands_in_its_own_time():
    raw = {"targets": {"channel_reply": {"warnings": [{"before": HOUR, "recipients": ["lead"]}]}}}

    (due,) = tried(raw | {"conditions": {"channel": ["amazon"]}}).dues
    assert due.due_at == FRIDAY_16_40 + timedelta(hours=24)
    assert tried(raw, facts={"channel": "email"}).dues == ()


def test_facts_that_are_not_given_are_those_the_draft_asks_for():
    team = make_team()

    trial = tried(draft(conditions={"team": [team.pk], "priority": ["urgent"]}))

    assert trial.decides
    assert (trial.facts.team, trial.facts.tier, trial.facts.priority) == (
        team.pk,
        team.tier_id,
        "urgent",
    )


def test_an_earlier_policy_decides_first_and_the_trial_says_so():
    make_policy("Everybody")

    trial = tried(draft(conditions={"priority": ["urgent"]}))

    assert not trial.decides
    assert trial.match.promise.policy_name == "Everybody"


def test_a_draft_of_a_policy_stands_in_its_place():
    policy = make_policy("Everybody")
    make_policy("Later")

    trial = tried(draft(targets={"first_reply": target(HOUR)}), policy_id=policy.pk)

    assert trial.decides
    assert [each.promise.policy_name for each in trial.match.tried] == ["Everybody"]


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"priority": "huge"}, "facts.priority"),
        ({"team": 999999}, "facts.team"),
        ({"mood": "bad"}, "facts.mood"),
        ({"customer_tags": [3]}, "facts.customer_tags.0"),
    ],
)
def test_a_fact_that_cannot_be_is_named(facts, path):
    with pytest.raises(InvalidInput) as refused:
        tried(draft(), facts=facts)
    assert list(refused.value.mistakes) == [path]


def test_open_tickets_that_would_differ_are_named():
    urgent = make_ticket("Leaking boiler", priority=Priority.URGENT)
    make_ticket("Colour of the lid")
    policy = make_policy("Everybody", conditions={"priority": ["urgent"]})

    found = open_tickets_that_would_differ(
        draft(conditions={"priority": ["urgent"]}, targets={"first_reply": target(HOUR)}),
        policy_id=policy.pk,
        by=manager(),
    )

    assert (found.count, found.looked_at, found.is_more) == (1, 2, False)
    (different,) = found.tickets
    assert different.ticket == urgent
    (change,) = different.changes
    assert (change.before.seconds, change.after.seconds) == (4 * HOUR, HOUR)
    assert (change.due_before, change.due_after) == (
        MONDAY + timedelta(hours=4),
        MONDAY + timedelta(hours=1),
    )


def test_a_ticket_that_moves_under_another_policy_with_the_same_promise_does_not_differ():
    make_ticket()
    policy = make_policy("Everybody")

    found = open_tickets_that_would_differ(
        draft(conditions={"priority": ["urgent"]}), policy_id=policy.pk, by=manager()
    )
    assert found.count == 1
    make_policy("The rest")
    found = open_tickets_that_would_differ(
        draft(conditions={"priority": ["urgent"]}), policy_id=policy.pk, by=manager()
    )
    assert found.count == 0


def test_what_is_solved_does_not_count():
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=make_user("manager"), at=datetime(2026, 3, 3, tzinfo=UTC))

    assert open_tickets_that_would_differ(draft(), by=manager()).looked_at == 0


@pytest.mark.parametrize("tickets", [1, 12])
def test_the_preview_asks_the_same_number_of_questions(tickets, django_assert_num_queries):
    for _ in range(tickets):
        make_ticket(team=make_team())
    boss = manager()

    with django_assert_num_queries(3):
        open_tickets_that_would_differ(draft(), by=boss)


def test_agents_try_nothing_out():
    with pytest.raises(PermissionDenied):
        try_out(draft(), moment=FRIDAY_16_40, by=make_user())


@pytest.mark.parametrize(
    ("seconds", "words"), [(5400, "1 h 30 min"), (7200, "2 h"), (60, "1 min"), (5, "5 s")]
)
def test_lengths_are_said_in_words(seconds, words):
    assert duration_words(seconds) == words
