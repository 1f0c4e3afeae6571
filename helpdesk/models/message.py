"""What was written. Messages are never changed; what happens to them is a row beside them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MessageKind(models.TextChoices):
    CUSTOMER_MESSAGE = "customer_message", _("Customer message")
    PUBLIC_REPLY = "public_reply", _("Public reply")
    INTERNAL_NOTE = "internal_note", _("Internal note")


class MessageQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("written_at", "pk")

    def visible_to(self, user):
        """Messages of the tickets somebody may see, and of what was merged into those."""
        if not user.is_active:
            return self.none()
        ticket = self.model._meta.get_field("ticket").related_model
        visible = ticket.objects.visible_to(user).values("pk")
        return self.filter(Q(ticket__in=visible) | Q(ticket__merge_root__in=visible))


class Message(models.Model):
    """A customer message, a public reply or an internal note.

    ``text`` is what is new in it, ``quoted_text`` what it repeats, ``html`` its sanitised
    original. ``is_automatic`` marks vacation notices and bounces: they never count as a contact.
    ``internet_message_id`` is the RFC 5322 Message-ID in angle brackets, where the message is mail.
    """

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=16, choices=MessageKind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    customer = models.ForeignKey(
        "helpdesk.Customer", on_delete=models.PROTECT, null=True, related_name="messages"
    )
    text = models.TextField(_("text"))
    quoted_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    has_remote_images = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    internet_message_id = models.CharField(max_length=250, blank=True)
    in_reply_to = models.CharField(max_length=250, blank=True)
    written_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_by_a_customer_or_by_us",
                condition=(Q(kind="customer_message", author=None) & Q(customer__isnull=False))
                | (~Q(kind="customer_message") & Q(customer=None)),
            ),
            models.UniqueConstraint(
                name="internet_message_id_is_taken_once",
                fields=["internet_message_id"],
                condition=~Q(internet_message_id=""),
            ),
        ]
        indexes = [models.Index(name="message_of_ticket", fields=["ticket", "written_at", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="messages_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_taken_back(self) -> bool:
        """Whether its author stopped it before it left; needs ``outgoing`` loaded."""
        return hasattr(self, "outgoing") and self.outgoing.state == "retracted"
