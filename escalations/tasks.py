"""Celery's door. The rows are the queue and the timer; every task here may be lost or doubled."""

from celery import shared_task
from django.utils import timezone

from escalations.services import calendars, carrying_out, enforcement

#: So that one task stays far below its time limit; the next tick goes on.
SWEEPS_AT_ONCE = 40


@shared_task
def sweep_clocks() -> None:
    for _ in range(SWEEPS_AT_ONCE):
        if enforcement.sweep(at=timezone.now()) < enforcement.BATCH:
            return


@shared_task
def carry_out_steps() -> None:
    carrying_out.carry_out_waiting(at=timezone.now())


@shared_task
def sweep_recorded_steps() -> None:
    """Find the steps whose nudge was lost."""
    if carrying_out.carry_out_waiting(at=timezone.now()) == carrying_out.AT_A_TIME:
        sweep_recorded_steps.delay()


@shared_task
def top_up_holidays() -> None:
    """Copy the public holidays of another year, once one has begun."""
    calendars.top_up_holidays(at=timezone.now())
