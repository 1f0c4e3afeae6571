"""Which identity belonged to which customer, when, and why. Nothing here changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class IdentityEntry(models.Model):
    """An identity moved from one customer to another: a link, or its undoing.

    ``undoes`` names the entry that this one takes back.
    """

    identity = models.ForeignKey(
        "helpdesk.CustomerIdentity", on_delete=models.PROTECT, related_name="history"
    )
    source = models.ForeignKey("helpdesk.Customer", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("helpdesk.Customer", on_delete=models.PROTECT, related_name="+")
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    confidence_before = models.DecimalField(max_digits=3, decimal_places=2)
    evidence = models.CharField(max_length=190)
    evidence_before = models.CharField(max_length=190, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_moves_between_two_customers", condition=~Q(source=F("target"))
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="identity_history_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.identity_id}: {self.source_id} to {self.target_id}"
