"""Celery's door: one call each."""

from celery import shared_task
from django.utils import timezone

from marketplaces.models import Stream
from marketplaces.services.exchanges import give_up_abandoned, purge_exchanges
from marketplaces.services.fetching import NEWS, run_stream

#: One sweep nudges at most so many; the others' turn comes with the next.
NUDGED = 200


@shared_task
def sweep_exchanges() -> None:
    give_up_abandoned(at=timezone.now())


@shared_task
def sweep_streams() -> None:
    """Nudge every stream whose turn it is; the row is the queue."""
    due = Stream.objects.due(timezone.now()).filter(kind__in=NEWS)
    for stream_id in due.values_list("pk", flat=True)[:NUDGED]:
        fetch_news.delay(stream_id)


@shared_task
def fetch_news(stream_id: int) -> None:
    run_stream(stream_id, clock=timezone.now)


@shared_task
def purge_exchange_log() -> None:
    purge_exchanges(at=timezone.now())
