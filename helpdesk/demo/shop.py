"""What Northvane Kitchen sold in the demo, and to whom."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from helpdesk.models import Customer, CustomerIdentity, IdentityKind
from helpdesk.services.customers import identify_customer
from marketplaces.models import Buyer, Order, OrderLine, Shipment, Store
from marketplaces.money import Money

CURRENCY = "USD"
_HERE = Path(__file__).parent
_SALES_TAX = Decimal("0.0825")
#: Channels that are no account of the customer's: who calls or fills in a form has an address.
_BY_ADDRESS = {"phone": IdentityKind.EMAIL, "web": IdentityKind.EMAIL}


@dataclass(frozen=True)
class Shop:
    customers: dict[str, Customer]
    identities: dict[tuple[str, str], CustomerIdentity]
    orders: dict[str, Order]

    def identity(self, customer: str, channel: str) -> CustomerIdentity | None:
        """Return how the customer is known on the channel."""
        return self.identities.get((customer, _BY_ADDRESS.get(channel, channel)))


def open_shop(*, now: datetime) -> Shop:
    """Create stores, customers with their identities, and their orders. Needs a transaction."""
    plan = tomllib.loads((_HERE / "shop.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((_HERE / "customers.toml").read_text(encoding="utf-8"))["customers"]
    stores = {
        marketplace: Store.objects.create(marketplace=marketplace, name=name, currency=CURRENCY)
        for marketplace, name in plan["stores"].items()
    }
    shop = Shop(customers={}, identities={}, orders={})
    for row in people:
        _meet(shop, row, stores, now=now)
    for reference, row in plan["orders"].items():
        refunded = plan["refunded"].get(reference, "0")
        shop.orders[reference] = _sell(
            shop, plan["products"], stores, reference, row, refunded=refunded, now=now
        )
    return shop


def _meet(shop: Shop, row: list, stores: dict[str, Store], *, now: datetime) -> None:
    key, name, language, days, identities = row
    since = now - timedelta(days=days)
    for number, (kind, value, *doubt) in enumerate(identities):
        if number == 0:
            identity = identify_customer(kind=kind, value=value, name=name, at=since)
            customer = identity.customer
            customer.language = language
            customer.save(update_fields=["language"])
            shop.customers[key] = customer
        else:
            confidence, evidence = doubt or ("1.00", "the same order")
            identity = CustomerIdentity.objects.create(
                customer=shop.customers[key], kind=kind, value=value, linked_at=since,
                confidence=Decimal(confidence), evidence=evidence,
            )  # fmt: skip
        if kind in stores:
            _know_as_buyer(identity, stores[kind], name)
        shop.identities[key, kind] = identity


def _know_as_buyer(identity: CustomerIdentity, store: Store, name: str) -> None:
    address = identity.value if "@" in identity.value else ""
    identity.buyer = Buyer.objects.create(
        store=store, external_id=identity.value, name=name, email=address
    )
    identity.save(update_fields=["buyer"])


def _sell(
    shop: Shop, products: dict, stores: dict, reference: str, row: list, *, refunded: str, now
) -> Order:
    marketplace, customer, days, status, skus, shipping, carrier, tracking = row
    prices = [Money.parse(products[sku][2], CURRENCY).minor for sku in skus]
    taxes = [int((price * _SALES_TAX).quantize(Decimal(1), ROUND_HALF_UP)) for price in prices]
    postage = Money.parse(shipping, CURRENCY).minor
    placed_at = now - timedelta(days=days, hours=len(reference))
    order = Order.objects.create(
        store=stores[marketplace],
        reference=reference,
        buyer=shop.identities[customer, marketplace].buyer,
        status=status,
        currency=CURRENCY,
        paid_minor=sum(prices) + sum(taxes) + postage,
        refunded_minor=Money.parse(refunded, CURRENCY).minor,
        placed_at=placed_at,
        payment="Card",
        imported_at=placed_at + timedelta(minutes=10),
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, number=number, sku=sku, asin=products[sku][0], title=products[sku][1],
            item_minor=price, tax_minor=tax, shipping_minor=postage if number == 1 else 0,
        )
        for number, (sku, price, tax) in enumerate(zip(skus, prices, taxes, strict=True), 1)
    )  # fmt: skip
    if tracking:
        Shipment.objects.create(order=order, carrier=carrier, tracking_number=tracking)
    return order
