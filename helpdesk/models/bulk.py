"""One act on many tickets: each succeeds or fails by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BulkState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class BulkJob(models.Model):
    """``arguments`` are the act's, as REST speaks them. The items are the queue."""

    act = models.CharField(max_length=24)
    arguments = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_jobs"
    )
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=BulkState, default=BulkState.QUEUED)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulk_job_finished_knows_when",
                condition=Q(state__in=["queued", "running"]) | Q(finished_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                name="bulk_jobs_unfinished",
                fields=["claimed_at"],
                condition=Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self):
        return f"{self.act} by {self.requested_by_id}"


class BulkItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class BulkItem(models.Model):
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items")
    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=BulkItemState, default=BulkItemState.WAITING)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_item_per_job_and_ticket", fields=["job", "ticket"]),
            models.CheckConstraint(
                name="bulk_item_refused_says_why",
                condition=~Q(state="refused") | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                name="bulk_items_waiting", fields=["job", "id"], condition=Q(state="waiting")
            )
        ]

    def __str__(self):
        return f"{self.job_id}: {self.ticket_id} {self.state}"
