"""Jobs that act on many tickets, and what became of each ticket."""

from helpdesk.models import (
    BulkItem,
    BulkJob,
)
from helpdesk.services.bulk import (
    start_bulk_job,
)
from tests.factories import MONDAY, make_identity, make_ticket


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
