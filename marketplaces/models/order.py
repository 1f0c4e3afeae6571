"""Orders as the marketplace tells them. Amounts are minor units of the order's currency."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplaces.models.store import Buyer, Store
from marketplaces.money import Money


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    PROCESSED = "processed", _("Processed")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    RETURN_REQUESTED = "return_requested", _("Return requested")
    EXCHANGE_REQUESTED = "exchange_requested", _("Exchange requested")
    CANCELLED = "cancelled", _("Cancelled")


class OrderQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-placed_at", "-pk")

    def with_lines(self):
        return self.select_related("store").prefetch_related("lines", "shipments")


class Order(models.Model):
    """One order. Its row is the lock for money."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(_("order number"), max_length=64, db_index=True)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(_("status"), max_length=20, choices=OrderStatus)
    currency = models.CharField(max_length=3)
    paid_minor = models.BigIntegerField(_("paid"))
    refunded_minor = models.BigIntegerField(_("refunded at the marketplace"), default=0)
    placed_at = models.DateTimeField(_("placed"), null=True)
    ship_to = models.JSONField(_("delivery address"), default=dict)
    payment = models.CharField(_("payment"), max_length=80, blank=True)
    imported_at = models.DateTimeField()

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_order_per_reference_and_store", fields=["store", "reference"]
            ),
            models.CheckConstraint(
                name="order_amounts_are_not_negative",
                condition=Q(paid_minor__gte=0, refunded_minor__gte=0),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def paid(self) -> Money:
        return Money(self.paid_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)

    @property
    def left(self) -> Money:
        """What was paid and not yet refunded."""
        return self.paid - self.refunded


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("line"))
    sku = models.CharField(_("SKU"), max_length=64, db_index=True)
    asin = models.CharField("ASIN", max_length=20, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=250)
    options = models.JSONField(_("options"), default=dict)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    item_minor = models.BigIntegerField(_("item"))
    shipping_minor = models.BigIntegerField(_("shipping"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_line_per_number", fields=["order", "number"]),
            models.CheckConstraint(
                name="order_line_amounts_are_not_negative",
                condition=Q(item_minor__gte=0, shipping_minor__gte=0, tax_minor__gte=0),
            ),
        ]

    def __str__(self):
        return self.title


class Shipment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_shipment_per_tracking_number", fields=["order", "tracking_number"]
            )
        ]

    def __str__(self):
        return self.tracking_number
