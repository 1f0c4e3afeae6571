"""Celery's door: one call each."""

from celery import shared_task
from django.utils import timezone

from marketplaces.services.exchanges import give_up_abandoned, purge_exchanges


@shared_task
def sweep_exchanges() -> None:
    give_up_abandoned(at=timezone.now())


@shared_task
def purge_exchange_log() -> None:
    purge_exchanges(at=timezone.now())
