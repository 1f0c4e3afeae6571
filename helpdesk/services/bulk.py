"""One act on many tickets. The items are the queue: what is not recorded there has not happened.

Each item is one transaction: the act on its ticket and the item's result commit together, so a
process may die at any moment and another goes on, and nothing is done twice.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from helpdesk import events
from helpdesk.models import BulkItem, BulkItemState, BulkJob, BulkState, Ticket
from helpdesk.services.bulk_acts import act_named

logger = logging.getLogger(__name__)

#: So many are done while the browser waits; more are a worker's.
AT_ONCE = 200
MAX_TICKETS = 10_000
#: After so many items a worker lets others have their turn.
ITEMS_PER_RUN = AT_ONCE
#: A job without a sign of life for this long is taken up again.
SILENT_AFTER = timedelta(seconds=30)
UNFINISHED = (BulkState.QUEUED, BulkState.RUNNING)


class TooManyTickets(RuleViolation):
    code = "too_many_tickets"


class NothingSelected(RuleViolation):
    code = "nothing_selected"


class NotInSight(RuleViolation):
    code = "not_in_sight"


class CountHasGrown(RuleViolation):
    code = "count_has_grown"


class CannotCancel(RuleViolation):
    code = "cannot_cancel"


@transaction.atomic
def start_bulk_job(
    *,
    act: str,
    arguments: dict,
    tickets: Iterable[int],
    by: User,
    at: datetime,
    expected_count: int | None = None,
) -> BulkJob:
    """Write down an act on many tickets; it is done once this is committed.

    ``expected_count`` is what the person was shown before they agreed to all of a filter.

    :raises ArgumentRefused: for arguments the act does not take.
    :raises NotInSight: naming tickets the person may not see, or that are not there.
    :raises CountHasGrown: if there are clearly more tickets than were agreed to.
    :raises PermissionDenied: if the person's role does not allow the act.
    """
    chosen = act_named(act)
    require(by, chosen.role_act)
    arguments = chosen.arguments(arguments, by=by)
    numbers = sorted(set(tickets) - {arguments.get("into")})
    _refuse_count(numbers, expected_count)
    _refuse_unseen(numbers, by)
    job = BulkJob.objects.create(
        act=act, arguments=arguments, requested_by=by, requested_at=at, claimed_at=at
    )
    BulkItem.objects.bulk_create(
        [BulkItem(job=job, ticket_id=number) for number in numbers], batch_size=1000
    )
    events.bulk_job_started.send(BulkJob, job=job, count=len(numbers), at=at)
    return job


def run_bulk_job(job_id: int, *, at: datetime) -> bool:
    """Work on the items that wait, up to ITEMS_PER_RUN; returns whether some are left.

    Any number of processes may work on one job at once.
    """
    job = BulkJob.objects.filter(pk=job_id, state__in=UNFINISHED)
    job.update(state=BulkState.RUNNING, claimed_at=at)
    for _count in range(ITEMS_PER_RUN):
        if not _work_on_next(job_id, at=at):
            _finish(job_id, at=at)
            return False
    return not _finish(job_id, at=at)


@transaction.atomic
def cancel_bulk_job(job_id: int, *, at: datetime) -> BulkJob:
    """Let nothing more be done. What is done stays done.

    :raises CannotCancel: if it is over already.
    """
    job = BulkJob.objects.select_for_update().get(pk=job_id)
    if job.state not in UNFINISHED:
        raise CannotCancel(
            _("It is %(state)s already.") % {"state": job.get_state_display().lower()}
        )
    job.state, job.finished_at = BulkState.CANCELLED, at
    job.save(update_fields=["state", "finished_at"])
    _cancel_waiting(job_id)
    return job


def silent_jobs(*, at: datetime) -> list[int]:
    """Claim the jobs nobody seems to work on, because a process died or a nudge was lost."""
    silent = BulkJob.objects.filter(state__in=UNFINISHED, claimed_at__lt=at - SILENT_AFTER)
    pks = list(silent.order_by("claimed_at").values_list("pk", flat=True)[:100])
    BulkJob.objects.filter(pk__in=pks).update(claimed_at=at)
    return pks


def cancel_left_over_items() -> None:
    """Cancel items that a dying process held in its hands while their job was cancelled."""
    waiting = BulkItem.objects.filter(state=BulkItemState.WAITING, job__state=BulkState.CANCELLED)
    for job_id in set(waiting.values_list("job", flat=True)[:1000]):
        _cancel_waiting(job_id)


def progress_of(jobs: Iterable[BulkJob]) -> dict[int, dict[str, int]]:
    """Count the items of each job by state, in one query."""
    jobs = list(jobs)
    counts = {job.pk: dict.fromkeys(BulkItemState.values, 0) for job in jobs}
    rows = BulkItem.objects.filter(job__in=jobs).values_list("job", "state")
    for job_id, state, count in rows.annotate(count=Count("pk")).order_by():
        counts[job_id][state] = count
    return counts


@transaction.atomic
def _work_on_next(job_id: int, *, at: datetime) -> bool:
    waiting = BulkItem.objects.select_related("job__requested_by").filter(
        job=job_id, state=BulkItemState.WAITING, job__state__in=UNFINISHED
    )
    locked = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)
    item = locked.order_by("pk").first()
    if item is None:
        return False
    with translation.override(item.job.requested_by.language):
        _try_on(item, at=at)
    item.save(update_fields=["state", "code", "reason"])
    return True


def _try_on(item: BulkItem, *, at: datetime) -> None:
    """Act, or keep the refusal in the words of whoever asked for it."""
    try:
        with transaction.atomic():
            _act_on(item, at=at)
        item.state = BulkItemState.DONE
    except RuleViolation as refusal:
        _refused(item, refusal.code, str(refusal))
    except PermissionDenied as refusal:
        _refused(item, "permission_denied", str(refusal))
    except (OperationalError, InterfaceError):
        raise  # the database is away or two waited for each other: the item still waits
    except Exception:
        logger.exception("Bulk job %s failed on ticket %s", item.job_id, item.ticket_id)
        _refused(item, "unexpected", _("It could not be done; the server's log says why."))


def _act_on(item: BulkItem, *, at: datetime) -> None:
    """Act as the person, with what they may do and see now."""
    job = item.job
    by = User.objects.get(pk=job.requested_by_id)
    act = act_named(job.act)
    require(by, act.role_act)
    numbers = {item.ticket_id, job.arguments.get("into", item.ticket_id)}
    if Ticket.objects.visible_to(by).filter(pk__in=numbers).count() < len(numbers):
        raise NotInSight(_("The ticket is no longer yours to see."))
    act.service(item.ticket_id, **act.keywords(job.arguments), by=by, at=at)


def _refused(item: BulkItem, code: str, reason: str) -> None:
    item.state, item.code, item.reason = BulkItemState.REFUSED, code, (reason or code)[:250]


def _finish(job_id: int, *, at: datetime) -> bool:
    """End the job if no item waits; one that another process holds is that one's to end."""
    if BulkItem.objects.filter(job=job_id, state=BulkItemState.WAITING).exists():
        return False
    unfinished = BulkJob.objects.filter(pk=job_id, state__in=UNFINISHED)
    unfinished.update(state=BulkState.DONE, finished_at=at)
    return True


