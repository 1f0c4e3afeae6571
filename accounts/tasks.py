"""Celery's door."""

from celery import shared_task
from django.utils import timezone

from accounts.services import invitation_letters, passwords


@shared_task(autoretry_for=[OSError], retry_backoff=True, max_retries=5)
def mail_reset_letter(user_id: int) -> None:
    passwords.send_reset_letter(user_id)


@shared_task(autoretry_for=[OSError], retry_backoff=True, max_retries=5)
def mail_invitation(user_id: int) -> None:
    invitation_letters.send_invitation_letter(user_id, at=timezone.now())


@shared_task
def sweep_invitations() -> None:
    """Find the letters whose nudge was lost."""
    for user_id in invitation_letters.invitations_owed(at=timezone.now())[:100]:
        mail_invitation.delay(user_id)
