"""How a store is connected with its marketplace, and how far each stream of it has come."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplaces.breaker import Breaker
from marketplaces.models.store import Store


class ConnectionQuerySet(models.QuerySet):
    def running(self):
        """Connections whose streams are worked on."""
        return self.filter(paused_at=None)

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Connection(models.Model):
    """``sealed`` holds the secrets, encrypted (``marketplaces.vault``); ``secret_names`` says which
    there are. ``version`` rises with every change of them, and makes kept tokens worthless.

    ``breaker_…`` is a :class:`~marketplaces.breaker.Breaker`; ``checked_…`` what the last test of
    the connection found.
    """

    store = models.OneToOneField(Store, on_delete=models.PROTECT, related_name="connection")
    addresses = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    sealed = models.TextField()
    secret_names = ArrayField(models.CharField(max_length=40), default=list)
    version = models.PositiveIntegerField(default=1)
    sealed_at = models.DateTimeField(_("credentials since"))
    connected_at = models.DateTimeField(_("connected"))
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paused_why = models.CharField(max_length=200, blank=True)

    breaker_failures = models.PositiveIntegerField(default=0)
    breaker_openings = models.PositiveIntegerField(default=0)
    breaker_retry_at = models.DateTimeField(null=True)
    breaker_probe_until = models.DateTimeField(null=True)

    last_error = models.CharField(max_length=300, blank=True)
    last_error_at = models.DateTimeField(null=True)

    checked_at = models.DateTimeField(null=True)
    checked_account = models.CharField(max_length=190, blank=True)
    checked_granted = ArrayField(models.CharField(max_length=190), default=list)
    checked_missing = ArrayField(models.CharField(max_length=190), default=list)
    checked_error = models.CharField(max_length=300, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paused_connection_says_why",
                condition=Q(paused_at=None, paused_by=None, paused_why="")
                | (Q(paused_at__isnull=False) & ~Q(paused_why="")),
            ),
            models.CheckConstraint(
                name="breaker_probes_only_while_it_is_open",
                condition=Q(breaker_probe_until=None) | Q(breaker_retry_at__isnull=False),
            ),
            models.CheckConstraint(
                name="connection_error_has_its_time",
                condition=Q(last_error="", last_error_at=None) | Q(last_error_at__isnull=False),
            ),
            models.CheckConstraint(
                name="connection_credentials_are_sealed", condition=Q(sealed__startswith="gAAAA")
            ),
        ]

    def __str__(self):
        return str(self.store)

    @property
    def owner(self) -> str:
        """Who the credentials are sealed for."""
        return f"store:{self.store_id}"

    @property
    def breaker(self) -> Breaker:
        return Breaker(
            failures=self.breaker_failures,
            openings=self.breaker_openings,
            retry_at=self.breaker_retry_at,
            probe_until=self.breaker_probe_until,
        )


class KeptText(models.Model):
    """A text kept for a connection until it ends, encrypted: an access token."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="kept")
    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    sealed = models.TextField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_kept_text_per_name_and_connection", fields=["connection", "name"]
            ),
            models.CheckConstraint(
                name="kept_text_is_sealed", condition=Q(sealed__startswith="gAAAA")
            ),
        ]

    def __str__(self):
        return self.name


class StreamKind(models.TextChoices):
    ORDERS = "orders", _("Orders")
    MESSAGES = "messages", _("Messages")
    CLAIMS = "claims", _("Claims")
    PERFORMANCE = "performance", _("Performance")


class StreamQuerySet(models.QuerySet):
    def waiting(self, now: datetime):
        """Streams whose turn it is and which nobody works on."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.filter(free, next_run_at__lte=now)

    def due(self, now: datetime):
        """Waiting streams of connections that are not paused, the longest waiting first."""
        return self.waiting(now).filter(connection__paused_at=None).order_by("next_run_at", "pk")


class Stream(models.Model):
    """How far one kind of news has been fetched. ``cursor`` is the gateway's own.

    The row is the queue: it is due at ``next_run_at``, and whoever works on it says until when.

    ``caught_up_at`` is when the marketplace last had no more to give; ``newest_at`` the
    marketplace's time of the newest thing seen. ``failures`` counts failed runs in a row.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="streams")
    kind = models.CharField(max_length=12, choices=StreamKind)
    cursor = models.TextField(blank=True)
    has_more = models.BooleanField(default=True)
    last_run_at = models.DateTimeField(null=True)
    caught_up_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    fetched = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    next_run_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True)

    objects = StreamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_stream_per_kind_and_connection", fields=["connection", "kind"]
            ),
            models.CheckConstraint(
                name="stream_kind_is_known", condition=Q(kind__in=StreamKind.values)
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.connection_id}"

    def lag(self, now: datetime):
        """Return how long ago everything there was had been fetched; None before the first time."""
        return now - self.caught_up_at if self.caught_up_at else None


class Leftover(models.Model):
    """Something that came in a form nobody documented. It is asked for again by its reference."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="leftovers")
    reference = models.CharField(max_length=120)
    since = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_leftover_per_reference", fields=["stream", "reference"]
            )
        ]

    def __str__(self):
        return self.reference
