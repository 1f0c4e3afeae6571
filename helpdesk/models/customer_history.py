"""What people corrected about a customer. Nothing here changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CorrectedField(models.TextChoices):
    NAME = "name", _("name")
    LANGUAGE = "language", _("language")
    TAGS = "tags", _("tags")


class CustomerCorrection(models.Model):
    """``before`` and ``after`` are texts; tags stand in the order they were written."""

    customer = models.ForeignKey(
        "helpdesk.Customer", on_delete=models.PROTECT, related_name="corrections"
    )
    field = models.CharField(max_length=8, choices=CorrectedField)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="correction_of_a_customer_changes_something",
                condition=~Q(before=F("after")),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="corrections_of_customers_are_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.customer_id}: {self.field}"
