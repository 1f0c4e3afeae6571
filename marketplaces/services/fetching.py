"""Fetching what a marketplace has new: one stream of one store at a time.

The stream's row is the queue. A run claims it, asks the gateway for a page outside any
transaction, and stores the page together with the cursor behind it: after a crash between the two
the page is fetched again, and everything in it is known already. Nothing is lost, nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from marketplaces.gateways.base import Gateway, GatewayError, TryLater
from marketplaces.gateways.shapes import Page
from marketplaces.models import Store, Stream, StreamKind
from marketplaces.services.leftovers import fetch_leftovers, keep_unread
from marketplaces.services.recording import record_orders
from marketplaces.services.streams import claim_stream, note_page, note_trouble, release_stream
from marketplaces.vault import CannotDecrypt
from marketplaces.wire.opening import NotConnected, open_gateway

#: A run stops after so many pages, so that no store keeps a worker for itself.
PAGES_PER_RUN = 20


@dataclass(frozen=True)
class News:
    """How one kind of news is asked for and written down."""

    fetch: Callable[[Gateway, str], Page]
    store: Callable[..., object]


NEWS = {
    StreamKind.ORDERS: News(
        lambda gateway, cursor: gateway.pull_orders(cursor),
        lambda items, store, at: record_orders(items, store=store, at=at),
    ),
}


def run_stream(stream_id: int, *, clock: Callable[[], datetime]) -> int:
    """Fetch what is new, a page at a time; returns how many things came.

    Somebody else's run is left alone. What goes wrong is kept with the stream, which is tried
    again later, the later the more often it went wrong.
    """
    stream = claim_stream(stream_id, at=clock())
    if stream is None:
        return 0
    came, wait = 0, None
    try:
        came = _run(stream, clock=clock)
    except (GatewayError, NotConnected, CannotDecrypt) as error:
        note_trouble(stream, words=str(error), at=clock())
        wait = timedelta(seconds=error.after) if _says_when(error) else None
    finally:
        release_stream(stream_id, wait=wait, at=clock())
    return came


def _says_when(error: Exception) -> bool:
    return isinstance(error, TryLater) and error.after is not None


def _run(stream: Stream, *, clock: Callable[[], datetime]) -> int:
    news, store, came = NEWS[stream.kind], stream.connection.store, 0
    with open_gateway(store.pk) as gateway:
        for _ in range(PAGES_PER_RUN):
            page = news.fetch(gateway, stream.cursor)
            if not _keep(stream, page, news, store, at=clock()):
                return came
            came += len(page.items)
            stream.refresh_from_db()
            if not page.has_more:
                break
        if stream.kind == StreamKind.ORDERS:
            fetch_leftovers(stream, gateway, store=store, clock=clock)
    return came


def _keep(stream: Stream, page: Page, news: News, store: Store, *, at: datetime) -> bool:
    """Store a page and the place behind it; False if another worker has been here."""
    with transaction.atomic():
        news.store(page.items, store=store, at=at)
        keep_unread(stream, page.unread, at=at)
        is_ours = note_page(
            stream,
            cursor=page.cursor,
            has_more=page.has_more,
            count=len(page.items),
            newest_at=max((item.changed_at for item in page.items), default=None),
            at=at,
        )
        if not is_ours:
            transaction.set_rollback(True)
    return is_ours
