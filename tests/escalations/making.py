"""Clocks and policy versions written straight into their tables, for what happens to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

from escalations.models import Metric, SLAClock, SLAPolicy, SLAPolicyVersion
from helpdesk.models import Ticket
from tests.factories import MONDAY

HOUR = timedelta(hours=1)
_numbers = count(1)


def make_policy_version(targets: Mapping) -> SLAPolicyVersion:
    """A policy that is not in force: no clock starts by it, but clocks can be its."""
    number = next(_numbers)
    policy = SLAPolicy.objects.create(name=f"Policy {number}", position=number, is_active=False)
    return SLAPolicyVersion.objects.create(
        policy=policy, number=1, targets=targets, created_at=MONDAY
    )


def a_clock(
    ticket: Ticket,
    *,
    started_by: int,
    due_at: datetime = MONDAY + HOUR,
    metric: str = Metric.INQUIRY,
    steps: Iterable[tuple[str, datetime]] | None = None,
    **fields,
) -> SLAClock:
    """An unsaved running clock; without ``steps`` only its breach is pending.

    Of a metric that no timeline tells of, so that no act on the ticket reads it anew.
    """
    steps = sorted([("breach", due_at)] if steps is None else steps, key=lambda pair: pair[1])
    return SLAClock(
        ticket=ticket,
        started_by_id=started_by,
        metric=metric,
        target_seconds=3600,
        started_at=due_at - HOUR,
        due_at=due_at,
        pending_steps=[[step, moment.isoformat()] for step, moment in steps],
        next_step_at=steps[0][1] if steps else None,
        **fields,
    )


def make_clock(ticket: Ticket, **fields) -> SLAClock:
    first = ticket.timeline.in_order().values_list("pk", flat=True).first()
    clock = a_clock(ticket, started_by=first, **fields)
    clock.save()
    return clock
