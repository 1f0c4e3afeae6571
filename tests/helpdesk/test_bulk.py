"""One act on many tickets: each by itself, nothing twice, nothing forgotten."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.models import Role, TeamMembership
from helpdesk import tasks
from helpdesk.models import (
    BulkItem,
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
    AT_ONCE,
    SILENT_AFTER,
    CannotCancel,
    CountHasGrown,
    NothingSelected,
    NotInSight,
    cancel_bulk_job,
    progress_of,
    run_bulk_job,
    silent_jobs,
    start_bulk_job,
)
from helpdesk.services.bulk_acts import BULK_ACTS, ArgumentRefused
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.triage import add_tag
from tests import processes
from tests.concurrency import all_at_once
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MONDAY + SILENT_AFTER + timedelta(seconds=1)


@pytest.fixture
def agent():
    return make_user(Role.MANAGER)


def many_tickets(count: int) -> list[int]:
    identity = make_identity()
    return [make_ticket(identity=identity).pk for _ in range(count)]


def start(tickets, *, by, act="tag", arguments=None, **facts) -> BulkJob:
    arguments = {"tag": "lot 2611"} if arguments is None else arguments
    return start_bulk_job(act=act, arguments=arguments, tickets=tickets, by=by, at=MONDAY, **facts)


def waiting_job(tickets, *, by, act="tag", arguments=None) -> BulkJob:
    """A job written down by a process that died before it could begin."""
    arguments = {"tag": "lot 2611"} if arguments is None else arguments
    job = BulkJob.objects.create(
        act=act, arguments=arguments, requested_by=by, requested_at=MONDAY, claimed_at=MONDAY
    )
    BulkItem.objects.bulk_create(BulkItem(job=job, ticket_id=number) for number in tickets)
    return job


def results(job) -> dict[int, tuple[str, str]]:
    return {item.ticket_id: (item.state, item.code) for item in job.items.all()}


def tagged(numbers) -> int:
    return TimelineEntry.objects.filter(ticket__in=numbers, kind=TimelineKind.TAGGED).count()


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


@pytest.mark.parametrize("act", BULK_ACTS)
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


def test_what_nobody_expected_is_one_refusal_and_the_rest_goes_on(agent):
    one, two = many_tickets(2)
    job = waiting_job([one, two], by=agent)
    BulkJob.objects.update(arguments={"tag": None})

    run_bulk_job(job.pk, at=MONDAY)

    assert set(results(job).values()) == {("refused", "unexpected")}
    job.refresh_from_db()
    assert job.state == BulkState.DONE


def test_a_cancelled_job_does_nothing_more(agent):
    tickets = many_tickets(4)
    job = waiting_job(tickets, by=agent)
    bulk._work_on_next(job.pk, at=MONDAY)

    cancel_bulk_job(job.pk, at=MONDAY)
    run_bulk_job(job.pk, at=MONDAY)

    assert progress_of([job])[job.pk] == {"done": 1, "waiting": 0, "refused": 0, "cancelled": 3}
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (BulkState.CANCELLED, MONDAY)
    with pytest.raises(CannotCancel):
        cancel_bulk_job(job.pk, at=MONDAY)


def test_cancelling_does_not_wait_for_the_ticket_in_hand(agent):
    job = waiting_job(many_tickets(3), by=agent)
    first = job.items.order_by("pk").first()

    with transaction.atomic():
        BulkItem.objects.select_for_update().get(pk=first.pk)
        (cancelled,) = all_at_once([partial(cancel_bulk_job, job.pk, at=MONDAY)])
        assert cancelled.state == BulkState.CANCELLED
    left_over = progress_of([job])[job.pk]
    bulk.cancel_left_over_items()

    assert left_over["waiting"] == 1
    assert progress_of([job])[job.pk]["cancelled"] == 3


def test_many_workers_at_once_do_each_ticket_once(agent):
    tickets = many_tickets(40)
    job = waiting_job(tickets, by=agent)

    outcomes = all_at_once([partial(run_bulk_job, job.pk, at=MONDAY)] * 4)

    assert outcomes == [False] * 4
    assert set(results(job).values()) == {("done", "")}
    assert tagged(tickets) == 40
    job.refresh_from_db()
    assert job.state == BulkState.DONE


def test_a_job_that_somebody_works_on_is_left_to_them(agent):
    job = waiting_job(many_tickets(2), by=agent)

    assert silent_jobs(at=MONDAY + SILENT_AFTER) == []
    assert silent_jobs(at=LATER) == [job.pk]
    assert silent_jobs(at=LATER) == []


def test_a_process_killed_in_the_middle_of_a_ticket_leaves_nothing_half_done(agent):
    tickets = many_tickets(3)
    job = waiting_job(tickets, by=agent, act="solve", arguments={})
    with transaction.atomic():
        Ticket.objects.locked(tickets[1])
        process = processes.start(
            f"""
from datetime import datetime, UTC
from helpdesk.services.bulk import run_bulk_job
run_bulk_job({job.pk}, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
"""
        )
        eventually(_somebody_waits)
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    died_with = progress_of([job])[job.pk]

    run_bulk_job(job.pk, at=LATER)

    assert (died_with["done"], died_with["waiting"]) == (1, 2)
    assert set(results(job).values()) == {("done", "")}
    assert TimelineEntry.objects.filter(kind=TimelineKind.SOLVED).count() == 3


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_a_killed_worker_is_followed_by_another_and_nothing_is_done_twice(agent):
    tickets = many_tickets(AT_ONCE + 40)
    with running_worker() as worker:
        job = start(tickets, by=agent)
        eventually(lambda: progress_of([job])[job.pk]["done"] > 20)
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
    after_death = progress_of([job])[job.pk]
    cache.clear()  # the broker's memory too: Redis is never the truth

    with running_worker():
        BulkJob.objects.update(claimed_at=MONDAY)
        tasks.sweep_bulk_jobs()
        eventually(lambda: progress_of([job])[job.pk]["done"] == len(tickets), seconds=60)
        eventually(lambda: BulkJob.objects.get(pk=job.pk).state == BulkState.DONE)

    assert after_death["waiting"] > 0
    assert tagged(tickets) == len(tickets)


def test_more_than_can_be_waited_for_is_left_to_a_worker(agent):
    job = start(many_tickets(AT_ONCE + 1), by=agent)

    assert progress_of([job])[job.pk]["waiting"] == AT_ONCE + 1
    assert run_bulk_job(job.pk, at=MONDAY) is True
    assert run_bulk_job(job.pk, at=MONDAY) is False
    assert progress_of([job])[job.pk]["done"] == AT_ONCE + 1


def test_a_ticket_that_is_solved_already_says_so(agent):
    one, two = many_tickets(2)
    solve_ticket(one, by=agent, at=MONDAY)

    job = start([one, two], by=agent, act="solve", arguments={})

    assert results(job)[one] == ("refused", "status_not_possible")
    assert results(job)[two] == (BulkItemState.DONE, "")
