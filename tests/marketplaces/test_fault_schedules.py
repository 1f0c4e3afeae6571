"""Whatever the wire loses, doubles or breaks: in the end orders are the marketplace's own.

A schedule is drawn from its number: what buyers and carriers do, which calls go wrong and how, and
when a worker dies. ``make schedules`` runs ten thousand of them, the suite a few.
"""

import os
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from marketplaces.models import Connection, Exchange, Leftover, Order
from marketplaces.services.fetching import run_stream
from marketplaces.services.streams import LEASE
from tests.marketplaces.sandboxed import connect, stream

pytestmark = pytest.mark.django_db(transaction=True)

SCHEDULES = int(os.environ.get("FAULT_SCHEDULES", "9"))
MARKETPLACES = ("shopify", "walmart", "ebay")
CHANCES = {
    "refuse_connection": 0.05, "error": 0.08, "throttle": 0.05, "lose_answer": 0.08,
    "error_after": 0.05, "malformed": 0.08, "duplicate": 0.15, "reorder": 0.15,
}  # fmt: skip
RUNS_UNTIL_DONE = 40


class WorkerDied(Exception):
    """Killed between two statements, as far as the database can tell."""


class Clock:
    """Goes on by a second each time it is read, and may kill whoever reads it."""

    def __init__(self, now, dies_at: int | None = None):
        self.now, self.left = now, dies_at

    def __call__(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise WorkerDied
        self.now += timedelta(seconds=1)
        return self.now


def turn(store, now, *, dies_at=None):
    """One run of the store's stream; the next turn is at the moment that is returned."""
    _the_marketplace_is_let_alone_no_longer(store)
    try:
        run_stream(stream(store).pk, clock=Clock(now, dies_at))
    except WorkerDied:
        return now + LEASE + timedelta(minutes=1)
    row = stream(store)
    return max(row.next_run_at, now) + timedelta(seconds=1)


def _the_marketplace_is_let_alone_no_longer(store):
    """Time passes in no time: an open breaker and an empty bucket would wait for real minutes."""
    Exchange.objects.all().delete()
    Redis.from_url(settings.REDIS_URL).flushdb()
    Connection.objects.filter(store=store).update(
        breaker_failures=0, breaker_openings=0, breaker_retry_at=None, breaker_probe_until=None
    )


def something_happens(sandbox, shop, orders: list, chance: Random) -> None:
    act = chance.choice(["orders", "orders", "ship", "deliver", "cancel", "refunds"])
    if act == "orders" or not orders:
        made = sandbox.tell(
            "orders", shop=shop["shop"], count=chance.randint(1, 4), seed=chance.random()
        )
        orders += made["orders"]
    else:
        told = {"shop": shop["shop"], "order": chance.choice(orders)}
        sandbox.http.post(f"/control/{act}", json=told)  # what cannot be is a 409
    sandbox.tell("time", advance=chance.randint(1, 600))


def in_the_sandbox(sandbox, shop) -> dict:
    state = sandbox.state_of(shop)
    refunds: dict[str, int] = {}
    for refund in state["refunds"].values():
        if refund["state"] != "failed":
            refunds[refund["order"]] = refunds.get(refund["order"], 0) + refund["amount"]
    return {
        key: {
            "pieces": sum(line["quantity"] for line in order["lines"]),
            "parcels": len(order["shipments"]),
            "refunded": refunds.get(key, 0),
            "is_cancelled": order["state"] == "cancelled",
        }
        for key, order in state["orders"].items()
    }


def with_us(store) -> dict:
    orders = Order.objects.filter(store=store).prefetch_related("lines", "shipments")
    return {
        order: {
            "pieces": sum(line.quantity for line in order.lines.all()),
            "parcels": len(order.shipments.all()),
            "refunded": order.refunded_minor,
            "is_cancelled": order.status == "cancelled",
        }
        for order in orders
    }


@pytest.mark.parametrize("number", range(SCHEDULES))
def test_after_any_schedule_of_faults_our_orders_are_the_marketplaces(sandbox, number):
    chance = Random(number)
    name = MARKETPLACES[number % len(MARKETPLACES)]
    shop = sandbox.open_shop(name, orders=0)
    store, orders, now = connect(shop), [], timezone.now()
    sandbox.tell(
        "faults", shop=shop["shop"], marketplace=name, chances=CHANCES, seed=number, seconds=0
    )

    for _ in range(chance.randint(3, 8)):
        something_happens(sandbox, shop, orders, chance)
        dies_at = chance.choice([None, None, chance.randint(1, 8)])
        now = turn(store, now, dies_at=dies_at)
    sandbox.http.request("DELETE", "/control/faults")
    for _ in range(RUNS_UNTIL_DONE):
        now = turn(store, now) + timedelta(days=1)
        row = stream(store)
        if not (row.has_more or row.failures or Leftover.objects.exists()):
            break

    told, ours = in_the_sandbox(sandbox, shop), with_us(store)
    assert stream(store).last_error == ""
    assert by_facts(ours.values()) == by_facts(told.values())
    assert len(ours) == len({order.reference for order in ours}) == len(told)


def by_facts(orders) -> list:
    return sorted(tuple(sorted(order.items())) for order in orders)
