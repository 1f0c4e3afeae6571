"""Who changed what of a connection, without a secret. Nothing here changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplaces.models.connection import Connection


class ConnectionKind(models.TextChoices):
    CONNECTED = "store.connected", _("connected the store")
    RENAMED = "store.renamed", _("changed the name")
    ADDRESS_CHANGED = "store.address", _("changed an address")
    OPTION_CHANGED = "store.option", _("changed an entry")
    CREDENTIALS_REPLACED = "store.credentials", _("replaced credentials")
    PAUSED = "store.paused", _("paused the connection")
    RESUMED = "store.resumed", _("let the connection go on")
    TESTED = "store.tested", _("tested the connection")


class ConnectionEntry(models.Model):
    """One act on a connection. ``about`` names the field; of a secret no more is ever said."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="record")
    kind = models.CharField(max_length=20, choices=ConnectionKind)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    about = models.CharField(max_length=120, blank=True)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connection_entry_kind_is_known",
                condition=Q(kind__in=ConnectionKind.values),
            ),
        ]
        indexes = [models.Index("connection", "id", name="connection_entries_in_order")]
        triggers = [
            pgtrigger.Protect(
                name="the_record_of_connections_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="the_record_of_connections_is_not_truncated",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'The record of connections is append-only.';",
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.connection_id}"
