"""The log of exchanges: kept for a set time, and honest about calls whose process died."""

from datetime import datetime, timedelta

from django.conf import settings

from marketplaces.models import Exchange, ExchangeOutcome, KeptText

#: Far longer than any call may take.
GIVEN_UP_AFTER = timedelta(minutes=5)
BATCH = 5_000


def give_up_abandoned(*, at: datetime) -> int:
    """Say of calls that nobody ended that nobody knows; a call that only read did nothing."""
    abandoned = Exchange.objects.abandoned(before=at - GIVEN_UP_AFTER)
    words = {"words": "the process that made the call ended", "ended_at": at}
    unknown = abandoned.filter(changes_something=True)
    count = unknown.update(outcome=ExchangeOutcome.UNKNOWN, **words)
    return count + abandoned.update(outcome=ExchangeOutcome.LATER, **words)


def purge_exchanges(*, at: datetime) -> int:
    """Delete what is older than ``EXCHANGE_LOG_DAYS``, in batches, and tokens that have ended."""
    KeptText.objects.filter(until__lt=at).delete()
    before = at - timedelta(days=settings.EXCHANGE_LOG_DAYS)
    total = 0
    while True:
        old = Exchange.objects.filter(started_at__lt=before).order_by("started_at")
        batch = list(old.values_list("pk", flat=True)[:BATCH])
        total += Exchange.objects.filter(pk__in=batch).delete()[0]
        if len(batch) < BATCH:
            return total
