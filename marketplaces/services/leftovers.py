"""What came in a form nobody documented: kept by its reference, asked for again one by one."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import F

from marketplaces.gateways.base import Gateway, GatewayError
from marketplaces.models import Leftover, Store, Stream
from marketplaces.services.recording import record_orders

AT_ONCE, LONGEST_WAIT = 20, timedelta(days=1)
FIRST_WAIT = timedelta(minutes=5)


def keep_unread(stream: Stream, references: Iterable[str], *, at: datetime) -> None:
    """Remember what could not be read, each reference once. Needs a transaction."""
    Leftover.objects.bulk_create(
        (Leftover(stream=stream, reference=one, since=at, next_try_at=at) for one in references),
        ignore_conflicts=True,
    )


def fetch_leftovers(
    stream: Stream, gateway: Gateway, *, store: Store, clock: Callable[[], datetime]
) -> None:
    """Ask for some that are due, one by one. One that still cannot be read waits longer."""
    due = stream.leftovers.filter(next_try_at__lte=clock()).order_by("next_try_at", "pk")
    for leftover in due[:AT_ONCE]:
        try:
            order = gateway.get_order(leftover.reference)
        except GatewayError as error:
            _wait_longer(leftover, words=str(error), at=clock())
        else:
            record_orders([order], store=store, at=clock())
            leftover.delete()


def _wait_longer(leftover: Leftover, *, words: str, at: datetime) -> None:
    wait = min(FIRST_WAIT * 2 ** min(leftover.tries, 12), LONGEST_WAIT)
    Leftover.objects.filter(pk=leftover.pk).update(
        tries=F("tries") + 1, last_error=words[:300], next_try_at=at + wait
    )
