"""What somebody should know without looking for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.timeline import readable_entries


class NotificationKind(models.TextChoices):
    ASSIGNED = "assigned", _("A ticket was assigned to you")
    MENTIONED = "mentioned", _("Somebody mentioned you")
    CUSTOMER_WROTE = "customer_wrote", _("A customer wrote on a ticket of yours")
    FOLLOWED = "followed", _("Something happened on a ticket you follow")
    DEADLINE_NEAR = "deadline_near", _("A deadline comes near")
    DEADLINE_MISSED = "deadline_missed", _("A deadline was missed")
    ESCALATED = "escalated", _("A case was escalated to you or your team")
    ESCALATION_MOVED = "escalation_moved", _("Something happened to a case you escalated")
    INQUIRY = "inquiry", _("Something happened to an inquiry")
    ACTION_DUE = "action_due", _("A corrective action is due")
    MAIL_TROUBLE = "mail_trouble", _("A reply of yours could not be delivered")


class MailMode(models.TextChoices):
    NEVER = "never", _("Never")
    AT_ONCE = "at_once", _("At once, unless I have read it")
    DIGEST = "digest", _("In a digest")


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def newest_first(self):
        return self.order_by("-pk")

    def waiting_for_mail(self):
        return self.filter(read_at=None, mailed_at=None, mail_due_at__isnull=False)

    def visible_to(self, user):
        """The person's own lines, of tickets and entries they may see now."""
        ticket = self.model._meta.get_field("ticket").related_model
        own = self.filter(user=user, ticket__in=ticket.objects.visible_to(user).values("pk"))
        return own.filter(readable_entries(user, through="entry__"))


class Notification(models.Model):
    """One line behind the bell. ``mail_due_at`` is when it goes by mail if still unread."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=16, choices=NotificationKind)
    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="notifications"
    )
    entry = models.ForeignKey(
        "helpdesk.TimelineEntry", on_delete=models.PROTECT, related_name="notifications"
    )
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="told_once_per_person_entry_and_kind", fields=["user", "entry", "kind"]
            ),
        ]
        indexes = [
            models.Index(
                "user", F("id").desc(), name="notifications_unread", condition=Q(read_at=None)
            ),
            models.Index("user", F("id").desc(), name="notifications_newest"),
            models.Index(
                name="notifications_to_mail",
                fields=["mail_due_at"],
                condition=Q(read_at=None, mailed_at=None, mail_due_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} for {self.user_id}"


class NotificationChoice(models.Model):
    """How somebody wants to hear of one kind; without a row the usual way."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices"
    )
    kind = models.CharField(max_length=16, choices=NotificationKind)
    by_bell = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=7, choices=MailMode, default=MailMode.NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_choice_per_person_and_kind", fields=["user", "kind"])
        ]

    def __str__(self):
        return f"{self.kind} for {self.user_id}"
