"""Tailored solutions: what this one case gets, each part with an owner and a state."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplaces.money import Money


class ComponentKind(models.TextChoices):
    REFUND = "refund", _("Refund")
    PARTIAL_REFUND = "partial_refund", _("Partial refund")
    CREDIT = "credit", _("Service credit")
    REPLACEMENT = "replacement", _("Replacement")
    SHIPPING = "shipping", _("Shipping refund")
    COMPENSATION = "compensation", _("Compensation")
    EXPEDITED = "expedited", _("Expedited service")
    APOLOGY = "apology", _("Apology")


#: Money moves through the refunds app only; here it is planned.
MONEY = (
    ComponentKind.REFUND,
    ComponentKind.PARTIAL_REFUND,
    ComponentKind.CREDIT,
    ComponentKind.SHIPPING,
    ComponentKind.COMPENSATION,
)


class ComponentState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class PlanQuerySet(models.QuerySet):
    def shown(self):
        """Load the parts in their order, with their people."""
        parts = SolutionComponent.objects.select_related("owner", "ended_by").order_by("pk")
        return self.prefetch_related(models.Prefetch("components", queryset=parts))


class SolutionPlan(models.Model):
    """One plan per ticket. ``customer_text`` is drafted from its parts and edited by people."""

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="solution"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    customer_text = models.TextField(_("for the customer"), blank=True)

    objects = PlanQuerySet.as_manager()

    def __str__(self):
        return f"solution for {self.ticket_id}"


class ComponentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Parts of the plans of tickets that somebody may see."""
        ticket = self.model._meta.apps.get_model("helpdesk", "Ticket")
        return self.filter(plan__ticket__in=ticket.objects.visible_to(user).values("pk"))


class SolutionComponent(models.Model):
    """``amount_minor`` is money in minor units of ``currency``, for kinds that are money."""

    plan = models.ForeignKey(SolutionPlan, on_delete=models.PROTECT, related_name="components")
    kind = models.CharField(max_length=14, choices=ComponentKind)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    note = models.CharField(_("what exactly"), max_length=250, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="solution_components"
    )
    state = models.CharField(max_length=7, choices=ComponentState, default=ComponentState.PLANNED)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ComponentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="component_amount_is_positive_and_has_a_currency",
                condition=Q(amount_minor=None, currency="")
                | (Q(amount_minor__gt=0) & ~Q(currency="")),
            ),
            models.CheckConstraint(
                name="component_is_money_exactly_when_it_has_an_amount",
                condition=Q(kind__in=MONEY, amount_minor__isnull=False)
                | (~Q(kind__in=MONEY) & Q(amount_minor=None)),
            ),
            models.CheckConstraint(
                name="component_ended_exactly_when_not_planned",
                condition=Q(state="planned", ended_at=None)
                | (~Q(state="planned") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.kind} in plan {self.plan_id}"

    @property
    def amount(self) -> Money | None:
        return Money(self.amount_minor, self.currency) if self.amount_minor else None
