"""Endpoints through the service, and what waits for them."""

from accounts.models import Role
from escalations.models import WANTED, WebhookDelivery, WebhookEndpoint
from escalations.services.webhook_log import ping
from escalations.services.webhooks import create_endpoint
from tests.factories import MONDAY, make_user

NOWHERE = "http://127.0.0.1:9/"


def make_endpoint(url: str = NOWHERE, *, name: str = "Warehouse", **said) -> WebhookEndpoint:
    """An endpoint on this machine that wants to hear of everything."""
    return make_endpoint_with_secret(url, name=name, **said)[0]


def make_endpoint_with_secret(url: str = NOWHERE, **said) -> tuple[WebhookEndpoint, str]:
    said = {"name": "Warehouse", "events": WANTED, "may_be_private": True, "at": MONDAY} | said
    return create_endpoint(url=url, by=said.pop("by", None) or make_user(Role.ADMIN), **said)


def make_delivery(endpoint: WebhookEndpoint) -> WebhookDelivery:
    return ping(endpoint.pk, by=make_user(Role.ADMIN), at=MONDAY)


def told(event: str = "", **about) -> list[WebhookDelivery]:
    """Return what waits, oldest first."""
    found = WebhookDelivery.objects.filter(**about).order_by("pk")
    return list(found.filter(event=event) if event else found)
