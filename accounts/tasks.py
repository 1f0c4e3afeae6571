"""Celery's door."""

from celery import shared_task

from accounts.services import passwords


@shared_task(autoretry_for=[OSError], retry_backoff=True, max_retries=5)
def mail_reset_letter(user_id: int) -> None:
    passwords.send_reset_letter(user_id)
