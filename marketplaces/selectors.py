"""Reads that join several models for the pages about stores."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from marketplaces.gateways.base import Gateway
from marketplaces.models import Connection, Exchange, Store, Stream, StreamKind
from marketplaces.store_states import StoreState, state_of
from marketplaces.wire.opening import gateway_class

RECENTLY = timedelta(hours=24)


@dataclass(frozen=True)
class Progress:
    """One stream of a store for a reader."""

    kind: str
    label: str
    stream: Stream

    @property
    def caught_up_at(self) -> datetime | None:
        return self.stream.caught_up_at


@dataclass(frozen=True)
class StoreAtAGlance:
    store: Store
    connection: Connection | None
    state: StoreState
    streams: list[Progress]
    calls: int = 0
    failures: int = 0


def stores_at_a_glance(*, now: datetime) -> list[StoreAtAGlance]:
    """Return all stores by name, with what their streams and the last 24 hours say."""
    stores = Store.objects.select_related("connection__paused_by").prefetch_related(
        "connection__streams"
    )
    calls = _calls_by_store(now=now)
    return [
        _glance(store, now=now, counted=calls.get(store.pk, (0, 0)))
        for store in stores.order_by("name")
    ]


def store_at_a_glance(store: Store, *, now: datetime) -> StoreAtAGlance:
    counted = _calls_by_store(now=now, store=store.pk)
    return _glance(store, now=now, counted=counted.get(store.pk, (0, 0)))


def gateway_of(store: Store) -> type[Gateway]:
    """:raises NotConnected: for a store of files."""
    return gateway_class(store.marketplace)


def filter_exchanges(
    exchanges: QuerySet,
    *,
    outcome: str = "",
    operation: str = "",
    correlation: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet:
    """Keep what was asked for; ``outcome`` "wrong" is whatever did not go well."""
    if outcome == "wrong":
        exchanges = exchanges.went_wrong()
    elif outcome:
        exchanges = exchanges.filter(outcome=outcome)
    exact = {"operation": operation, "correlation": correlation, "started_at__gte": since,
             "started_at__lt": until}  # fmt: skip
    return exchanges.filter(**{name: value for name, value in exact.items() if value})


def _glance(store: Store, *, now: datetime, counted: tuple[int, int]) -> StoreAtAGlance:
    connection = getattr(store, "connection", None)
    known = {stream.kind: stream for stream in connection.streams.all()} if connection else {}
    streams = [
        Progress(kind, str(label), known[kind])
        for kind, label in StreamKind.choices
        if kind in known
    ]
    return StoreAtAGlance(store, connection, state_of(connection, now), streams, *counted)


def _calls_by_store(*, now: datetime, **about) -> dict[int, tuple[int, int]]:
    recent = Exchange.objects.filter(started_at__gt=now - RECENTLY, **about)
    wrong = dict(recent.went_wrong().values_list("store").annotate(count=Count("pk")))
    calls = recent.values_list("store").annotate(count=Count("pk"))
    return {store: (count, wrong.get(store, 0)) for store, count in calls}
