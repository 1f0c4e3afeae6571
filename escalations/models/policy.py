"""SLA policies: what is promised to whom. A change makes a new version, for future clocks only."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from escalations.models.versions import NotedVersion, Ordered


class SLAPolicy(Ordered):
    """The first policy in ``position`` whose conditions a ticket meets decides."""

    current = models.OneToOneField(
        "escalations.SLAPolicyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

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


class SLAPolicyVersion(NotedVersion):
    """What a policy said from one moment on. Never changed.

    ``conditions`` maps a field to the values of which the ticket must have one; all fields must
    agree, none given means any ticket. ``targets`` maps a metric to ``{"seconds", "time",
    "warnings", "levels"}``, read by ``escalations.promises``.
    """

    SAYS = ("calendar_id", "conditions", "targets")

    policy = models.ForeignKey(SLAPolicy, on_delete=models.PROTECT, related_name="versions")
    calendar = models.ForeignKey(
        "escalations.BusinessCalendar", on_delete=models.PROTECT, null=True, related_name="+"
    )
    conditions = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)

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
