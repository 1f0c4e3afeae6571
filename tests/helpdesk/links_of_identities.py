"""Linking an identity, taking it back, and everything that either could touch."""

from decimal import Decimal

from helpdesk.models import (
    Customer,
    CustomerIdentity,
    Ticket,
    TimelineEntry,
)
from helpdesk.services.identities import (
    link_identity,
    unlink_identity,
)
from tests.factories import (
    MONDAY,
    make_user,
)

WHY = "same telephone number"


def link(identity, to, *, by=None, confidence="0.80", evidence=WHY):
    return link_identity(
        identity.pk,
        to=to.pk,
        evidence=evidence,
        confidence=Decimal(confidence),
        by=by or make_user(),
        at=MONDAY,
    )


def unlink(entry, *, by=None):
    return unlink_identity(entry.pk, by=by or make_user(), at=MONDAY)


def world() -> tuple:
    """Everything a link could touch, as it is now."""
    return (
        list(CustomerIdentity.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values()),
        list(Ticket.objects.order_by("pk").values()),
        list(TimelineEntry.objects.order_by("pk").values()),
    )
