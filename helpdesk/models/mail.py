"""Mail that came in, and mail that goes out. The rows are the queues."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Act, may


class InboundState(models.TextChoices):
    RECEIVED = "received", _("Received")
    FILED = "filed", _("Filed")
    QUARANTINED = "quarantined", _("In quarantine")
    DISMISSED = "dismissed", _("Dismissed")


class Outcome(models.TextChoices):
    TICKET_OPENED = "ticket_opened", _("Opened a ticket")
    FOLLOW_UP = "follow_up", _("Joined a ticket")
    DUPLICATE = "duplicate", _("Had arrived before")
    AUTO_REPLY = "auto_reply", _("Automatic reply")
    BOUNCE = "bounce", _("Bounce")
    BULK = "bulk", _("Bulk mail")
    LOOP = "loop", _("Our own mail came back")


class Source(models.TextChoices):
    PIPE = "pipe", _("Mail server pipe")
    IMAP = "imap", _("Mailbox")
    HTTP = "http", _("HTTP")


class InboundMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All mail or none: what is not filed yet belongs to no team."""
        return self if may(user, Act.SEE_MAIL) else self.none()

    def without_raw(self):
        return self.defer("raw")

    def quarantined(self):
        return self.filter(state=InboundState.QUARANTINED)

    def unfinished(self, before):
        """Received and never filed: the process that had it died."""
        return self.filter(state=InboundState.RECEIVED, received_at__lt=before)

    def newest_first(self):
        return self.order_by("-received_at", "-pk")


class InboundMail(models.Model):
    """One message as it arrived, byte for byte, and what became of it."""

    raw = models.BinaryField()
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=4, choices=Source)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=InboundState, default=InboundState.RECEIVED)
    outcome = models.CharField(max_length=14, choices=Outcome, blank=True)
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    internet_message_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, null=True, related_name="inbound_mail"
    )
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.PROTECT, null=True, related_name="inbound_mail"
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="duplicates"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inbound_mail_filed_has_an_outcome",
                condition=~Q(state="filed") | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="inbound_mail_in_quarantine_says_why",
                condition=~Q(state="quarantined") | ~Q(reason_code=""),
            ),
            models.CheckConstraint(
                name="inbound_mail_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="inbound_message_id_filed_once",
                fields=["internet_message_id"],
                condition=Q(state="filed") & ~Q(outcome="duplicate") & ~Q(internet_message_id=""),
            ),
        ]
        indexes = [
            models.Index("state", F("received_at").desc(), F("id").desc(), name="inbound_by_state"),
            models.Index(F("received_at").desc(), F("id").desc(), name="inbound_newest"),
            models.Index(fields=["sender", "received_at"], name="inbound_by_sender"),
        ]

    def __str__(self):
        return self.subject or f"Mail {self.pk}"


class OutgoingState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Outcome unknown")
    BOUNCED = "bounced", _("Bounced")
    RETRACTED = "retracted", _("Taken back")


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        message = self.model._meta.get_field("message").related_model
        return self.filter(message__in=message.objects.visible_to(user))

    def due(self, now):
        return self.filter(state=OutgoingState.QUEUED, next_attempt_at__lte=now)

    def abandoned(self, before):
        """Claimed by a process that never came back."""
        return self.filter(state=OutgoingState.SENDING, claimed_at__lt=before)

    def newest_first(self):
        return self.order_by("-queued_at", "-pk")


class OutgoingMail(models.Model):
    """A public reply that owes the customer a mail.

    ``transmitting_at`` is written just before the body goes to the mail server: a claim that is
    abandoned before it may be tried again, one abandoned after it is of unknown outcome.
    """

    message = models.OneToOneField(
        "helpdesk.Message", on_delete=models.PROTECT, related_name="outgoing"
    )
    recipients = ArrayField(models.CharField(max_length=254))
    state = models.CharField(max_length=9, choices=OutgoingState, default=OutgoingState.QUEUED)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    transmitting_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outgoing_mail_sent_knows_when",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outgoing_mail_being_sent_is_claimed",
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="outgoing_due", fields=["next_attempt_at"], condition=Q(state="queued")
            ),
            models.Index(
                name="outgoing_abandoned", fields=["claimed_at"], condition=Q(state="sending")
            ),
            models.Index(F("queued_at").desc(), F("id").desc(), name="outgoing_newest"),
        ]

    def __str__(self):
        return f"Mail for message {self.message_id}"
