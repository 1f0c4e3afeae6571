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
    PING = "webhook.ping", _("A test")


#: What an endpoint may want to hear of; a test is asked for by hand.
WANTED = [event.value for event in WebhookEvent if event != WebhookEvent.PING]


class WebhookEndpointQuerySet(models.QuerySet):
    def wanting(self, event: str):
        return self.filter(is_active=True, events__contains=[event])

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class WebhookEndpoint(models.Model):
    """``seed`` stands for the secret that signs every delivery: with the installation's key it
    gives the secret (``escalations.webhook_signing``), which is shown once, when it is made. Until
    ``previous_until`` the one before it signs too.

    ``failures`` counts failed attempts in a row. After too many the endpoint is paused: what it
    should hear of waits, with no ``next_attempt_at``, until somebody lets it go on. Once per pause
    whoever manages webhooks gets a letter (``pause_told_at``).
    """

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    seed = models.CharField(max_length=64)
    previous_seed = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    pause_told_at = models.DateTimeField(null=True)
    events = ArrayField(models.CharField(max_length=24, choices=WebhookEvent), default=list)
    is_active = models.BooleanField(_("in use"), default=True)
    may_be_private = models.BooleanField(_("may lie in a private network"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="webhook_events_are_known", condition=Q(events__contained_by=WANTED)
            ),
            models.CheckConstraint(
                name="previous_webhook_secret_ends",
                condition=Q(previous_seed="", previous_until=None)
                | (~Q(previous_seed="") & Q(previous_until__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.name


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waits")
    SENDING = "sending", _("Is being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Gave up")


class WebhookDeliveryQuerySet(models.QuerySet):
    def due(self, now):
        return self.filter(state=DeliveryState.QUEUED, next_attempt_at__lte=now)

    def waiting(self):
        return self.filter(state=DeliveryState.QUEUED)

    def abandoned(self, *, before):
        return self.filter(state=DeliveryState.SENDING, claimed_at__lt=before)


class WebhookDelivery(models.Model):
    """One event for one endpoint: the row is the queue. A receiver may get it more than once and
    knows it by its id. ``body`` is what is signed and sent, byte for byte.

    ``source`` is what happened, once for an endpoint: "entry:<pk>" of the timeline, "ping:<key>".
    ``answer`` is the beginning of what the receiver said, or why there was no answer.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(_("event"), max_length=24, choices=WebhookEvent)
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
    is_replay = models.BooleanField(default=False)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_event_is_delivered_to_an_endpoint_once",
                fields=["endpoint", "event", "source"],
                condition=Q(is_replay=False),
            ),
            models.CheckConstraint(
                name="webhook_delivery_state_is_known",
                condition=Q(state__in=DeliveryState.values),
            ),
            models.CheckConstraint(
                name="webhook_delivery_has_a_time_exactly_when_delivered",
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                "next_attempt_at", "id", name="webhook_deliveries_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index("endpoint", F("id").desc(), name="webhook_deliveries_newest"),
            models.Index("created_at", name="webhook_deliveries_oldest"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.event} to {self.endpoint_id}"
