"""What somebody has begun to write. Kept on the server, so that any device can go on with it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DraftMode(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")


class Draft(models.Model):
    """One unsent reply or note of one person on one ticket."""

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    mode = models.CharField(max_length=5, choices=DraftMode)
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_draft_per_person_ticket_and_mode", fields=["user", "ticket", "mode"]
            ),
            models.CheckConstraint(
                name="draft_mode_is_known", condition=Q(mode__in=DraftMode.values)
            ),
        ]

    def __str__(self):
        return f"{self.get_mode_display()} of {self.user_id} on {self.ticket_id}"


class DraftFile(models.Model):
    """A file that will go with a draft. Its bytes are in the storage already."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    filename = models.CharField(_("file name"), max_length=190)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    def __str__(self):
        return self.filename
