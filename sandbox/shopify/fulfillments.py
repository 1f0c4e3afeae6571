"""Parcels of the world as Shopify's fulfillments with their events."""

from sandbox.marketplace import Scene
from sandbox.shopify.pieces import gid, line_of, moment
from sandbox.values import Event, Order, Shipment

#: FulfillmentEventStatus, and FulfillmentDisplayStatus where they are called the same.
EVENTS = {
    "in_transit": "IN_TRANSIT",
    "out_for_delivery": "OUT_FOR_DELIVERY",
    "delivered": "DELIVERED",
}


def fulfillment_of(scene: Scene, order: Order, shipment: Shipment) -> dict:
    last = shipment.events[-1].status if shipment.events else "in_transit"
    changed = shipment.delivered_at or shipment.shipped_at
    return {
        "id": gid("Fulfillment", shipment.id),
        "legacyResourceId": shipment.id,
        "name": f"{order.reference}-F{shipment.id}",
        "status": "SUCCESS",
        "displayStatus": EVENTS.get(last, "FULFILLED"),
        "createdAt": moment(scene, shipment.shipped_at),
        "updatedAt": moment(scene, changed),
        "inTransitAt": moment(scene, shipment.shipped_at),
        "deliveredAt": moment(scene, shipment.delivered_at),
        "estimatedDeliveryAt": moment(scene, order.deliver_by),
        "totalQuantity": sum(shipment.quantities.values()),
        "trackingInfo": [{"company": shipment.carrier, "number": shipment.tracking, "url": None}],
        "events": [_event(scene, shipment, n, one) for n, one in enumerate(shipment.events)],
        "fulfillmentLineItems": [
            {
                "id": gid("FulfillmentLineItem", f"{shipment.id}{line}"),
                "quantity": quantity,
                "lineItem": line_of(order, order.line(line), []),
            }
            for line, quantity in shipment.quantities.items()
        ],
    }


def _event(scene: Scene, shipment: Shipment, number: int, event: Event) -> dict:
    city, _, province = event.place.partition(", ")
    return {
        "id": gid("FulfillmentEvent", f"{shipment.id}{number}"),
        "status": EVENTS.get(event.status, "IN_TRANSIT"),
        "happenedAt": moment(scene, event.at),
        "createdAt": moment(scene, event.at),
        "message": event.words,
        "city": city or None,
        "province": province or None,
        "country": "US",
    }
