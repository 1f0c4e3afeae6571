"""Keys that make a repeated POST harmless."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class IdempotencyKey(models.Model):
    """One use of a key by one person, written in the transaction of its act.

    ``fingerprint`` is the SHA-256 of method, path and body; another request under the same key
    is refused. ``response_status`` and ``response_body`` are given again to a repetition.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.BinaryField(null=True)
    response_type = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotency_key_used_once", fields=["user", "key"]),
            models.CheckConstraint(
                name="idempotency_key_finished_with_a_response",
                condition=Q(finished_at=None, response_status=None)
                | Q(finished_at__isnull=False, response_status__isnull=False),
            ),
        ]
        indexes = [models.Index(name="idempotency_key_by_age", fields=["started_at"])]

    def __str__(self):
        return self.key
