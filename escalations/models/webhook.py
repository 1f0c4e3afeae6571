"""Outgoing webhooks: who is told of what, and every delivery of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WebhookEvent(models.TextChoices):
    TICKET_OPENED = "ticket.opened", _("A ticket was opened")
    TICKET_REPLIED = "ticket.replied", _("An agent replied")
    TICKET_SOLVED = "ticket.solved", _("A ticket was solved")
    SLA_WARNED = "sla.warned", _("A deadline comes near")
    SLA_BREACHED = "sla.breached", _("A deadline was missed")
    ESCALATED = "escalation.escalated", _("A case was escalated")
    ACCEPTED = "escalation.accepted", _("An escalation was accepted")
    SENT_BACK = "escalation.sent_back", _("An escalation was sent back")
    COMPLETED = "escalation.completed", _("An escalation was completed")
    INQUIRY_ANSWERED = "inquiry.answered", _("An inquiry was answered")


class WebhookEndpoint(models.Model):
    """``secret`` signs every delivery (HMAC-SHA256); it is shown once, when it is made."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(max_length=64)
    events = ArrayField(models.CharField(max_length=24, choices=WebhookEvent), default=list)
    is_active = models.BooleanField(_("in use"), default=True)
    may_be_private = models.BooleanField(_("may lie in a private network"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="webhook_events_are_known",
                condition=Q(events__contained_by=WebhookEvent.values),
            )
        ]

    def __str__(self):
        return self.name


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waits")
    SENDING = "sending", _("Is being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Gave up")


class WebhookDelivery(models.Model):
    """One event for one endpoint: the row is the queue. A receiver may get it more than once and
    knows it by its id. ``body`` is what is signed and sent, byte for byte."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(max_length=24, choices=WebhookEvent)
    source = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.QUEUED)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    replay_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="replays"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_event_is_delivered_to_an_endpoint_once",
                fields=["endpoint", "event", "source"],
                condition=Q(replay_of=None),
            )
        ]
        indexes = [
            models.Index(
                "next_attempt_at", "id", name="webhook_deliveries_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index("endpoint", F("id").desc(), name="webhook_deliveries_newest"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.event} to {self.endpoint_id}"
