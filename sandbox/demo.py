"""The shops of a demo, out of the two files that the demo itself is made of.

``shop.toml`` says what is sold and who bought what, ``customers.toml`` who the people are on each
marketplace. Only these files are read; no code is shared.

Shopify knows an order by a number of its own, which these files do not have: what was sold there
before is left out, and its shop begins empty.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox import amounts
from sandbox.stock import found_shop
from sandbox.values import Buyer, Line, Order, Part, Shop
from sandbox.world import World

CURRENCY = "USD"
WITH_OTHER_NUMBERS = ("shopify",)
#: Sales tax in hundredths of a per cent.
TAX = 825


@dataclass(frozen=True)
class Sale:
    """One row of ``[orders]``."""

    marketplace: str
    customer: str
    days: int
    status: str
    skus: list[str]
    shipping: str
    carrier: str
    tracking: str


def open_demo(world: World, folder: Path) -> None:
    """Open the demo's shops with all that was sold there up to now."""
    plan = tomllib.loads((folder / "shop.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((folder / "customers.toml").read_text(encoding="utf-8"))["customers"]
    known = {key: (name, dict(pair[:2] for pair in pairs)) for key, name, _, _, pairs in people}
    shops = {name: found_shop(world, name, title) for name, title in plan["stores"].items()}
    now = world.now
    for reference, row in plan["orders"].items():
        sale = Sale(*row)
        if sale.marketplace in WITH_OTHER_NUMBERS:
            continue
        order = _order(world, reference, sale, plan["products"], known, now)
        shop = shops[sale.marketplace]
        world.take_in(shop, order)
        _let_happen(world, shop, order, sale, now)
        refunded = amounts.minor(plan["refunded"].get(reference, "0"), CURRENCY)
        if refunded:
            refund = world.refund(shop, order, spread(order, refunded), reason="Other")
            world.settle(shop, refund.id)
        world.now = now


def spread(order: Order, amount: int) -> list[Part]:
    """Share an amount out over lines and components, the first first."""
    parts = []
    for line in order.lines:
        given = {}
        for component, paid in line.paid.items():
            given[component] = min(amount, paid)
            amount -= given[component]
        if sum(given.values()):
            parts.append(Part(line.id, 0, given))
    return parts


def _order(
    world: World, reference: str, sale: Sale, products: dict, known: dict, now: datetime
) -> Order:
    name, accounts = known[sale.customer]
    number = world.number()
    account = accounts[sale.marketplace]
    email = account if "@" in account else accounts.get("email", "")
    placed = now - timedelta(days=sale.days, hours=len(reference))
    postage = amounts.minor(sale.shipping, CURRENCY)
    lines = [
        _line(sale, number, index, sku, products[sku], postage if index == 1 else 0)
        for index, sku in enumerate(sale.skus, 1)
    ]
    there = {
        "name": name,
        "street": f"{number} Alder Street",
        "city": "Portland",
        "state": "OR",
        "postcode": "97205",
        "country": "US",
    }
    buyer = Buyer(account, name, email)
    due = placed + timedelta(days=7)
    return Order(reference, number, buyer, CURRENCY, lines, placed, placed, due, there)


def _line(sale: Sale, number: int, index: int, sku: str, product: list, postage: int) -> Line:
    asin, title, price = product
    item = amounts.minor(price, CURRENCY)
    paid = {
        "item": item,
        "shipping": postage,
        "tax": (item * TAX + 5000) // 10_000,
        "gift_wrap": 0,
    }
    line = str(index) if sale.marketplace == "walmart" else f"{number:07d}{index:04d}"
    return Line(line, sku, title, 1, paid, asin)


def _let_happen(world: World, shop: Shop, order: Order, sale: Sale, now: datetime) -> None:
    """Ship, deliver, cancel or send back, each at its day; afterwards it is now again."""
    day = timedelta(days=1)
    world.now = min(order.placed_at + day, now)
    if sale.status == "cancelled":
        world.cancel(shop, order)
    if sale.tracking:
        world.ship(shop, order, carrier=sale.carrier, tracking=sale.tracking)
        if sale.status != "shipped":
            world.now = min(order.placed_at + 4 * day, now)
            world.deliver(shop, order)
    if sale.status == "return_requested":
        world.now = min(order.placed_at + 6 * day, now)
        world.file_claim(shop, order, kind="return", words="It leaks.")
