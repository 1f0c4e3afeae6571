"""What follows from what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from escalations import tasks
from escalations.events import clocks_changed, steps_recorded
from escalations.services import carrying_out, enforcement


@receiver(steps_recorded)
def carry_them_out(count, **kwargs):
    # robust: with Redis away the rows still wait, and the sweep finds them.
    for _ in range(0, count, carrying_out.AT_A_TIME):
        transaction.on_commit(tasks.carry_out_steps.delay, robust=True)


@receiver(clocks_changed)
def wake_up_in_time(clocks, at, **kwargs):
    # Only to be a second earlier than the next tick: the row is the timer.
    moment = enforcement.next_near_step(clocks, at=at)
    if moment is not None:
        wait = max(0, (moment - at).total_seconds())
        nudge = partial(tasks.sweep_clocks.apply_async, countdown=wait)
        transaction.on_commit(nudge, robust=True)
