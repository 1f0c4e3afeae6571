"""Orders as a marketplace tells them, for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from marketplaces.gateways.shapes import (
    Buyer,
    Component,
    Line,
    Order,
    OrderState,
    Payment,
    Refund,
    RefundState,
    Shipment,
    TrackingEvent,
)
from marketplaces.models import Marketplace, Store
from marketplaces.money import Money

PLACED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_store(marketplace: str = Marketplace.SHOPIFY, name: str = "Northvane US") -> Store:
    return Store.objects.create(marketplace=marketplace, name=name, currency="USD")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def told(reference: str = "5001", **facts) -> Order:
    """An order of one kettle, paid and shipped."""
    order = Order(
        reference=reference,
        status=OrderState.SHIPPED,
        buyer=Buyer("b-1", name="Karen Whitfield", email="Karen@mail.example"),
        currency="USD",
        lines=(kettle(),),
        placed_at=PLACED,
        changed_at=PLACED,
        payments=(Payment("p-1", usd(6_990), method="Visa", at=PLACED),),
        shipments=(parcel(),),
    )
    return replace(order, **facts)


def kettle(external_id: str = "l-1", **facts) -> Line:
    paid = {Component.ITEM: usd(5_900), Component.SHIPPING: usd(490), Component.TAX: usd(600)}
    return replace(Line(external_id, "KET-17", "Kettle 1.7 l", 1, paid), **facts)


def parcel(number: str = "1Z999", **facts) -> Shipment:
    seen = (TrackingEvent(PLACED + timedelta(days=1), "in_transit", "On its way", "Louisville"),)
    return replace(Shipment(number, carrier="UPS", shipped_at=PLACED, events=seen), **facts)


def refund(reference: str = "r-1", minor: int = 1_000, state=RefundState.SETTLED) -> Refund:
    return Refund(reference, usd(minor), state, at=PLACED)