@transaction.atomic
def _cancel_waiting(job_id: int) -> None:
    """An item in somebody's hands is not waited for: it will be done."""
    waiting = BulkItem.objects.filter(job=job_id, state=BulkItemState.WAITING)
    free = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)
    BulkItem.objects.filter(pk__in=list(free)).update(state=BulkItemState.CANCELLED)


def _refuse_count(numbers: list[int], expected: int | None) -> None:
    if not numbers:
        raise NothingSelected(_("There is no ticket to act on."), field="tickets")
    if len(numbers) > MAX_TICKETS:
        raise TooManyTickets(
            _("At most %(limit)s tickets at once; narrow the filter.")
            % {"limit": f"{MAX_TICKETS:,}"},
            field="tickets",
        )
    if expected is not None and len(numbers) > expected + _may_grow(expected):
        raise CountHasGrown(
            _("There are %(count)s tickets by now, not %(expected)s. Confirm again.")
            % {"count": f"{len(numbers):,}", "expected": f"{expected:,}"},
            field="expected_count",
            count=len(numbers),
        )


def _may_grow(expected: int) -> int:
    """Who agreed to none is always asked; a few more than were shown are what they meant."""
    return max(5, expected // 10) if expected else 0


def _refuse_unseen(numbers: list[int], by: User) -> None:
    seen = set(Ticket.objects.visible_to(by).filter(pk__in=numbers).values_list("pk", flat=True))
    unseen = [number for number in numbers if number not in seen]
    if unseen:
        named = ", ".join(map(str, unseen[:10]))
        raise NotInSight(
            _("Not there, or not yours to see: %(numbers)s.") % {"numbers": named},
            field="tickets",
            tickets=unseen[:200],
        )
