"""One act on many tickets: each by itself, with the rights of its moment."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role, TeamMembership
from helpdesk.models import (
    BulkItemState,
    BulkJob,
    BulkState,
    Status,
    Ticket,
    TimelineEntry,
    TimelineKind,
)
from helpdesk.services import bulk
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.bulk import (
    CountHasGrown,
    NothingSelected,
    NotInSight,
    run_bulk_job,
)
from helpdesk.services.bulk_acts import BULK_ACTS, ArgumentRefused
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.triage import add_tag
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.helpdesk.acts_on_many import many_tickets, results, start, waiting_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent():
    return make_user(Role.MANAGER)


def test_each_ticket_succeeds_or_fails_by_itself(agent):
    free, has_it, closed = many_tickets(3)
    claim_ticket(has_it, by=agent, at=MONDAY)
    Ticket.objects.filter(pk=closed).update(status=Status.CLOSED, closed_at=MONDAY)

    job = start([free, has_it, closed], by=agent, act="assign", arguments={"assignee": agent.pk})

    assert results(job) == {
        free: ("done", ""),
        has_it: ("refused", "cannot_be_assigned"),
        closed: ("refused", "cannot_be_assigned"),
    }
    assert "closed" in job.items.get(ticket=closed).reason
    job.refresh_from_db()
    assert job.state == BulkState.DONE
    assert Ticket.objects.get(pk=free).assignee == agent


def _arguments(world) -> dict[str, dict]:
    return {
        "assign": {"assignee": world["agent"].pk},
        "move": {"team": world["team"].pk},
        "tag": {"tag": "Fragile"},
        "untag": {"tag": "old"},
        "change-status": {"status": "pending"},
        "solve": {},
        "change-priority": {"priority": "urgent"},
        "merge": {"into": world["target"]},
    }


#: Linking to a problem is the specialists': tests/escalations/test_linking_from_lists.py.
OF_AGENTS = sorted(set(BULK_ACTS) - {"link-problem"})


@pytest.mark.parametrize("act", OF_AGENTS)
def test_every_act_is_the_ticket_s_own_with_its_entry_in_the_timeline(agent, act):
    one, two, target = many_tickets(3)
    for number in (one, two):
        add_tag(number, name="old", by=agent, at=MONDAY)
    arguments = _arguments({"agent": agent, "team": make_team(), "target": target})[act]

    job = start([one, two], by=agent, act=act, arguments=arguments)

    assert {state for state, _ in results(job).values()} == {"done"}
    for number in (one, two):
        entry = TimelineEntry.objects.filter(ticket=number).last()
        assert entry.actor == agent
        assert entry.kind not in (TimelineKind.OPENED, TimelineKind.TAGGED) or act == "tag"


def test_the_chosen_ticket_of_a_merge_is_not_merged_into_itself(agent):
    one, two, target = many_tickets(3)

    job = start([one, two, target], by=agent, act="merge", arguments={"into": target})

    assert set(results(job)) == {one, two}
    assert set(Ticket.objects.filter(merged_into=target).values_list("pk", flat=True)) == {one, two}


@pytest.mark.parametrize(
    ("act", "arguments", "name"),
    [
        ("assign", {}, "assignee"),
        ("assign", {"assignee": "me"}, "assignee"),
        ("assign", {"assignee": 2**70}, "assignee"),
        ("assign", {"assignee": True}, "assignee"),
        ("move", {"team": 2**62}, "team"),
        ("tag", {"tag": ""}, "tag"),
        ("tag", {"tag": "a,b"}, "tag"),
        ("tag", {"tag": "\ud800"}, "tag"),
        ("untag", {"tag": 1}, "tag"),
        ("change-status", {"status": "closed"}, "status"),
        ("change-priority", {"priority": 4}, "priority"),
        ("merge", {"into": 2**62}, "into"),
        ("solve", {"status": "solved"}, "status"),
    ],
)
def test_an_argument_that_is_not_possible_starts_nothing(agent, act, arguments, name):
    with pytest.raises(ArgumentRefused) as refused:
        start(many_tickets(1), by=agent, act=act, arguments=arguments)

    assert refused.value.name == name
    assert not BulkJob.objects.exists()


def test_a_role_that_may_not_act_on_one_ticket_may_not_on_many():
    reviewer, tickets = make_user(Role.COMPLIANCE), many_tickets(2)

    with pytest.raises(PermissionDenied):
        start(tickets, by=reviewer, act="solve", arguments={})
    assert {state for state, _ in results(start(tickets, by=reviewer)).values()} == {"done"}


def test_tickets_out_of_sight_are_named_and_nothing_is_started():
    agent, hidden = make_user(), make_ticket(team=make_team()).pk

    with pytest.raises(NotInSight) as refused:
        start([*many_tickets(1), hidden, 2**62], by=agent)

    assert refused.value.extra["tickets"] == [hidden, 2**62]
    assert not BulkJob.objects.exists()


def test_rights_are_looked_at_when_each_ticket_has_its_turn():
    team = make_team()
    agent = make_user(team=team)
    tickets = [make_ticket(team=team).pk for _ in range(4)]
    job = waiting_job(tickets, by=agent)

    bulk._work_on_next(job.pk, at=MONDAY)
    TeamMembership.objects.all().delete()
    bulk._work_on_next(job.pk, at=MONDAY)
    agent.role = Role.COMPLIANCE
    BulkJob.objects.update(act="solve", arguments={})
    agent.save()
    bulk._work_on_next(job.pk, at=MONDAY)
    agent.is_active = False
    agent.save()
    run_bulk_job(job.pk, at=MONDAY)

    assert [code for _, code in results(job).values()][1:] == [
        "not_in_sight", "permission_denied", "permission_denied",
    ]  # fmt: skip


@pytest.mark.parametrize(("grown", "is_refused"), [(5, False), (6, True)])
def test_clearly_more_tickets_than_agreed_to_are_asked_about_again(agent, grown, is_refused):
    tickets = many_tickets(3 + grown)

    if is_refused:
        with pytest.raises(CountHasGrown) as refused:
            start(tickets, by=agent, expected_count=3)
        assert refused.value.extra["count"] == 9
    else:
        start(tickets, by=agent, expected_count=3)
    assert BulkJob.objects.exists() != is_refused


def test_no_ticket_is_no_job(agent):
    target = make_ticket().pk

    for arguments in ({"act": "tag"}, {"act": "merge", "arguments": {"into": target}}):
        with pytest.raises(NothingSelected):
            start([target] if "arguments" in arguments else [], by=agent, **arguments)


def test_a_ticket_that_is_solved_already_says_so(agent):
    one, two = many_tickets(2)
    solve_ticket(one, by=agent, at=MONDAY)

    job = start([one, two], by=agent, act="solve", arguments={})

    assert results(job)[one] == ("refused", "status_not_possible")
    assert results(job)[two] == (BulkItemState.DONE, "")
