"""The sweep: what came due is recorded, each step once, however late and however often asked.

Phase one of two. It holds the locks of clocks only and waits for nobody: two sweeps take
different clocks. What follows from a step is ``services.carrying_out``'s. See decision 033.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from escalations import events
from escalations.models import SLAClock, SLAEvent
from escalations.services.settling import settle

BATCH = 500
#: What falls due this soon is woken up for. Shorter than the broker's visibility timeout of ten
#: minutes, after which Redis would hand the same message to a second worker.
NEAR = timedelta(minutes=9)


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Record what fell due before ``at`` on up to ``BATCH`` clocks; returns how many they were.

    Clocks that another sweep or an act holds are left to it.
    """
    due = SLAClock.objects.with_a_step_due(at)
    clocks = list(due.select_for_update(skip_locked=True, of=("self",), no_key=True)[:BATCH])
    if not clocks:
        return 0
    recorded = settle(clocks, at=at)
    if recorded:
        events.steps_recorded.send(SLAEvent, count=len(recorded), at=at)
    return len(clocks)


def next_near_step(clocks: Iterable[SLAClock], *, at: datetime) -> datetime | None:
    """Return the first step of the clocks that comes so soon that somebody should be woken."""
    moments = (clock.next_step_at for clock in clocks if clock.next_step_at is not None)
    return min((moment for moment in moments if moment <= at + NEAR), default=None)
