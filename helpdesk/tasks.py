"""Celery's door: one id in, one service call."""

from celery import shared_task
from django.utils import timezone

from helpdesk.services import (
    bulk,
    idempotency,
    intake,
    lifecycle,
    mailboxes,
    notification_mail,
    outbox,
)


@shared_task
def close_solved_tickets() -> None:
    lifecycle.close_solved_tickets(at=timezone.now())


@shared_task
def deliver_mail(mail_id: int) -> None:
    outbox.deliver(mail_id, at=timezone.now())


@shared_task
def sweep_outgoing_mail() -> None:
    now = timezone.now()
    outbox.settle_abandoned(at=now)
    for mail_id in outbox.due_mail(at=now):
        deliver_mail.delay(mail_id)


@shared_task
def sweep_received_mail() -> None:
    intake.file_unfinished_mail(at=timezone.now())


@shared_task
def poll_mailboxes() -> None:
    mailboxes.poll_all(at=timezone.now())


@shared_task
def forget_old_idempotency_keys() -> None:
    idempotency.forget_old_keys(at=timezone.now())


@shared_task
def mail_notifications(user_id: int) -> None:
    notification_mail.mail_notifications(user_id, at=timezone.now())


@shared_task
def sweep_notification_mail() -> None:
    for user_id in notification_mail.readers_due(at=timezone.now()):
        mail_notifications.delay(user_id)


@shared_task
def run_bulk_job(job_id: int) -> None:
    if bulk.run_bulk_job(job_id, at=timezone.now()):
        run_bulk_job.delay(job_id)


@shared_task
def sweep_bulk_jobs() -> None:
    bulk.cancel_left_over_items()
    for job_id in bulk.silent_jobs(at=timezone.now()):
        run_bulk_job.delay(job_id)
