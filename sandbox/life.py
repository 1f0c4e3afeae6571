"""Life goes on by itself: buyers order, parcels travel, somebody writes, seldom somebody claims."""

from random import Random

from sandbox.stock import place_order
from sandbox.values import Order, Shop
from sandbox.world import World

KIND = "life"
_WORDS = (
    "Where is my order? It should have been here by now.",
    "One of the parts is missing from the box.",
    "Can I still change the delivery address?",
    "It stopped working after two days. What now?",
)
_CLAIMS = {
    "amazon": ("a_to_z", "negative_feedback", "chargeback"),
    "shopify": ("chargeback",),
    "ebay": ("inquiry", "chargeback"),
    "walmart": ("return",),
}


def begin(world: World, minutes: float) -> None:
    """Have something happen every so many minutes from now on."""
    if world.shops and not any(kind == KIND for _, _, kind, _, _ in world.agenda):
        world.later(minutes * 60, KIND, next(iter(world.shops.values())), str(minutes))


def go_on(world: World, shop: Shop, minutes: str) -> None:
    """One thing happens in one shop, drawn by the world's seed; and the next is planned."""
    drawn = Random(f"{world.seed}:life:{world.number()}")
    somewhere = drawn.choice(list(world.shops.values()))
    act = drawn.choices((_order, _ship, _deliver, _write, _claim), (6, 5, 5, 3, 1))[0]
    act(world, somewhere, drawn)
    world.later(float(minutes) * 60, KIND, shop, minutes)


def _order(world: World, shop: Shop, drawn: Random) -> None:
    place_order(world, shop, drawn, placed_at=world.now)


def _ship(world: World, shop: Shop, drawn: Random) -> None:
    if order := _one(shop, drawn, "unshipped"):
        tracking = f"1Z84A036{order.number:010d}"
        world.ship(shop, order, carrier="UPS", tracking=tracking)


def _deliver(world: World, shop: Shop, drawn: Random) -> None:
    if order := _one(shop, drawn, "shipped"):
        world.deliver(shop, order)


def _write(world: World, shop: Shop, drawn: Random) -> None:
    if order := _one(shop, drawn, "unshipped", "shipped", "delivered"):
        world.write(shop, order, drawn.choice(_WORDS), from_buyer=True, subject="Your order")


def _claim(world: World, shop: Shop, drawn: Random) -> None:
    if order := _one(shop, drawn, "shipped", "delivered"):
        kind = drawn.choice(_CLAIMS[shop.marketplace])
        world.file_claim(shop, order, kind=kind, words=drawn.choice(_WORDS))


def _one(shop: Shop, drawn: Random, *states: str) -> Order | None:
    found = [order for order in shop.orders.values() if order.state in states]
    return drawn.choice(found[-20:]) if found else None
