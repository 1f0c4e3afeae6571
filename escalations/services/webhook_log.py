"""What was sent, once more; and a test."""

from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations import events
from escalations.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from escalations.services.webhook_queue import queue

REPLAYABLE = (DeliveryState.DELIVERED, DeliveryState.FAILED)


class CannotReplay(RuleViolation):
    code = "cannot_replay"


class EndpointNotInUse(RuleViolation):
    code = "endpoint_not_in_use"


@transaction.atomic
def replay(delivery_id: int, *, by, at: datetime) -> WebhookDelivery:
    """Send what a delivery said once more, as a delivery of its own with a new id.

    :raises CannotReplay: if it still waits or is being sent.
    :raises EndpointNotInUse: if its endpoint is out of use.
    """
    require(by, Act.MANAGE_WEBHOOKS)
    old = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    _refuse_unused(old.endpoint)
    if old.state not in REPLAYABLE:
        raise CannotReplay(_("This delivery still waits; it is sent by itself."))
    new = WebhookDelivery.objects.create(
        endpoint=old.endpoint,
        event=old.event,
        source=old.source,
        body=old.body,
        created_at=at,
        next_attempt_at=at,
        replay_of=old,
        is_replay=True,
    )
    events.webhooks_queued.send(WebhookDelivery, deliveries=[new], at=at)
    return new


@transaction.atomic
def ping(endpoint_id: int, *, by, at: datetime) -> WebhookDelivery:
    """Send a test. A paused endpoint gets it too: it shows whether going on makes sense.

    :raises EndpointNotInUse: if the endpoint is out of use.
    """
    require(by, Act.MANAGE_WEBHOOKS)
    endpoint = WebhookEndpoint.objects.locked(endpoint_id)
    _refuse_unused(endpoint)
    endpoint.paused_at = None  # of this copy only: a test does not wait
    source = f"ping:{token_hex(8)}"
    facts = {"endpoint": endpoint.pk}
    return queue([endpoint], WebhookEvent.PING, source=source, facts=facts, at=at)[0]


def _refuse_unused(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise EndpointNotInUse(_("The endpoint is out of use. Put it in use first."))
