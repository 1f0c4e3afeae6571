"""An act on many tickets goes on whatever dies: nothing twice, nothing forgotten."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from accounts.models import Role
from helpdesk import tasks
from helpdesk.models import (
    BulkItem,
    BulkJob,
    BulkState,
    Ticket,
    TimelineEntry,
    TimelineKind,
)
from helpdesk.services import bulk
from helpdesk.services.bulk import (
    AT_ONCE,
    SILENT_AFTER,
    CannotCancel,
    cancel_bulk_job,
    progress_of,
    run_bulk_job,
    silent_jobs,
)
from tests import processes
from tests.concurrency import all_at_once
from tests.factories import MONDAY, make_user
from tests.helpdesk.acts_on_many import many_tickets, results, start, waiting_job
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MONDAY + SILENT_AFTER + timedelta(seconds=1)


@pytest.fixture
def agent():
    return make_user(Role.MANAGER)


def tagged(numbers) -> int:
    return TimelineEntry.objects.filter(ticket__in=numbers, kind=TimelineKind.TAGGED).count()


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
