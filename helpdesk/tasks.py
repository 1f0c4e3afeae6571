"""Celery's door: one id in, one service call."""

from celery import shared_task
from django.utils import timezone

from helpdesk.services import lifecycle


@shared_task
def close_solved_tickets() -> None:
    lifecycle.close_solved_tickets(at=timezone.now())
