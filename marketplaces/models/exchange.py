"""Every call to a marketplace: when, what, how it ended. Secrets and personal data are masked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplaces.models.store import Store


class ExchangeOutcome(models.TextChoices):
    ON_ITS_WAY = "on_its_way", _("On its way")
    OK = "ok", _("Answered")
    REFUSED = "refused", _("Refused")
    LATER = "later", _("Try later")
    UNKNOWN = "unknown", _("Outcome unknown")


class ExchangeQuerySet(models.QuerySet):
    def of_bucket(self, key: str):
        return self.filter(bucket=key)

    def went_wrong(self):
        return self.exclude(outcome__in=[ExchangeOutcome.OK, ExchangeOutcome.ON_ITS_WAY])

    def abandoned(self, *, before):
        return self.filter(outcome=ExchangeOutcome.ON_ITS_WAY, started_at__lt=before)


class Exchange(models.Model):
    """One call. The row stands before the call is made, so what a dying process had begun shows.

    ``bucket`` is the key of the rate it was counted for, with its ``cost``; ``is_paced`` where this
    log paced it since Redis was away. ``not_before`` is what the marketplace asked for. All calls
    of one act have the same ``correlation``.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="exchanges")
    operation = models.CharField(_("operation"), max_length=80)
    correlation = models.UUIDField(db_index=True)
    method = models.CharField(max_length=8)
    address = models.CharField(_("address"), max_length=500)
    changes_something = models.BooleanField(default=False)
    outcome = models.CharField(
        max_length=10, choices=ExchangeOutcome, default=ExchangeOutcome.ON_ITS_WAY
    )
    status = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    request_body = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    bucket = models.CharField(max_length=120)
    cost = models.FloatField(default=1)
    is_paced = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_outcome_is_known",
                condition=Q(outcome__in=ExchangeOutcome.values),
            ),
            models.CheckConstraint(
                name="exchange_has_ended_unless_on_its_way",
                condition=Q(outcome="on_its_way", ended_at=None)
                | (~Q(outcome="on_its_way") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index("store", F("id").desc(), name="exchanges_of_store_newest"),
            models.Index("bucket", F("started_at").desc(), name="exchanges_of_bucket"),
            models.Index(
                "bucket", F("id").desc(), name="exchanges_paced_by_the_log",
                condition=Q(is_paced=True),
            ),
            models.Index(
                "store", F("id").desc(), name="exchanges_that_went_wrong",
                condition=Q(outcome__in=["refused", "later", "unknown"]),
            ),
            models.Index("started_at", name="exchanges_oldest"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.operation} {self.outcome}"

    @property
    def took_ms(self) -> int | None:
        """How long it took, in milliseconds."""
        if self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds() * 1000)
