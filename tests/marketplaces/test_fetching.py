"""Orders of a store are the marketplace's own, whatever goes wrong between the two."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplaces.models import Order, OrderStatus, Stream
from marketplaces.services.connections import pause_connection
from marketplaces.services.fetching import run_stream
from marketplaces.services.streams import LEASE, claim_stream
from tests.concurrency import all_at_once
from tests.factories import make_user
from tests.marketplaces.sandboxed import connect, stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(sandbox):
    return sandbox.open_shop("shopify", orders=7)


@pytest.fixture
def store(shop):
    return connect(shop)


def run(store) -> int:
    """One turn, when it is due."""
    row = stream(store)
    now = max(row.next_run_at, timezone.now())
    return run_stream(row.pk, clock=lambda: now)


def in_the_sandbox(sandbox, shop) -> set[str]:
    return {str(key) for key in sandbox.state_of(shop)["orders"]}


def test_all_orders_of_a_shop_come_and_the_next_run_brings_none(sandbox, shop, store):
    assert run(store) == 7
    assert Order.objects.filter(store=store).count() == 7
    row = stream(store)
    assert (row.has_more, row.failures, row.fetched) == (False, 0, 7)

    before = list(Order.objects.order_by("pk").values())
    run(store)

    assert list(Order.objects.order_by("pk").values()) == before


def test_what_changes_there_changes_here(sandbox, shop, store):
    run(store)
    reference = shop["orders"][0]
    sandbox.tell("ship", shop=shop["shop"], order=reference)

    run(store)

    changed = Order.objects.filter(store=store).exclude(status=OrderStatus.PROCESSED)
    assert changed.filter(shipments__isnull=False).distinct().count() == 1


def test_a_run_that_went_wrong_is_told_and_waits_longer_each_time(sandbox, shop, store):
    sandbox.tell("faults", marketplace="shopify", operation="orders", script=["error"] * 2)

    waits = []
    for _ in range(2):
        run(store)
        row = stream(store)
        waits.append(row.next_run_at - row.last_run_at)

    assert waits == [timedelta(seconds=30), timedelta(seconds=60)]
    assert stream(store).last_error
    assert Order.objects.count() == 0
    assert run(store) == 7, "What is mended comes whole."
    assert stream(store).last_error == ""


def test_a_stream_is_worked_on_by_one_at_a_time(store):
    row, now = stream(store), timezone.now()

    claims = all_at_once([lambda: claim_stream(row.pk, at=now)] * 5)

    assert sum(claim is not None for claim in claims) == 1
    assert claim_stream(row.pk, at=now + LEASE) is not None, "Who died with it has let go of it."


def test_a_paused_store_is_left_alone(store):
    pause_connection(store.pk, why="Stocktaking", by=make_user("admin"), at=timezone.now())

    assert run(store) == 0
    assert not Stream.objects.due(timezone.now() + timedelta(days=1)).exists()
