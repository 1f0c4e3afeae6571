"""Customers: one person, many addresses and marketplace accounts."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Customers are shared: whoever may sign in may look one up."""
        return self if user.is_active else self.none()

    def by_name(self):
        return self.order_by("name", "pk")

    def matching(self, text: str):
        """Customers whose name contains, or one of whose identities begins with, the text."""
        identities = CustomerIdentity.objects.filter(value__startswith=text.lower())
        return self.filter(Q(name__icontains=text) | Q(pk__in=identities.values("customer_id")))


class Customer(models.Model):
    """``tags`` are words for what kind of customer this is, as helpdesk.rules.tag_name writes."""

    name = models.CharField(_("name"), max_length=190)
    language = models.CharField(_("language"), max_length=8, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="customer_by_name", fields=["name", "id"])]

    def __str__(self):
        return self.name


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    AMAZON = "amazon", "Amazon"
    SHOPIFY = "shopify", "Shopify"
    EBAY = "ebay", "eBay"
    WALMART = "walmart", "Walmart"
    FILE = "file", _("Imported account")


class CustomerIdentity(models.Model):
    """One way a customer reaches us, and how sure we are that it is this customer.

    ``confidence`` runs from 0 to 1; 1 means exact. ``evidence`` says why in words. Weak links
    never count against a customer.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(_("channel"), max_length=12, choices=IdentityKind)
    value = models.CharField(_("address or account"), max_length=254)
    buyer = models.OneToOneField(
        "marketplaces.Buyer", on_delete=models.PROTECT, null=True, related_name="identity"
    )
    confidence = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("1.00"))
    evidence = models.CharField(_("evidence"), max_length=190, blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_customer_per_identity", fields=["kind", "value"]),
            models.CheckConstraint(
                name="identity_confidence_from_0_to_1", condition=Q(confidence__range=(0, 1))
            ),
        ]
        indexes = [
            models.Index(
                name="identity_by_prefix", fields=["value"], opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self):
        return self.value
