"""Problems: one systemic cause behind many tickets, and whether fixing it helped."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class ProblemState(models.TextChoices):
    SUSPECTED = "suspected", _("Suspected")
    CONFIRMED = "confirmed", _("Confirmed")
    FIXED = "fixed", _("Fixed")
    VERIFIED = "verified", _("Verified")


class ProblemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Problems are shared: whoever may sign in reads them. Their tickets are not."""
        return self if user.is_active else self.none()

    def counted(self):
        """Count the linked tickets of each, without a join that multiplies."""
        links = ProblemTicket.objects.filter(problem=OuterRef("pk")).order_by()
        count = links.values("problem").annotate(count=Count("pk")).values("count")
        return self.annotate(tickets_count=Coalesce(Subquery(count), 0))


class Problem(models.Model):
    """``skus``, ``carrier``, ``warehouse`` and ``category`` say which cases it is behind.

    ``verification`` holds the rate before and after the fix with the days and counts it was
    computed from, in words and numbers.
    """

    title = models.CharField(_("title"), max_length=190)
    description = models.TextField(_("what is known"), blank=True)
    state = models.CharField(max_length=9, choices=ProblemState, default=ProblemState.SUSPECTED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="problems"
    )
    skus = models.JSONField(_("SKU or ASIN"), default=list)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    warehouse = models.CharField(_("warehouse"), max_length=60, blank=True)
    category = models.ForeignKey(
        "helpdesk.Category", on_delete=models.PROTECT, null=True, related_name="problems"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    fixed_on = models.DateField(_("fixed on"), null=True)
    verified_at = models.DateTimeField(null=True)
    verification = models.JSONField(default=dict)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="problem_state_is_known", condition=Q(state__in=ProblemState.values)
            ),
            models.CheckConstraint(
                name="fixed_problem_says_when",
                condition=~Q(state__in=["fixed", "verified"]) | Q(fixed_on__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="verified_problems_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="verified"),
            )
        ]

    def __str__(self):
        return self.title


class ProblemTicket(models.Model):
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="problem_links"
    )
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_ticket_is_linked_to_a_problem_once", fields=["problem", "ticket"]
            )
        ]

    def __str__(self):
        return f"{self.ticket_id} of problem {self.problem_id}"


class ProblemStep(models.Model):
    """What was done to a problem. Append-only by convention of its service."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    words = models.CharField(max_length=250)

    def __str__(self):
        return self.words
