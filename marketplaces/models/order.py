"""Orders as the marketplace tells them. Amounts are minor units of the order's currency."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplaces.gateways.shapes import Fulfilment, RefundState
from marketplaces.models.store import Buyer, Store
from marketplaces.money import Money


class OrderStatus(models.TextChoices):
    """The words of :class:`marketplaces.gateways.shapes.OrderState`, said to people."""

    PENDING = "pending", _("Pending")
    PROCESSED = "processed", _("Processed")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    RETURN_REQUESTED = "return_requested", _("Return requested")
    EXCHANGE_REQUESTED = "exchange_requested", _("Exchange requested")
    CANCELLED = "cancelled", _("Cancelled")


class FulfilledBy(models.TextChoices):
    MERCHANT = Fulfilment.MERCHANT.value, _("Shipped by us")
    MARKETPLACE = Fulfilment.MARKETPLACE.value, _("Shipped by the marketplace")


class RefundTold(models.TextChoices):
    SUBMITTED = RefundState.SUBMITTED.value, _("Asked for")
    PROCESSING = RefundState.PROCESSING.value, _("In progress")
    SETTLED = RefundState.SETTLED.value, _("Settled")
    FAILED = RefundState.FAILED.value, _("Failed")


class OrderQuerySet(models.QuerySet):
    def called(self, names: Iterable[str]):
        """Orders of these numbers, whether the marketplace's API or the invoice calls them so."""
        names = list(names)
        return self.filter(Q(reference__in=names) | Q(number__in=names))

    def called_like(self, text: str):
        """Orders with the text in one of their numbers."""
        return self.filter(Q(reference__icontains=text) | Q(number__icontains=text))

    def newest_first(self):
        return self.order_by("-placed_at", "-pk")

    def with_lines(self):
        return self.select_related("store").prefetch_related("lines", "shipments")

    def with_everything(self):
        return self.select_related("store", "buyer").prefetch_related(
            "lines", "shipments__events", "payments", "marketplace_refunds"
        )


class Order(models.Model):
    """One order. Its row is the lock for money.

    ``reference`` is what the marketplace's API takes, ``number`` what buyer and seller see where
    that is another one. ``changed_at`` is the marketplace's own last change, empty for files: an
    older one never replaces a newer.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(_("order number"), max_length=64, db_index=True)
    number = models.CharField(_("number on the invoice"), max_length=64, blank=True, db_index=True)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(_("status"), max_length=20, choices=OrderStatus)
    fulfilment = models.CharField(
        _("shipped by"), max_length=12, choices=FulfilledBy, default=FulfilledBy.MERCHANT
    )
    currency = models.CharField(max_length=3)
    paid_minor = models.BigIntegerField(_("paid"))
    refunded_minor = models.BigIntegerField(_("refunded at the marketplace"), default=0)
    placed_at = models.DateTimeField(_("placed"), null=True)
    changed_at = models.DateTimeField(_("changed at the marketplace"), null=True)
    deliver_by = models.DateTimeField(_("delivery promised by"), null=True)
    ship_to = models.JSONField(_("delivery address"), default=dict)
    payment = models.CharField(_("payment"), max_length=80, blank=True)
    imported_at = models.DateTimeField()
    #: Of all that was told last: what says the same again is not written again.
    digest = models.CharField(max_length=64, blank=True, editable=False)

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
        return self.number or self.reference

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
    """``external_id`` is the marketplace's own number of the line; amounts are for all pieces."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("line"))
    external_id = models.CharField(_("line at the marketplace"), max_length=64, blank=True)
    sku = models.CharField(_("SKU"), max_length=64, db_index=True)
    asin = models.CharField("ASIN", max_length=20, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=250)
    options = models.JSONField(_("options"), default=dict)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    shipped = models.PositiveIntegerField(_("shipped"), default=0)
    item_minor = models.BigIntegerField(_("item"))
    shipping_minor = models.BigIntegerField(_("shipping"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    gift_wrap_minor = models.BigIntegerField(_("gift wrap"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_line_per_number", fields=["order", "number"]),
            models.CheckConstraint(
                name="order_line_amounts_are_not_negative",
                condition=Q(
                    item_minor__gte=0,
                    shipping_minor__gte=0,
                    tax_minor__gte=0,
                    gift_wrap_minor__gte=0,
                ),
            ),
        ]

    def __str__(self):
        return self.title


class Payment(models.Model):
    """Money that came in. ``method`` is a word ("Visa"), never the number of an account."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    external_id = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField(_("amount"))
    method = models.CharField(_("method"), max_length=80, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_payment_per_number", fields=["order", "external_id"]),
            models.CheckConstraint(
                name="payment_is_more_than_nothing", condition=Q(amount_minor__gt=0)
            ),
        ]

    def __str__(self):
        return self.external_id

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.order.currency)


class MarketplaceRefund(models.Model):
    """A refund as the marketplace tells it, whoever asked for it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="marketplace_refunds")
    reference = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=12, choices=RefundTold)
    note = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_marketplace_refund_per_reference", fields=["order", "reference"]
            ),
            models.CheckConstraint(
                name="marketplace_refund_is_more_than_nothing", condition=Q(amount_minor__gt=0)
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.order.currency)


class Shipment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, db_index=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_shipment_per_tracking_number", fields=["order", "tracking_number"]
            ),
        ]

    def __str__(self):
        return self.tracking_number


class TrackingEvent(models.Model):
    """What the carrier saw of one parcel. ``words`` are the carrier's own."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=40)
    words = models.CharField(max_length=250, blank=True)
    place = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_tracking_event_at_a_time", fields=["shipment", "at", "status"]
            )
        ]
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.status}"
