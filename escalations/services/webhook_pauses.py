"""Telling those who manage webhooks that an endpoint was paused: one letter each, once per pause.

The mark is set before the letter leaves and taken off again if it could not: of two sweeps at
once one tells, and an outage of the mail server only puts it off.
"""

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.rules import ROLES_THAT_MAY, Act
from escalations.models import WebhookEndpoint

logger = logging.getLogger(__name__)


def tell_of_pauses(*, at: datetime) -> int:
    """Write to whoever manages webhooks of each pause they have not heard of; returns how many."""
    paused = WebhookEndpoint.objects.filter(paused_at__isnull=False, pause_told_at=None)
    return sum(_tell(endpoint, at=at) for endpoint in paused.order_by("pk"))


def _tell(endpoint: WebhookEndpoint, *, at: datetime) -> bool:
    untold = WebhookEndpoint.objects.filter(
        pk=endpoint.pk, paused_at=endpoint.paused_at, pause_told_at=None
    )
    if untold.update(pause_told_at=at) != 1:
        return False
    try:
        for person in _who_manages():
            _letter(endpoint, person).send()
    except (OSError, SMTPException):
        logger.exception("Nobody could be told that webhook endpoint %s is paused", endpoint.pk)
        WebhookEndpoint.objects.filter(pk=endpoint.pk, pause_told_at=at).update(pause_told_at=None)
        return False
    return True


def _who_manages():
    return User.objects.active().filter(role__in=ROLES_THAT_MAY[Act.MANAGE_WEBHOOKS]).order_by("pk")


def _letter(endpoint: WebhookEndpoint, person: User) -> EmailMessage:
    path = reverse("escalations:webhook", args=[endpoint.pk])
    words = {"endpoint": endpoint, "person": person, "address": f"{settings.SITE_URL}{path}"}
    template = "escalations/emails/webhook_paused"
    with translation.override(person.language):
        return EmailMessage(
            subject=render_to_string(f"{template}.subject.txt", words).strip(),
            body=render_to_string(f"{template}.txt", words),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
