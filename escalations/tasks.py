"""Celery's door. The rows are the queue and the timer; every task here may be lost or doubled."""

from celery import shared_task
from django.utils import timezone

from escalations.services import (
    absences,
    action_reminders,
    assignment,
    calendars,
    carrying_out,
    enforcement,
    inquiry_letters,
    inquiry_reminders,
    suggesting,
    webhook_outbox,
    webhook_pauses,
)

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


@shared_task
def accept_overdue_escalations() -> None:
    """Give cases that nobody accepted in time to somebody, where their route says so."""
    assignment.accept_overdue(at=timezone.now())


@shared_task
def release_cases_of_absent_specialists() -> None:
    """Let cases wait for somebody else whose specialist is deactivated or long on leave."""
    if absences.release_absent(at=timezone.now()) == absences.AT_A_TIME:
        release_cases_of_absent_specialists.delay()


@shared_task
def send_inquiry_letter(letter_id: int) -> None:
    inquiry_letters.send_letter(letter_id, at=timezone.now())


@shared_task
def sweep_inquiries() -> None:
    """Remind departments, tell their leads, and find the letters whose nudge was lost."""
    now = timezone.now()
    inquiry_reminders.sweep_inquiries(at=now)
    for letter_id in inquiry_letters.letters_owed(at=now):
        send_inquiry_letter.delay(letter_id)


@shared_task
def remind_of_actions() -> None:
    action_reminders.remind_of_actions(at=timezone.now())


@shared_task
def evaluate_ticket(ticket_id: int) -> None:
    suggesting.evaluate(ticket_id, at=timezone.now())


@shared_task
def sweep_unevaluated_tickets() -> None:
    """Find the tickets whose nudge was lost, and those of which the time has come."""
    if suggesting.evaluate_owed(at=timezone.now()) == suggesting.AT_A_TIME:
        sweep_unevaluated_tickets.delay()


@shared_task
def deliver_webhook(delivery_id: int) -> None:
    webhook_outbox.deliver(delivery_id, at=timezone.now())


@shared_task
def sweep_webhooks() -> None:
    """Find the deliveries whose time has come, or whose nudge or process was lost."""
    now = timezone.now()
    webhook_outbox.forget_old(at=now)
    webhook_outbox.settle_abandoned(at=now)
    webhook_outbox.release_held(at=now)
    for delivery_id in webhook_outbox.due(at=now):
        deliver_webhook.delay(delivery_id)
    webhook_pauses.tell_of_pauses(at=now)
