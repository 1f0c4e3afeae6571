"""Shops and orders out of a seed: the same seed makes the same world."""

from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random

from sandbox.values import Buyer, Line, Order, Shop
from sandbox.world import World

SCOPES = {
    "amazon": ["orders", "messaging", "solicitations", "feeds", "finances", "reports"],
    "shopify": [
        "read_customers",
        "read_fulfillments",
        "read_orders",
        "read_shopify_payments_disputes",
        "write_orders",
    ],
    "ebay": ["sell.fulfillment", "sell.payment.dispute", "commerce.message", "commerce.identity"],
    "walmart": ["orders", "returns", "insights"],
}
_SKUS = (
    ("NV-D12-BK", "B0NV0D12BK", "Drip 12 coffee maker, black", 12999),
    ("NV-KET17", "B0NVKET17S", "Kettle 1.7 l, brushed steel", 5990),
    ("NV-FRO3", "B0NV00FRO3", "Milk frother 3", 3995),
    ("NV-FIL4", "B0NV00FIL4", "Paper filters no. 4, 100 pieces", 649),
    ("NV-MUG4", "B0NV00MUG4", "Four stoneware mugs", 2800),
)
_PEOPLE = ("Alma Reyes", "Ben Okafor", "Clara Weiss", "Dario Conti", "Esther Lund", "Farid Aziz")
_PLACES = (("Portland", "OR", "97205"), ("Austin", "TX", "78701"), ("Salem", "MA", "01970"))


def found_shop(world: World, marketplace: str, name: str, currency: str = "USD") -> Shop:
    """Open an account without orders; its credentials follow from seed, marketplace and name."""
    number = len(world.shops) + 1
    shop_id = f"{marketplace}-{number}"
    names = ("client_id", "client_secret", "refresh_token", "access_token", "seller_id")
    credentials = {what: _secret(world.seed, shop_id, what) for what in names}
    credentials["refresh_token"] = "Atzr|" + credentials["refresh_token"]
    credentials["access_token"] = "shpat_" + credentials["access_token"]
    credentials["seller_id"] = "A" + credentials["seller_id"][:13].upper()
    shop = Shop(shop_id, marketplace, name, currency, credentials, list(SCOPES[marketplace]))
    world.shops[shop_id] = shop
    return shop


def sow(world: World, marketplaces: list[str], orders: int) -> None:
    """Give every marketplace one shop with so many orders of the last thirty days."""
    for marketplace in marketplaces:
        shop = found_shop(world, marketplace, f"Northvane on {marketplace}")
        drawn = Random(f"{world.seed}:{marketplace}")
        for index in range(orders):
            age = timedelta(days=30 * (orders - index) / (orders + 1))
            place_order(world, shop, drawn, placed_at=world.now - age)


def place_order(world: World, shop: Shop, drawn: Random, *, placed_at: datetime) -> Order:
    """A drawn buyer orders one to three drawn things."""
    number = world.number()
    picked = drawn.sample(_SKUS, drawn.randint(1, 3))
    lines = [
        make_line(shop, number, index, sku, drawn.randint(1, 2), shipping=499 if index == 1 else 0)
        for index, sku in enumerate(picked, 1)
    ]
    buyer = make_buyer(shop, drawn.choice(_PEOPLE), number)
    is_by_amazon = shop.marketplace == "amazon" and number % 4 == 0
    city, state, postcode = drawn.choice(_PLACES)
    order = Order(
        reference(shop.marketplace, number), number, buyer, shop.currency, lines,
        placed_at, placed_at, placed_at + timedelta(days=7),
        {
            "name": buyer.name, "street": f"{number} Alder Street", "city": city,
            "state": state, "postcode": postcode, "country": "US", "phone": buyer.phone,
        },
        fulfilment="marketplace" if is_by_amazon else "merchant",
    )  # fmt: skip
    return world.take_in(shop, order)


def make_line(
    shop: Shop, number: int, index: int, sku: tuple, quantity: int, *, shipping: int
) -> Line:
    name, asin, title, price = sku
    item = price * quantity
    paid = {"item": item, "shipping": shipping, "tax": round(item * 0.0825), "gift_wrap": 0}
    line_id = str(index) if shop.marketplace == "walmart" else f"{number:07d}{index:04d}"
    return Line(line_id, name, title, quantity, paid, asin)


def make_buyer(shop: Shop, name: str, number: int, account: str = "", email: str = "") -> Buyer:
    alias = _secret(0, shop.id, name)[:14]
    known = {
        "amazon": (f"{alias}@marketplace.amazon.com", f"{alias}@marketplace.amazon.com"),
        "walmart": (f"wm-{alias}@relay.walmart.com", f"wm-{alias}@relay.walmart.com"),
        "ebay": (name.lower().replace(" ", "_"), ""),
        "shopify": (str(7_000_000 + number), f"{name.lower().replace(' ', '.')}@mailhouse.example"),
    }[shop.marketplace]
    return Buyer(account or known[0], name, email or known[1], f"+1 555 01{number % 100:02d}")


def reference(marketplace: str, number: int) -> str:
    """Return an order number in the marketplace's own form."""
    return {
        "amazon": f"114-{number:07d}-{number * 7919 % 10_000_000:07d}",
        "shopify": f"#{number}",
        "ebay": f"{number % 100:02d}-{number:05d}-{number * 104729 % 100_000:05d}",
        "walmart": f"{108_000_000_000_000 + number}",
    }[marketplace]


def _secret(seed: int, shop_id: str, what: str) -> str:
    return blake2b(f"{seed}:{shop_id}:{what}".encode(), digest_size=16).hexdigest()
