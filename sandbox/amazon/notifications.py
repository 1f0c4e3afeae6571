"""Notifications v1: destinations and subscriptions; what is sent is kept in the shop's state."""

from sandbox.amazon.pieces import refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene

KINDS = {"ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "TRANSACTION_UPDATE"}


def create_destination(scene: Scene, request: Request) -> Answer:
    asked = request.json()
    if not asked.get("name") or not asked.get("resourceSpecification"):
        raise Unreadable("name and resourceSpecification are required.")
    number = f"destination-{scene.world.number()}"
    made = {"destinationId": number, "name": asked["name"]}
    scene.shop.paper("destinations")[number] = made | {"resource": asked["resourceSpecification"]}
    return told({"payload": _destination(scene, number)})


def list_destinations(scene: Scene, request: Request) -> Answer:
    numbers = scene.shop.paper("destinations")
    return told({"payload": [_destination(scene, number) for number in numbers]})


def create_subscription(scene: Scene, request: Request, kind: str) -> Answer:
    asked = request.json()
    if kind not in KINDS or asked.get("destinationId") not in scene.shop.paper("destinations"):
        raise Unreadable("The notification type or the destination is unknown.")
    if _of(scene, kind):
        return told({"errors": [{"code": "Conflict", "message": "Subscription exists."}]}, 409)
    number = f"subscription-{scene.world.number()}"
    made = {
        "subscriptionId": number,
        "payloadVersion": asked.get("payloadVersion", "1.0"),
        "destinationId": asked["destinationId"],
    }
    scene.shop.paper("subscriptions")[number] = made | {"notificationType": kind}
    return told({"payload": made})


def get_subscription(scene: Scene, request: Request, kind: str) -> Answer:
    found = _of(scene, kind)
    return told({"payload": found}) if found else refuse("not_found", kind)


def delete_subscription(scene: Scene, request: Request, kind: str, number: str) -> Answer:
    if not scene.shop.paper("subscriptions").pop(number, None):
        return refuse("not_found", number)
    return told({})


def _of(scene: Scene, kind: str) -> dict | None:
    for one in scene.shop.paper("subscriptions").values():
        if one["notificationType"] == kind:
            return {name: value for name, value in one.items() if name != "notificationType"}
    return None


def _destination(scene: Scene, number: str) -> dict:
    one = scene.shop.paper("destinations")[number]
    return {"name": one["name"], "destinationId": number, "resource": one["resource"]}
