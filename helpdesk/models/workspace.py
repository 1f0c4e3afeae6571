"""How somebody works in the workspace, and what they have seen of a ticket."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AfterSending(models.TextChoices):
    STAY = "stay", _("Stay on the ticket")
    NEXT = "next", _("Open the next ticket")
    LIST = "list", _("Go back to the list")


class WorkspacePreference(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="workspace_preference"
    )
    after_sending = models.CharField(max_length=4, choices=AfterSending, default=AfterSending.STAY)

    def __str__(self):
        return f"Preferences of {self.user_id}"


class TicketLook(models.Model):
    """The last event of a ticket that somebody has had before their eyes."""

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks"
    )
    last_event = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_look_per_person_and_ticket", fields=["user", "ticket"]
            )
        ]

    def __str__(self):
        return f"{self.user_id} saw {self.ticket_id} up to {self.last_event}"
