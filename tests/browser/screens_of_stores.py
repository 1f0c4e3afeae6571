"""The screens of stores: running, paused, left alone, with rights missing, not connected."""

from datetime import timedelta

from django.utils import timezone

from marketplaces.models import Connection, Exchange, Store, StreamKind
from marketplaces.services.connections import pause_connection
from marketplaces.services.streams import note_page, note_trouble
from tests.browser.screens import Screen
from tests.marketplaces.connected import make_connection, make_exchanges


def screens_of_stores(*, admin) -> list[Screen]:
    """``settings`` must name the plain gateway."""
    now = timezone.now()
    running = make_connection(name="Northvane Direct", by=admin)
    checked = {"checked_at": now, "checked_account": "Northvane GmbH",
               "checked_granted": ["read_orders", "write_orders"]}  # fmt: skip
    Connection.objects.filter(pk=running.pk).update(
        **checked, checked_missing=["read_shopify_payments_disputes"]
    )
    orders = running.streams.get(kind=StreamKind.ORDERS)
    note_page(orders, cursor="c", has_more=False, count=18_204, newest_at=now, at=now)
    claims = running.streams.create(kind=StreamKind.CLAIMS, next_run_at=now)
    note_trouble(claims, words="claims: answered 500 Internal Server Error", at=now)
    make_exchanges(running, at=now)
    broken = make_connection(name="Northvane Outlet", by=admin)
    Connection.objects.filter(pk=broken.pk).update(
        breaker_failures=5, breaker_openings=1, breaker_retry_at=now + timedelta(minutes=4),
        last_error="orders: 127.0.0.1: No answer within 30 seconds", last_error_at=now,
        checked_at=now, checked_error="check: answered 401 Unauthorized (invalid_token)",
    )  # fmt: skip
    paused = make_connection(name="Northvane UK", by=admin)
    pause_connection(paused.store_id, why="The key leaked, a new one comes.", by=admin, at=now)
    unconnected = Store.objects.create(name="Old shop", marketplace="file", currency="EUR")
    call = Exchange.objects.filter(outcome="refused").get()
    return [
        Screen("helpdesk:stores"),
        Screen("helpdesk:choose_store"),
        Screen("helpdesk:connect_store", ("shopify",)),
        *(Screen("helpdesk:store", (one.store_id,)) for one in (running, broken, paused)),
        Screen("helpdesk:store", (unconnected.pk,)),
        Screen("helpdesk:change_store", (running.store_id,)),
        Screen("helpdesk:store_credentials", (running.store_id,)),
        Screen("helpdesk:exchanges", (running.store_id,)),
        Screen("helpdesk:exchanges", (running.store_id,), "?outcome=unknown&operation=token"),
        Screen("helpdesk:exchange", (call.pk,)),
    ]
