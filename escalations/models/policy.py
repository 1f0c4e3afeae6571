"""SLA policies: what is promised to whom. A change makes a new version, for future clocks only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SLAPolicyQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("position", "pk")

    def in_force(self):
        """The policies a clock that starts now is measured by, in the order they are asked."""
        return self.filter(is_active=True, current__isnull=False).in_order()

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class SLAPolicy(models.Model):
    """The first policy in ``position`` whose conditions a ticket meets decides."""

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField()
    is_active = models.BooleanField(_("in force"), default=True)
    current = models.OneToOneField(
        "escalations.SLAPolicyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SLAPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="sla_policy_name_is_unique_whatever_its_case"
            ),
            models.UniqueConstraint(
                name="sla_policies_are_asked_one_after_the_other",
                fields=["position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self):
        return self.name


class SLAPolicyVersion(models.Model):
    """What a policy said from one moment on. Never changed.

    ``conditions`` maps a field to the values of which the ticket must have one; all fields must
    agree, none given means any ticket. ``targets`` maps a metric to ``{"seconds", "time",
    "warnings", "levels"}``, read by ``escalations.promises``.
    """

    policy = models.ForeignKey(SLAPolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    calendar = models.ForeignKey(
        "escalations.BusinessCalendar", on_delete=models.PROTECT, null=True, related_name="+"
    )
    conditions = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)
    note = models.CharField(_("why it was changed"), max_length=250, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_sla_policy_version_per_number", fields=["policy", "number"]
            ),
            models.CheckConstraint(name="sla_policy_version_from_1", condition=Q(number__gte=1)),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sla_policy_versions_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.policy}, version {self.number}"
