"""Messages of fixed kinds to the buyer of one order: one way, without a number to find them again.

What buyers write, and answers to it, go by relayed mail and through no API.
"""

from marketplaces.gateways.amazon.client import Client, Messaging, Solicitations
from marketplaces.gateways.answers import read
from marketplaces.gateways.base import GatewayRefused
from marketplaces.gateways.shapes import OutgoingMessage

#: By Amazon's name of the kind: the library's method.
TEXTS = {
    "confirmCustomizationDetails": "confirm_customization_details",
    "confirmDeliveryDetails": "create_confirm_delivery_details",
    "confirmOrderDetails": "create_confirm_order_details",
    "confirmServiceDetails": "create_confirm_service_details",
    "unexpectedProblem": "create_unexpected_problem",
}
#: A request for a review is a solicitation: Amazon's own words, once per order.
REVIEW = "productReviewAndSellerFeedback"


def send(client: Client, message: OutgoingMessage) -> str:
    """Send a message, if Amazon allows this kind for the order now.

    :raises GatewayRefused: for another kind, or one that is not allowed.
    """
    if message.kind == REVIEW:
        _solicit(client, message.order_reference)
    elif message.kind in TEXTS:
        _send_text(client, message)
    else:
        words = "Amazon knows no such kind of message; answers go by the buyer's relay address"
        raise GatewayRefused("createMessage", words, code="NO_SUCH_KIND")
    return ""


def _send_text(client: Client, message: OutgoingMessage) -> None:
    order, method = message.order_reference, TEXTS[message.kind]
    allowed = client.ask(
        "getMessagingActionsForOrder",
        Messaging,
        lambda api: api.get_messaging_actions_for_order(order, marketplaceIds=client.marketplace),
    )
    _refuse_unless_allowed("getMessagingActionsForOrder", allowed, message.kind)
    client.ask(
        "createMessage",
        Messaging,
        lambda api: getattr(api, method)(order, body={"text": message.text}),
        changes_something=True,
    )


def _solicit(client: Client, order: str) -> None:
    allowed = client.ask(
        "getSolicitationActionsForOrder",
        Solicitations,
        lambda api: api.get_solicitation_actions_for_order(
            order, marketplaceIds=client.marketplace
        ),
    )
    _refuse_unless_allowed("getSolicitationActionsForOrder", allowed, REVIEW)
    client.ask(
        "createSolicitation",
        Solicitations,
        lambda api: api.create_product_review_and_seller_feedback_solicitation(
            order, marketplaceIds=client.marketplace
        ),
        changes_something=True,
    )


def _refuse_unless_allowed(operation: str, answer, kind: str) -> None:
    names = read(operation, lambda a: {x["name"] for x in a["_links"]["actions"]}, answer)
    if kind not in names:
        words = "Amazon does not allow this kind of message for this order now"
        raise GatewayRefused(operation, words, code="NOT_ALLOWED")
