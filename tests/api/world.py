"""What the tests of the REST door need in the world: tokens and orders."""

from datetime import timedelta

from django.utils import timezone

from accounts.services.tokens import create_token
from marketplaces.models import Buyer, Marketplace, Order, OrderStatus, Store
from tests.factories import MONDAY


def token_for(user, *scopes: str) -> str:
    """Return the text of a fresh token; it may do everything but hand in mail unless said."""
    _, text = create_token(
        user,
        name="tests",
        scopes=scopes or ["write"],
        at=timezone.now(),
        life=timedelta(days=1),
    )
    return text


def make_order(reference: str = "112-5550001-1") -> Order:
    store, _ = Store.objects.get_or_create(name="Northvane", marketplace=Marketplace.AMAZON)
    buyer, _ = Buyer.objects.get_or_create(store=store, external_id="karen")
    return Order.objects.create(
        store=store,
        reference=reference,
        buyer=buyer,
        status=OrderStatus.SHIPPED,
        currency="EUR",
        paid_minor=4900,
        imported_at=MONDAY,
    )
