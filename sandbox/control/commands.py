"""Commands that make something happen in a shop. Each takes the desk and the JSON that was sent."""

from random import Random

from sandbox.desk import Desk
from sandbox.relay import BY_MAIL, mail_of
from sandbox.stock import found_shop, place_order
from sandbox.tokens import revoke
from sandbox.values import COMPONENTS, Order, Part, Shop
from sandbox.world import Refused


def shop_of(desk: Desk, asked: dict) -> Shop:
    """The shop named by ``shop``, or the only one of ``marketplace``, or the order's.

    :raises Refused: if there is none, or it is not clear which.
    """
    shops = desk.world.shops.values()
    if "shop" in asked:
        found = [shop for shop in shops if shop.id == asked["shop"]]
    elif "order" in asked:
        found = [shop for shop in shops if asked["order"] in shop.orders]
    else:
        found = [shop for shop in shops if shop.marketplace == asked.get("marketplace")]
    if not found:
        raise Refused("no_shop", "Name a shop, an order or a marketplace that there is.")
    return found[0]


def order_of(desk: Desk, asked: dict) -> tuple[Shop, Order]:
    shop = shop_of(desk, asked)
    return shop, desk.world.order(shop, asked.get("order", ""))


def open_shop(desk: Desk, asked: dict) -> dict:
    name = asked.get("name") or f"Shop {len(desk.world.shops) + 1}"
    marketplace = asked.get("marketplace", "")
    if marketplace not in desk.marketplaces:
        raise Refused("no_marketplace", f"There is no marketplace {marketplace!r}.")
    shop = found_shop(desk.world, marketplace, name, asked.get("currency", "USD"))
    return connection_of(desk, shop)


def connection_of(desk: Desk, shop: Shop) -> dict:
    marketplace = desk.marketplaces[shop.marketplace]
    return {
        "shop": shop.id,
        "marketplace": shop.marketplace,
        "name": shop.name,
        "currency": shop.currency,
        **marketplace.connection(shop, f"{desk.address}/{shop.marketplace}"),
    }


def order_something(desk: Desk, asked: dict) -> dict:
    """``count`` buyers order; returns the numbers of their orders."""
    shop = shop_of(desk, asked)
    drawn = Random(f"{asked.get('seed', desk.world.last_number)}:{shop.id}")
    made = [
        place_order(desk.world, shop, drawn, placed_at=desk.world.now)
        for _ in range(asked.get("count", 1))
    ]
    return {"shop": shop.id, "orders": [order.reference for order in made]}


def ship(desk: Desk, asked: dict) -> dict:
    shop, order = order_of(desk, asked)
    shipment = desk.world.ship(
        shop, order,
        carrier=asked.get("carrier", "UPS"),
        tracking=asked.get("tracking") or f"1Z84A036{order.number:010d}{len(order.shipments)}",
        quantities=asked.get("quantities"),
    )  # fmt: skip
    return {"order": order.reference, "tracking": shipment.tracking, "state": order.state}


def deliver(desk: Desk, asked: dict) -> dict:
    shop, order = order_of(desk, asked)
    desk.world.deliver(shop, order)
    return {"order": order.reference, "state": order.state}


def cancel(desk: Desk, asked: dict) -> dict:
    shop, order = order_of(desk, asked)
    desk.world.cancel(shop, order)
    return {"order": order.reference, "state": order.state}


def write(desk: Desk, asked: dict) -> dict:
    """A buyer writes."""
    shop, order = order_of(desk, asked)
    message = desk.world.write(
        shop, order, asked.get("text", ""), from_buyer=True, subject=asked.get("subject", "")
    )
    return {"message": message.id, "order": order.reference}


def told_mails(desk: Desk, asked: dict) -> dict:
    """Buyers' messages as relayed mails to ``to``; of one ``message`` if it is named."""
    shop = shop_of(desk, asked)
    to, wanted = asked.get("to", "support@recourse.example"), asked.get("message")
    messages = shop.messages if shop.marketplace in BY_MAIL else []
    return {
        "mails": [
            mail_of(shop, shop.orders[one.order], one, to=to)
            for one in messages
            if one.from_buyer and wanted in (None, one.id)
        ]
    }


def file_claim(desk: Desk, asked: dict) -> dict:
    shop, order = order_of(desk, asked)
    claim = desk.world.file_claim(
        shop, order,
        kind=asked.get("kind", "a_to_z"), words=asked.get("words", ""), amount=asked.get("amount"),
    )  # fmt: skip
    return {"claim": claim.id, "order": order.reference}


def decide_claim(desk: Desk, asked: dict) -> dict:
    """``state``: open, answered, won (by the seller), lost, withdrawn."""
    for shop in desk.world.shops.values():
        if claim := shop.claims.get(str(asked.get("claim"))):
            desk.world.change_claim(claim, asked.get("state", "won"))
            return {"claim": claim.id, "state": claim.state}
    raise Refused("no_claim", "There is no such claim.")


def refund_by_marketplace(desk: Desk, asked: dict) -> dict:
    """The marketplace itself gives all that is left of an order back, without asking."""
    shop, order = order_of(desk, asked)
    given = [p for r in shop.refunds_of(order) if r.state != "failed" for p in r.parts]
    parts = [
        Part(line.id, line.quantity, {
            name: line.paid.get(name, 0)
            - sum(p.amounts.get(name, 0) for p in given if p.line == line.id)
            for name in COMPONENTS
        })
        for line in order.lines
    ]  # fmt: skip
    refund = desk.world.refund(shop, order, parts, reason="marketplace", note="By the marketplace")
    return {"refund": refund.id, "amount": refund.amount}


def settle(desk: Desk, asked: dict) -> dict:
    """Settle one refund (``refund``) or all that are pending, or let them fail (``failed``)."""
    wanted, settled = asked.get("refund"), []
    for shop in desk.world.shops.values():
        for refund in shop.refunds.values():
            if refund.state == "pending" and wanted in (None, refund.id):
                desk.world.settle(shop, refund.id, failed=bool(asked.get("failed")))
                settled.append(refund.id)
    return {"refunds": settled}


def take_tokens_away(desk: Desk, asked: dict) -> dict:
    return {"revoked": revoke(shop_of(desk, asked))}


def change_scopes(desk: Desk, asked: dict) -> dict:
    shop = shop_of(desk, asked)
    shop.scopes = list(asked.get("scopes", shop.scopes))
    return {"shop": shop.id, "scopes": shop.scopes}


def change_credentials(desk: Desk, asked: dict) -> dict:
    """Other credentials from now on; tokens given out for the old ones stay good."""
    shop = shop_of(desk, asked)
    shop.credentials.update(asked.get("credentials", {}))
    return connection_of(desk, shop)
