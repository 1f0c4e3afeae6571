"""Access tokens of all marketplaces: given out for a time, known again, revoked by control."""

from datetime import timedelta
from hashlib import blake2b

from sandbox.marketplace import shops_of
from sandbox.values import Shop
from sandbox.world import World


def issue(world: World, shop: Shop, *, seconds: int, prefix: str = "") -> str:
    """Return a new token of this shop."""
    drawn = blake2b(f"{world.seed}:{shop.id}:{world.number()}".encode(), digest_size=20)
    token = prefix + drawn.hexdigest()
    ends = world.now + timedelta(seconds=seconds)
    shop.paper("tokens")[token] = ends.isoformat()
    return token


def holder(world: World, marketplace: str, token: str) -> Shop | None:
    """Return whose token it is while it is good."""
    for shop in shops_of(world, marketplace):
        ends = shop.paper("tokens").get(token)
        if ends is not None and world.now.isoformat() < ends:
            return shop
    return None


def revoke(shop: Shop) -> int:
    """Make all tokens of a shop worthless; return how many there were."""
    count = len(shop.paper("tokens"))
    shop.papers["tokens"] = {}
    return count
